"""Residents, the addresses they are reached at, and what they agreed to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false

from storage.tables.base import Base
from storage.tables.declared import Mapped, mapped_column


class Resident(Base):
    """A pseudonym that belongs to one country."""

    __tablename__ = "resident"

    id: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str]
    language: Mapped[str]
    language_chosen: Mapped[bool] = mapped_column(default=False)
    """Chosen by the person; the channel's guess never changes it again."""
    channel: Mapped[str]
    created_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """STOP: Baraza begins nothing by itself any more; what a person writes is still answered."""
    adult: Mapped[bool | None]
    """What they stated of their age when they were first asked; None until then."""
    quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    """They asked, with what they told, that no message be sent: announcements leave them out."""
    pilot: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(None, "country", "created_at"),
        # Copies of an announcement are made in the order of residents, some at a time.
        Index(None, "country", "id"),
    )


class Address(Base):
    """How a channel reaches somebody: sealed, and found by a keyed hash."""

    __tablename__ = "address"

    id: Mapped[str] = mapped_column(primary_key=True)
    bot: Mapped[str]
    """`country/channel`."""
    hash: Mapped[bytes]
    cipher: Mapped[bytes]
    key_id: Mapped[str]
    created_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    shown_until: Mapped[int] = mapped_column(default=0, server_default="0")
    """The last operation that the web inbox has taken. They come in order, and each counts once:
    after a death they may be sent again, when what they put there may be gone already."""

    __table_args__ = (UniqueConstraint("bot", "hash"),)


class Group(Base):
    """A group that the bot is in. It has an address and no resident."""

    __tablename__ = "group_chat"

    address_id: Mapped[str] = mapped_column(
        ForeignKey("address.id", ondelete="CASCADE"), primary_key=True
    )
    invited_at: Mapped[datetime]
    """When it was last told where a chat of one's own is."""


class Profile(Base):
    """One person behind an address; a shared phone has several (A to F)."""

    __tablename__ = "profile"

    id: Mapped[str] = mapped_column(primary_key=True)
    address_id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    letter: Mapped[str] = mapped_column(default="A")
    resident_id: Mapped[str] = mapped_column(ForeignKey("resident.id"), index=True)

    __table_args__ = (UniqueConstraint("address_id", "letter"),)


class Consent(Base):
    """That consent was given: to which text, when, in what language. Withdrawn, its row is gone
    with the person."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[str] = mapped_column(ForeignKey("resident.id"), index=True)
    version: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str]
    given_at: Mapped[datetime]


class PersonRequest(Base):
    """Somebody wants a person of the team to answer."""

    __tablename__ = "person_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    resident_id: Mapped[str | None] = mapped_column(ForeignKey("resident.id"), index=True)
    words: Mapped[str]
    language: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    demo: Mapped[bool] = mapped_column(default=False)
