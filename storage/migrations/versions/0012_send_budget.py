"""What one bot may send: a budget, and until when it must be silent."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the release before does not look at it."""
    op.create_table(
        "send_budget",
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("tat", Utc(), nullable=False),
        sa.Column("paused_until", Utc(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bot", name=op.f("pk_send_budget")),
    )
