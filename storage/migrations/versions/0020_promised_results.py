"""Within how many days of its close a vote's result is promised."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; votes of before promised nothing, and the release before leaves it empty."""
    op.add_column("vote", sa.Column("result_days", sa.BigInteger(), nullable=True))
