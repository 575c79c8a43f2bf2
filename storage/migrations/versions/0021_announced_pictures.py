"""An announcement may have a picture of its own in each language."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the release before does not look at it."""
    op.create_table(
        "announced_picture",
        sa.Column("announcement_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announced_picture_announcement_id_announcement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "name", name=op.f("pk_announced_picture")),
    )
    op.create_index(op.f("ix_announced_picture_name"), "announced_picture", ["name"])
