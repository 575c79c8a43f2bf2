"""When what is done again and again was last done, for many processes."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the release before does not look at it."""
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ran_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
    )
