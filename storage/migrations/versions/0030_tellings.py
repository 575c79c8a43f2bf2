"""What is told to very many, and who is still to be told."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; the release before tells everybody at once, and looks at neither."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "telling",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("argument", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "untold",
        sa.Column("resident_id", sa.String(), nullable=False),
        sa.Column("telling", number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "telling", name=op.f("pk_untold")),
        sqlite_with_rowid=False,
    )
