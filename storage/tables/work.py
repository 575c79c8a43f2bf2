"""Later work, and what was done by whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey

from storage.tables.base import Base, Number
from storage.tables.declared import Mapped, mapped_column


class Meta(Base):
    """Small facts of this database, by their names; see `storage.facts`."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class SendBudget(Base):
    """What one bot may send: all processes draw from its one row."""

    __tablename__ = "send_budget"

    bot: Mapped[str] = mapped_column(primary_key=True)
    """`country/channel`."""
    tat: Mapped[datetime]
    """When everything that was drawn is used up, at the bot's rate (the theoretical arrival time
    of the generic cell rate algorithm, ITU-T I.371)."""
    paused_until: Mapped[datetime | None]
    """The channel asked for silence until then."""
    held: Mapped[bool] = mapped_column(default=False)
    """The operator has paused it until they resume."""


class ChatPause(Base):
    """The channel asked for silence in one chat, until then."""

    __tablename__ = "chat_pause"

    address_id: Mapped[str] = mapped_column(
        ForeignKey("address.id", ondelete="CASCADE"), primary_key=True
    )
    until: Mapped[datetime]


class Schedule(Base):
    """When something that is done again and again was last begun, by whichever process."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]


class Due(Base):
    """Something that falls due once. Moved, its row is updated; done or cancelled, it is gone."""

    __tablename__ = "due"

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Task(Base):
    """Work for later, kicked in the transaction that decides it. The embedded engine's table."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    name: Mapped[str]
    args: Mapped[str] = mapped_column(default="null")
    dedupe: Mapped[str | None] = mapped_column(unique=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    held: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012


class Telling(Base):
    """What is told to more people than one transaction should tell."""

    __tablename__ = "telling"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    said: Mapped[bytes]
    """Operations as they are owed, as a JSON list."""
    flow: Mapped[str]
    """The conversation that begins with each of them; '' for none."""
    argument: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012


class Untold(Base):
    """Somebody who is still to be told: without a foreign key, since it is written for very many
    at once, and who was forgotten meanwhile is told nothing."""

    __tablename__ = "untold"

    resident_id: Mapped[str] = mapped_column(primary_key=True)
    telling: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012


class Audit(Base):
    """What organisers and operators did."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
