"""Whether a keyboard in place of the letters came up with a question, and is to go with it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the release before does not look at it."""
    op.add_column(
        "prompt",
        sa.Column("keyboard", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
