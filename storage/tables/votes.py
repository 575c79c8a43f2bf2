"""Votes, and their ballots before and after the count.

Before the close a ballot stands sealed under a mark that only the vote's key gives. After it, what
was chosen stands in random order in another table. Neither has a running number, a time or, on
SQLite, a row number: each of them would join it with who took part.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index

from storage.tables.base import Base
from storage.tables.declared import Mapped, mapped_column


class Vote(Base):
    """What is asked, of whom and until when. Texts are lists of language and words, as JSON."""

    __tablename__ = "vote"

    code: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    owner: Mapped[str]
    question: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    zone: Mapped[str]
    method: Mapped[str]
    tie: Mapped[str]
    most: Mapped[int]
    seats: Mapped[int]
    least: Mapped[int]
    pot: Mapped[str | None]
    """Amounts are decimals as text, exact."""
    currency: Mapped[str]
    within_pot: Mapped[bool]
    blank: Mapped[bool]
    adult: Mapped[bool]
    areas: Mapped[str]
    """Keys, as JSON."""
    registered_before: Mapped[datetime | None]
    ask_area: Mapped[bool]
    result_days: Mapped[int | None]
    """Within so many days of the close its result is promised."""
    status: Mapped[str]
    status_at: Mapped[datetime]
    early: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    """Why it was closed early or withdrawn, by language, as JSON; '' without."""
    ended_at: Mapped[datetime | None]
    cleaned_at: Mapped[datetime | None]
    """Since when nothing is left that could join a ballot with a person."""
    published_at: Mapped[datetime | None]
    turnout: Mapped[str] = mapped_column(default="")
    """Voters by area once it is closed, as JSON; people who are forgotten stay counted."""
    created_at: Mapped[datetime]
    pilot: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index(None, "country", "status", "closes_at"),)


class VoteOption(Base):
    """One thing that can be chosen."""

    __tablename__ = "vote_option"

    vote: Mapped[str] = mapped_column(
        ForeignKey("vote.code", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    """Its place in the file."""
    label: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    emoji: Mapped[str] = mapped_column(default="")
    cost: Mapped[str]
    picture: Mapped[str] = mapped_column(default="", index=True)
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    won: Mapped[bool | None]
    """What its published result says."""


class Ballot(Base):
    """A ballot of an open vote: sealed with the vote's key, under a mark made with it."""

    __tablename__ = "ballot"

    vote: Mapped[str] = mapped_column(
        ForeignKey("vote.code", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012


class TookPart(Base):
    """Who has voted, and where they say to live. Neither when nor how."""

    __tablename__ = "took_part"

    vote: Mapped[str] = mapped_column(
        ForeignKey("vote.code", ondelete="CASCADE"), primary_key=True
    )
    resident_id: Mapped[str] = mapped_column(
        ForeignKey("resident.id"), primary_key=True, index=True
    )
    area: Mapped[str] = mapped_column(default="")

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012


class CountedBallot(Base):
    """A ballot of a closed vote. Its number was drawn by lot."""

    __tablename__ = "counted_ballot"

    vote: Mapped[str] = mapped_column(
        ForeignKey("vote.code", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    choices: Mapped[str]
    """Keys of options, separated by commas; '' for a blank one."""

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012


class CountedCode(Base):
    """What a voter can look up to see that their ballot was counted. In the order of the codes,
    and so apart from the ballots."""

    __tablename__ = "counted_code"

    vote: Mapped[str] = mapped_column(
        ForeignKey("vote.code", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str]

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
