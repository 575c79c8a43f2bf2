"""The residents of a country in their order."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """For copies of an announcement, which are made for some at a time."""
    op.create_index("ix_resident_country_id", "resident", ["country", "id"])
