"""What comes in pieces waits for its rest; whoever was told of a late photo is told once."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table and a column with a default; the release before looks at neither."""
    op.create_table(
        "piece",
        sa.Column("resident_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_piece_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_piece")),
    )
    op.create_index(op.f("ix_piece_due_at"), "piece", ["due_at"])
    late: sa.Column[bool] = sa.Column(
        "late", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("media", late)
