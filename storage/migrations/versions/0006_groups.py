"""Groups that the bot is in, by their addresses."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the release before does not look at it."""
    op.create_table(
        "group_chat",
        sa.Column("address_id", sa.String(), nullable=False),
        sa.Column("invited_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["address.id"],
            name=op.f("fk_group_chat_address_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_group_chat")),
    )
