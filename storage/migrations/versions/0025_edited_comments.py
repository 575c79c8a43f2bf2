"""Messages that became a comment on an idea, and its changed words."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which comment of its idea; the release before keeps none."""
    for table in ("source", "addition"):
        op.add_column(table, sa.Column("comment", sa.BigInteger(), nullable=True))
