"""Numbers that residents ask to be called at: sealed, and for as long as their report is open."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns without a value; the release before fills in none of them."""
    op.add_column("report", sa.Column("phone", sa.LargeBinary(), nullable=True))
    op.add_column("report", sa.Column("key_id", sa.String(), nullable=True))
