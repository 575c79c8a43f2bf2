"""The outbox's open rows have an index of their own, however many have been sent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('owed', 'sending')")


def upgrade() -> None:
    """Exchange the index; the release before is only slower without it."""
    op.drop_index("ix_outbox_open", table_name="outbox")
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["address_id", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
