"""What others read of places and words where a country hides some; who wants no message."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns without a value, and one that is false; the release before looks at none."""
    for table in ("report", "idea"):
        op.add_column(table, sa.Column("shown_area", sa.String(), nullable=True))
        op.add_column(table, sa.Column("shown_text", sa.String(), nullable=True))
    quiet: sa.Column[bool] = sa.Column(
        "quiet", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("resident", quiet)
