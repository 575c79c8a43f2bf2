"""Chats that are to be left alone for a while, since their channel said so."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the release before does not look at it."""
    op.create_table(
        "chat_pause",
        sa.Column("address_id", sa.String(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["address.id"],
            name=op.f("fk_chat_pause_address_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_chat_pause")),
    )
