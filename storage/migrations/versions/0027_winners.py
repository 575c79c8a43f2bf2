"""Which options won, as a published result says."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column without a value; it stays so for results of before, and the release before
    looks at none."""
    op.add_column("vote_option", sa.Column("won", sa.Boolean(), nullable=True))
