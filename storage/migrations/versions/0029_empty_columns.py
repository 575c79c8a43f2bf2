"""Columns that nothing writes or reads are gone."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop them; what is done or withdrawn is a row less."""
    op.drop_column("due", "done_at")
    op.drop_column("consent", "withdrawn_at")
