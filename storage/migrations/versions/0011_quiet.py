"""Whoever told of a problem may want no news of it in their chat."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns with a default; the release before looks at neither."""
    for table in ("report", "backer"):
        quiet: sa.Column[bool] = sa.Column(
            "quiet", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, quiet)
