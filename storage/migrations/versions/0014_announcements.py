"""Announcements, a row for each resident's copy, and who sends a bot's."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    """Add the tables; the release before does not look at them."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("audience", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("start_at", Utc(), nullable=True),
        sa.Column("start_local", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("best_before", Utc(), nullable=True),
        sa.Column("built", sa.Boolean(), nullable=False),
        sa.Column("judged", sa.Boolean(), nullable=False),
        sa.Column("started_at", Utc(), nullable=True),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("code", name=op.f("uq_announcement_code")),
    )
    for columns in (["country", "created_at"], ["picture"], ["state", "start_at"]):
        name = op.f(f"ix_announcement_{'_'.join(columns)}")
        op.create_index(name, "announcement", columns)
    op.create_table(
        "delivery",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("announcement_id", sa.String(), nullable=False),
        sa.Column("resident_id", sa.String(), nullable=True),
        sa.Column("address_id", sa.String(), nullable=True),
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_delivery_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "announcement_id", "resident_id", name=op.f("uq_delivery_announcement_id_resident_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["announcement_id", "bot", "state", "due_at", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    for columns in (["announcement_id", "state"], ["resident_id", "ended_at"]):
        op.create_index(op.f(f"ix_delivery_{'_'.join(columns)}"), "delivery", columns)
    op.create_table(
        "walk",
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("lease_until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("bot", name=op.f("pk_walk")),
    )
