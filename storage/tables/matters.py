"""Reports of local problems and what belongs to them, and whose each code is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, false

from storage.tables.base import Base, Number
from storage.tables.declared import Mapped, mapped_column


class Code(Base):
    """A public code and what it names. All kinds share this one name space."""

    __tablename__ = "code"

    code: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]


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
    shown_area: Mapped[str | None]
    """What others read in its place: a coarser area, '' for none, None for the same."""
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    detail: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    shown_text: Mapped[str | None]
    """What others read in its place, where words are masked; None for the same."""
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
    quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Who filed it wants no news in their chat, and asks with its code."""
    phone: Mapped[bytes | None]
    """Where who filed it asks to be called, sealed; gone once the report is closed."""
    key_id: Mapped[str | None]

    __table_args__ = (
        # Similar reports: a box of latitude and longitude within one category, the open ones.
        Index("ix_report_similar_point", "country", "category", "lat", "lon"),
        Index("ix_report_similar_area", "country", "category", "area", "lat", "created_at"),
        Index(None, "country", "status", "created_at"),
        Index(None, "created_at"),
    )


class ReportUpdate(Base):
    """One change of a report: who, when, what it became, and what residents were told."""

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
    """Words that came to a report or an idea later: from a backer, with `still not fixed`, or
    by an edit."""

    __tablename__ = "addition"

    id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str | None] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), index=True
    )
    idea_id: Mapped[str | None] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), index=True
    )
    resident_id: Mapped[str | None] = mapped_column(index=True)
    comment: Mapped[int | None]
    """The number of the comment on the idea that it changes; None for the idea itself."""
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    at: Mapped[datetime]


class Backer(Base):
    """A resident who said the same, and is told its news unless `quiet`."""

    __tablename__ = "backer"

    report_id: Mapped[str] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    resident_id: Mapped[str] = mapped_column(
        ForeignKey("resident.id"), primary_key=True, index=True
    )
    at: Mapped[datetime]
    quiet: Mapped[bool] = mapped_column(default=False, server_default=false())


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
    """A photo or a voice note. Once kept, its file is in the media store under `name`, its
    content hash; what was sent and could not be kept has a row that says why."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[str | None] = mapped_column(ForeignKey("resident.id"), index=True)
    report_id: Mapped[str | None] = mapped_column(ForeignKey("report.id"), index=True)
    idea_id: Mapped[str | None] = mapped_column(index=True)
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    """The draft it belongs to, until a report or an idea takes it."""
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    type: Mapped[str]
    size: Mapped[int]
    seconds: Mapped[float | None]
    album: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    demo: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="kept", server_default="kept")
    """`waiting` (at the channel still), `kept`, `refused` or `failed`."""
    reason: Mapped[str | None]
    """Why it is not kept, as a code."""
    bot: Mapped[str] = mapped_column(default="", server_default="")
    """Through which bot to fetch it: `country/channel`."""
    file: Mapped[bytes | None]
    """What the channel calls it, sealed like an address; gone once it is kept or given up."""
    key_id: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When to fetch it (again). Whoever fetches moves it on first, which is their lease."""
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Its place among the files of its chat, however late it arrives."""
    caption: Mapped[str] = mapped_column(default="", server_default="")
    """The words that came with it."""
    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It came when its album was an answer already; that is told once."""
