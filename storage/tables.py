"""The tables. Typed declarations, used with Core statements; migrations make them.

Ids of things are time-ordered text that we make; running numbers are for what must keep an order.
Internal ids never leave: residents and staff see a report's `code`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import Utc

# Numbers are never used twice, not even once the highest rows are erased (AUTOINCREMENT): an
# operation's number stands in the web inbox long after its row is gone.
Number = BigInteger().with_variant(Integer(), "sqlite")
"""A running number: only INTEGER counts by itself on SQLite, and 32 bits are too few elsewhere."""


class Base(DeclarativeBase):
    type_annotation_map = {datetime: Utc(), bytes: LargeBinary(), int: BigInteger()}  # noqa: RUF012
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Meta(Base):
    """Small facts of this database: whether it is a demo's, and its epoch."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


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
    pilot: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index(None, "country", "created_at"),)


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

    __table_args__ = (UniqueConstraint("bot", "hash"),)


class Profile(Base):
    """One person behind an address; a shared phone has several (A to F)."""

    __tablename__ = "profile"

    id: Mapped[str] = mapped_column(primary_key=True)
    address_id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    letter: Mapped[str] = mapped_column(default="A")
    resident_id: Mapped[str] = mapped_column(ForeignKey("resident.id"), index=True)

    __table_args__ = (UniqueConstraint("address_id", "letter"),)


class Consent(Base):
    """That consent was given or withdrawn: to which text, when, in what language."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[str] = mapped_column(ForeignKey("resident.id"), index=True)
    version: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


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
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    ref: Mapped[str | None]

    __table_args__ = (
        Index("ix_outbox_open", "state", "due_at"),
        Index("ix_outbox_address", "address_id", "id"),
        {"sqlite_autoincrement": True},
    )


class Inbox(Base):
    """The web chat's history of one browser, sealed."""

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    address_id: Mapped[str] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    operation_id: Mapped[str]
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    conversation: Mapped[str] = mapped_column(default="")
    serial: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=False)
    fleeting: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("address_id", "operation_id"),
        Index(None, "address_id", "id"),
        {"sqlite_autoincrement": True},
    )


class Report(Base):
    """A local problem. Its words live here and nowhere else."""

    __tablename__ = "report"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    resident_id: Mapped[str | None] = mapped_column(ForeignKey("resident.id"), index=True)
    category: Mapped[str]
    limited: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str]
    status_at: Mapped[datetime]
    planned_for: Mapped[date | None]
    area: Mapped[str]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    detail: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    channel: Mapped[str]
    since: Mapped[str] = mapped_column(default="")
    danger: Mapped[str] = mapped_column(default="")
    affected: Mapped[int] = mapped_column(default=1)
    """People: who filed it and who backed it."""
    cleared_at: Mapped[datetime | None]
    """A person has read words and photos, and others may see them."""
    merged_into: Mapped[str | None]
    created_at: Mapped[datetime]
    pilot: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        # Similar reports: a box of latitude and longitude within one category, the open ones.
        Index("ix_report_similar_point", "country", "category", "lat", "lon"),
        Index("ix_report_similar_area", "country", "category", "area", "created_at"),
        Index(None, "country", "status", "created_at"),
        Index(None, "created_at"),
    )


class ReportUpdate(Base):
    """One change of a report: who, when, from what to what, and what residents were told."""

    __tablename__ = "report_update"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    """`resident`, `system`, or who of the staff."""
    status: Mapped[str]
    planned_for: Mapped[date | None]
    message: Mapped[str] = mapped_column(default="")
    """What was told, by language, as JSON; '' without words."""
    told: Mapped[int] = mapped_column(default=0)
    """How many residents it was told to."""

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012


class Addition(Base):
    """Words that came to a report later: from a backer, or with `still not fixed`."""

    __tablename__ = "addition"

    id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    resident_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    at: Mapped[datetime]


class Backer(Base):
    """A resident who said the same, and is told its news."""

    __tablename__ = "backer"

    report_id: Mapped[str] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    resident_id: Mapped[str] = mapped_column(
        ForeignKey("resident.id"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class Alert(Base):
    """Something dangerous, known before its report is sent. No words."""

    __tablename__ = "alert"

    id: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str]
    resident_id: Mapped[str | None] = mapped_column(index=True)
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    category: Mapped[str]
    area: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="being told")
    """`being told`, `sent` (the report took it over) or `not sent` (the draft was left)."""
    report_id: Mapped[str | None]
    demo: Mapped[bool] = mapped_column(default=False)


class Media(Base):
    """A photo or a voice note. The file is in the media store under `name`, its content hash."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[str | None] = mapped_column(ForeignKey("resident.id"), index=True)
    report_id: Mapped[str | None] = mapped_column(ForeignKey("report.id"), index=True)
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    """The draft it belongs to, until a report takes it."""
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    type: Mapped[str]
    size: Mapped[int]
    seconds: Mapped[float | None]
    album: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    demo: Mapped[bool] = mapped_column(default=False)


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


class Due(Base):
    """Something that falls due once; moved or cancelled by an update of its row."""

    __tablename__ = "due"

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]


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
