"""Files that are fetched after their turn: what state each is in, and why."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns with defaults; the release before fills in none of them."""
    for column in (
        sa.Column("state", sa.String(), nullable=False, server_default="kept"),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("bot", sa.String(), nullable=False, server_default=""),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("due_at", Utc(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("caption", sa.String(), nullable=False, server_default=""),
    ):
        op.add_column("media", column)
    op.create_index(op.f("ix_media_due_at"), "media", ["due_at"])
