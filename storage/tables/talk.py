"""Conversations under way, what came in and what goes out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false

from storage.tables.base import Base, Number
from storage.tables.declared import Mapped, PartialIndex, mapped_column

OPEN = "state IN ('owed', 'sending')"
"""The part of the outbox that its index of open rows has."""


class Conversation(Base):
    """One (resident, flow, subject). The newest `foreground` takes typed text."""

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[str] = mapped_column(ForeignKey("resident.id", ondelete="CASCADE"))
    flow: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    state: Mapped[bytes]
    foreground: Mapped[int]
    """Grows each time the conversation comes to the front."""
    updated_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("resident_id", "flow", "subject"),
        Index(None, "updated_at"),
    )


class SeenUpdate(Base):
    """An update that was taken; the same one again changes nothing."""

    __tablename__ = "seen_update"

    bot: Mapped[str] = mapped_column(primary_key=True)
    update_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Source(Base):
    """Which message of a resident became part of a report or an idea: an edit of it is kept beside
    that."""

    __tablename__ = "source"

    resident_id: Mapped[str] = mapped_column(
        ForeignKey("resident.id", ondelete="CASCADE"), primary_key=True
    )
    ref: Mapped[str] = mapped_column(primary_key=True)
    """What the channel calls the message."""
    report_id: Mapped[str | None] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), index=True
    )
    idea_id: Mapped[str | None] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), index=True
    )
    comment: Mapped[int | None]
    """The number of the comment on the idea that it is; None for the idea itself."""
    addition_id: Mapped[str | None]
    """Where its changed words are."""
    at: Mapped[datetime] = mapped_column(index=True)


class StuckUpdate(Base):
    """An update whose turn failed: counted, and set aside once it failed too often."""

    __tablename__ = "stuck_update"

    bot: Mapped[str] = mapped_column(primary_key=True)
    update_id: Mapped[str] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int]
    reason: Mapped[str]
    """The class name of the last failure: its words may be a resident's."""
    set_aside: Mapped[bool] = mapped_column(default=False)
    hash: Mapped[bytes | None]
    """The address's, as in `Address`: who is forgotten is forgotten here too."""
    sealed: Mapped[bytes]
    key_id: Mapped[str]


class Piece(Base):
    """What came in pieces from somebody and waits a moment for its rest, sealed."""

    __tablename__ = "piece"

    resident_id: Mapped[str] = mapped_column(
        ForeignKey("resident.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    """When it is taken without its rest; each piece moves it."""


class Interaction(Base):
    """One answer, without its words: what was asked, how it was answered, closed answers."""

    __tablename__ = "interaction"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    resident_id: Mapped[str] = mapped_column(index=True)
    country: Mapped[str]
    at: Mapped[datetime]
    flow: Mapped[str]
    question: Mapped[str]
    kind: Mapped[str]
    choice: Mapped[str | None]
    language: Mapped[str]
    channel: Mapped[str]
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index(None, "country", "at"), {"sqlite_autoincrement": True})


class Outbox(Base):
    """An operation owed to a channel. The payload goes when an end state is reached."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    address_id: Mapped[str]
    resident_id: Mapped[str | None]
    language: Mapped[str]
    """For when the resident is gone; else it is theirs at the moment of sending."""
    payload: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(default="owed")
    """`owed`, `sending`, `sent`, `given up` or `unknown`."""
    priority: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease: Mapped[int] = mapped_column(default=0, server_default="0")
    """Grows each time the row is taken: who took it before has a lower one and no say any more."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often sending it failed for a fault of ours."""
    unsure: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it may have arrived without our knowing: so often more it may stand there."""
    reason: Mapped[str | None]
    ref: Mapped[str | None]

    __table_args__ = (
        # Of the open rows alone: those that were sent are many, and nobody looks for them.
        PartialIndex("ix_outbox_open", "address_id", "id", where=OPEN),
        Index("ix_outbox_address", "address_id", "id"),
        {"sqlite_autoincrement": True},
    )


class Inbox(Base):
    """The web chat's history of one browser, sealed."""

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    address_id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    conversation: Mapped[str] = mapped_column(default="")
    serial: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=False)
    fleeting: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        Index(None, "address_id", "id"),
        {"sqlite_autoincrement": True},
    )


class Prompt(Base):
    """Where a question stands in a chat that keeps its messages, so its buttons can be put out."""

    __tablename__ = "prompt"

    address_id: Mapped[str] = mapped_column(
        ForeignKey("address.id", ondelete="CASCADE"), primary_key=True
    )
    conversation: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str]
    """What the channel calls the message."""
    keyboard: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a keyboard in place of the letters came up with it, and is to go with it."""
