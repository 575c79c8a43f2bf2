"""Where questions stand in chats that keep their messages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the release before does not look at it."""
    op.create_table(
        "prompt",
        sa.Column("address_id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_prompt_address_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_id", "conversation", "serial", name=op.f("pk_prompt")),
    )
