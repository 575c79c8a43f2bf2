"""Updates that failed, what each bot may send, and how often an operation was sent again."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables and a column with a default; the release before does not look at them."""
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
    op.create_table(
        "send_budget",
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("tat", sa.Double(), nullable=False),
        sa.Column("paused_until", Utc(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bot", name=op.f("pk_send_budget")),
    )
    op.add_column(
        "outbox", sa.Column("repeats", sa.BigInteger(), server_default="0", nullable=False)
    )
