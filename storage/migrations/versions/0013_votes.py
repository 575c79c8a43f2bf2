"""Votes, their options, their ballots before and after the count, and who took part."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; the release before does not look at them.

    Without row numbers on SQLite: they would tell the order in which ballots came.
    """
    op.create_table(
        "vote",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("opens_at", Utc(), nullable=False),
        sa.Column("closes_at", Utc(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("tie", sa.String(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("pot", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("within_pot", sa.Boolean(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("adult", sa.Boolean(), nullable=False),
        sa.Column("areas", sa.String(), nullable=False),
        sa.Column("registered_before", Utc(), nullable=True),
        sa.Column("ask_area", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_at", Utc(), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("cleaned_at", Utc(), nullable=True),
        sa.Column("published_at", Utc(), nullable=True),
        sa.Column("turnout", sa.String(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_vote")),
        sa.UniqueConstraint("key", name=op.f("uq_vote_key")),
    )
    op.create_index(
        op.f("ix_vote_country_status_closes_at"), "vote", ["country", "status", "closes_at"]
    )
    _create_of_vote(
        "vote_option",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("emoji", sa.String(), nullable=False),
        sa.Column("cost", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("withdrawn_at", Utc(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        rows=True,
    )
    op.create_index(op.f("ix_vote_option_picture"), "vote_option", ["picture"])
    _create_of_vote(
        "ballot",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    _create_of_vote(
        "took_part",
        sa.Column("resident_id", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_took_part_resident_id")
        ),
    )
    op.create_index(op.f("ix_took_part_resident_id"), "took_part", ["resident_id"])
    _create_of_vote(
        "counted_ballot",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("choices", sa.String(), nullable=False),
    )
    _create_of_vote(
        "counted_code",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
    )


def _create_of_vote(
    name: str, first: sa.Column[object], *rest: sa.schema.SchemaItem, rows: bool = False
) -> None:
    """A table of things that belong to a vote, found by the vote and their first column."""
    op.create_table(
        name,
        sa.Column("vote", sa.String(), nullable=False),
        first,
        *rest,
        sa.ForeignKeyConstraint(
            ["vote"], ["vote.code"], name=op.f(f"fk_{name}_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("vote", first.name, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=rows,
    )
