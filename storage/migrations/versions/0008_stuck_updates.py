"""Updates that failed, and those that were set aside."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the release before does not look at it."""
    op.create_table(
        "stuck_update",
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("update_id", sa.String(), nullable=False),
        sa.Column("first_at", Utc(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id", name=op.f("pk_stuck_update")),
    )
    op.create_index(op.f("ix_stuck_update_at"), "stuck_update", ["at"])
