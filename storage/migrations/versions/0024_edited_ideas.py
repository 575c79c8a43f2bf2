"""Messages that became part of an idea, and changed words that are kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Either belongs to a report or to an idea. The release before reads and writes those of
    reports, as it did."""
    for table in ("source", "addition"):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("report_id", existing_type=sa.String(), nullable=True)
            batch.add_column(sa.Column("idea_id", sa.String(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_idea_id"), "idea", ["idea_id"], ["id"], ondelete="CASCADE"
            )
        op.create_index(op.f(f"ix_{table}_idea_id"), table, ["idea_id"])
