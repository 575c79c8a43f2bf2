"""Announcements, and where each resident's copy of them stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint

from storage.tables.base import Base, Number
from storage.tables.declared import Mapped, PartialIndex, mapped_column

OPEN_DELIVERY = "state IN ('waiting', 'sending')"
"""The part of the deliveries that their index of open rows has."""


class Announcement(Base):
    """What is said to many at once. Its texts are the organisers' own."""

    __tablename__ = "announcement"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    kind: Mapped[str]
    """`announcement`, or `result` of a vote."""
    subject: Mapped[str] = mapped_column(default="")
    """The vote's code, for a result."""
    content: Mapped[bytes]
    """`bot.domain.announcements.Content` as JSON."""
    picture: Mapped[str] = mapped_column(default="", index=True)
    """The picture's name in the media store."""
    audience: Mapped[bytes]
    """`bot.domain.announcements.Audience` as JSON."""
    digest: Mapped[bytes]
    """Of content and audience: the same again is noticed."""
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    """Why it is paused, as a code."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    start_at: Mapped[datetime | None]
    start_local: Mapped[str] = mapped_column(default="")
    """The start as the organiser said it, in `zone`, such as `2026-12-01T18:30`."""
    zone: Mapped[str] = mapped_column(default="")
    best_before: Mapped[datetime | None]
    built: Mapped[bool] = mapped_column(default=False)
    """Every resident of the audience has a delivery."""
    judged: Mapped[bool] = mapped_column(default=False)
    """It was judged whether too many are given up."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(None, "country", "created_at"),
        Index(None, "state", "start_at"),
    )


class AnnouncedPicture(Base):
    """A picture that an announcement has in one language or more, by its name in the media store:
    whatever is named here or in `Announcement.picture` is kept."""

    __tablename__ = "announced_picture"

    announcement_id: Mapped[str] = mapped_column(
        ForeignKey("announcement.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


class Delivery(Base):
    """One resident's copy of an announcement."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    announcement_id: Mapped[str] = mapped_column(ForeignKey("announcement.id", ondelete="CASCADE"))
    resident_id: Mapped[str | None]
    """None once the resident is forgotten, or it is not to be known any more."""
    address_id: Mapped[str | None]
    bot: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    part: Mapped[int] = mapped_column(default=0)
    """Messages of it that stand there already: a picture goes before a long text."""
    fence: Mapped[int] = mapped_column(default=0)
    """The number of the lease under which it is being sent."""
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("announcement_id", "resident_id"),
        PartialIndex(
            "ix_delivery_open",
            "announcement_id",
            "bot",
            "state",
            "due_at",
            "id",
            where=OPEN_DELIVERY,
        ),
        Index(None, "announcement_id", "state"),
        Index(None, "resident_id", "ended_at"),
        {"sqlite_autoincrement": True},
    )


class Walk(Base):
    """Which process sends a bot's announcements. The fence grows with each walk that begins."""

    __tablename__ = "walk"

    bot: Mapped[str] = mapped_column(primary_key=True)
    fence: Mapped[int]
    holder: Mapped[str]
    lease_until: Mapped[datetime]
