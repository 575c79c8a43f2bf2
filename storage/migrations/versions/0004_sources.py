"""Which message of a resident became part of which report, for when it is edited."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the release before does not look at it."""
    op.create_table(
        "source",
        sa.Column("resident_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("addition_id", sa.String(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_source_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["resident.id"],
            name=op.f("fk_source_resident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", "ref", name=op.f("pk_source")),
    )
    op.create_index(op.f("ix_source_report_id"), "source", ["report_id"])
    op.create_index(op.f("ix_source_at"), "source", ["at"])
