"""Ideas of residents and what belongs to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint

from storage.tables.base import Base, Number
from storage.tables.declared import Mapped, mapped_column


class Idea(Base):
    """What somebody proposes. Its words live here and nowhere else."""

    __tablename__ = "idea"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    resident_id: Mapped[str | None] = mapped_column(ForeignKey("resident.id"), index=True)
    theme: Mapped[str]
    status: Mapped[str]
    status_at: Mapped[datetime]
    area: Mapped[str]
    shown_area: Mapped[str | None]
    """What others read in its place: a coarser area, '' for none, None for the same."""
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    text: Mapped[str] = mapped_column(default="")
    shown_text: Mapped[str | None]
    """What others read in its place, where words are masked; None for the same."""
    size: Mapped[str]
    gives: Mapped[str] = mapped_column(default="")
    """What the author could give: keys, separated by commas."""
    name: Mapped[str] = mapped_column(default="")
    """To be shown with it; '' unless the author chose so."""
    language: Mapped[str]
    channel: Mapped[str]
    backers: Mapped[int] = mapped_column(default=0)
    """People who stand behind it, its author not counted."""
    published_at: Mapped[datetime | None]
    """When it was first published."""
    merged_into: Mapped[str | None]
    cleared_at: Mapped[datetime | None]
    """A person has looked at its photos, and others may see them."""
    created_at: Mapped[datetime]
    pilot: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        # The newest of a theme: a list of residents', and what may be alike.
        Index("ix_idea_theme", "country", "theme", "status", "published_at"),
        Index("ix_idea_area", "country", "area", "status", "published_at"),
        Index("ix_idea_backers", "country", "status", "backers", "published_at"),
        Index(None, "created_at"),
    )


class IdeaUpdate(Base):
    """One change of an idea: who, when, what it became, and what residents were told."""

    __tablename__ = "idea_update"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    idea_id: Mapped[str] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    """`resident`, or who of the staff."""
    status: Mapped[str]
    message: Mapped[str] = mapped_column(default="")
    """What was told, by language, as JSON; '' without words."""
    told: Mapped[int] = mapped_column(default=0)
    """How many residents it was told to."""

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012


class Supporter(Base):
    """A resident who stands behind an idea, or wants its news, or both."""

    __tablename__ = "supporter"

    idea_id: Mapped[str] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    resident_id: Mapped[str] = mapped_column(
        ForeignKey("resident.id"), primary_key=True, index=True
    )
    backs: Mapped[bool]
    follows: Mapped[bool]
    at: Mapped[datetime]


class IdeaComment(Base):
    """What somebody said about an idea. Shown once an organiser has published it."""

    __tablename__ = "idea_comment"

    id: Mapped[str] = mapped_column(primary_key=True)
    idea_id: Mapped[str] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    """What organisers call it, from 1 within its idea."""
    resident_id: Mapped[str | None] = mapped_column(ForeignKey("resident.id"), index=True)
    text: Mapped[str]
    language: Mapped[str]
    status: Mapped[str]
    status_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    """When it was first published, and told."""
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("idea_id", "number"), Index(None, "created_at"))
