"""A lease of the outbox has a number, and lost answers are counted apart."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns with a default; the release before looks at neither."""
    for name in ("lease", "unsure"):
        number: sa.Column[int] = sa.Column(
            name, sa.BigInteger(), nullable=False, server_default="0"
        )
        op.add_column("outbox", number)
