"""Residents state once whether they are of age."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column without a value; the release before does not look at it."""
    op.add_column("resident", sa.Column("adult", sa.Boolean(), nullable=True))
