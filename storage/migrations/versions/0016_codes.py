"""One name space of codes for everything that has one."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table that knows every code; those of reports and votes that there are stand in it."""
    op.create_table(
        "code",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_code")),
    )
    op.create_index(op.f("ix_code_country"), "code", ["country"])
    op.execute(
        "insert into code (code, country, kind) select code, country, 'report' from report"
        " union all select code, country, 'vote' from vote"
    )
