"""When a person found an idea's photos fit for others."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; the release before shows no photos."""
    op.add_column("idea", sa.Column("cleared_at", Utc(), nullable=True))
