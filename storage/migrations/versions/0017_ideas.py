"""Ideas, who stands behind them, and what is said about them."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns that may be empty; the release before looks at none of them."""
    op.create_table(
        "idea",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("resident_id", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_at", Utc(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.Column("gives", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("backers", sa.BigInteger(), nullable=False),
        sa.Column("published_at", Utc(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_idea_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("code", name=op.f("uq_idea_code")),
    )
    op.create_index(op.f("ix_idea_resident_id"), "idea", ["resident_id"])
    op.create_index(op.f("ix_idea_created_at"), "idea", ["created_at"])
    op.create_index("ix_idea_theme", "idea", ["country", "theme", "status", "published_at"])
    op.create_index("ix_idea_area", "idea", ["country", "area", "status", "published_at"])
    op.create_index("ix_idea_backers", "idea", ["country", "status", "backers", "published_at"])
    op.create_table(
        "idea_update",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("idea_id", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_idea_update_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_update")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_idea_update_idea_id"), "idea_update", ["idea_id"])
    op.create_table(
        "supporter",
        sa.Column("idea_id", sa.String(), nullable=False),
        sa.Column("resident_id", sa.String(), nullable=False),
        sa.Column("backs", sa.Boolean(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_supporter_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_supporter_resident_id")
        ),
        sa.PrimaryKeyConstraint("idea_id", "resident_id", name=op.f("pk_supporter")),
    )
    op.create_index(op.f("ix_supporter_resident_id"), "supporter", ["resident_id"])
    op.create_table(
        "idea_comment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("idea_id", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("resident_id", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_at", Utc(), nullable=False),
        sa.Column("published_at", Utc(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name=op.f("fk_idea_comment_idea_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_idea_comment_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_comment")),
        sa.UniqueConstraint("idea_id", "number", name=op.f("uq_idea_comment_idea_id_number")),
    )
    op.create_index(op.f("ix_idea_comment_idea_id"), "idea_comment", ["idea_id"])
    op.create_index(op.f("ix_idea_comment_resident_id"), "idea_comment", ["resident_id"])
    op.create_index(op.f("ix_idea_comment_created_at"), "idea_comment", ["created_at"])
    op.add_column("media", sa.Column("idea_id", sa.String(), nullable=True))
    op.create_index(op.f("ix_media_idea_id"), "media", ["idea_id"])
