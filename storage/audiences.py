"""An audience becomes a query, in this one place: each resident once, at one address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, union_all

from bot.domain.announcements import CHANNELS, Audience
from storage.tables import (
    Address,
    Backer,
    Idea,
    Profile,
    Report,
    Resident,
    Supporter,
    TookPart,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many an audience is. `left_out` is how many of it get nothing, by reason."""

    by_language_and_channel: Mapping[tuple[str, str], int]
    left_out: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_language_and_channel.values())


def _reports(code: str) -> Sequence[Select[Any]]:
    """Who filed a report, and who backed it."""
    filed = select(Report.resident_id)
    backed = select(Backer.resident_id)
    if code:
        of_it = select(Report.id).where(Report.code == code).scalar_subquery()
        return filed.where(Report.code == code), backed.where(Backer.report_id == of_it)
    return filed, backed


def _votes(code: str) -> Sequence[Select[Any]]:
    """Who voted, never how."""
    voted = select(TookPart.resident_id)
    return (voted.where(TookPart.vote == code) if code else voted,)


def _ideas(code: str) -> Sequence[Select[Any]]:
    """Who proposed an idea, and who backs or follows it."""
    proposed, supporting = select(Idea.resident_id), select(Supporter.resident_id)
    if code:
        of_it = select(Idea.id).where(Idea.code == code).scalar_subquery()
        return proposed.where(Idea.code == code), supporting.where(Supporter.idea_id == of_it)
    return proposed, supporting


TOOK_PART: Mapping[str, Callable[[str], Sequence[Select[Any]]]] = {
    "report": _reports,
    "idea": _ideas,
    "vote": _votes,
}
"""Selections of residents who took part in something, by its kind: in one by its code, or for ''
in any. A resident may be in several, and several times. A new kind is a line here."""


def _at_reports(places: Sequence[str]) -> Sequence[Select[Any]]:
    there = Report.area.in_(places)
    return (
        select(Report.resident_id).where(there),
        select(Backer.resident_id).join(Report, Report.id == Backer.report_id).where(there),
    )


def _at_ideas(places: Sequence[str]) -> Sequence[Select[Any]]:
    there = Idea.area.in_(places)
    return (
        select(Idea.resident_id).where(there),
        select(Supporter.resident_id).join(Idea, Idea.id == Supporter.idea_id).where(there),
    )


AT_PLACES: tuple[Callable[[Sequence[str]], Sequence[Select[Any]]], ...] = (
    _at_reports,
    _at_ideas,
)
"""Selections of residents who have to do with places: who told of something there, or has an
idea for it."""


def members(audience: Audience, places: Sequence[str]) -> ColumnElement[bool]:
    """Whether a resident is meant. `places` are the audience's areas with all that lies within
    them."""
    conditions: list[ColumnElement[bool]] = [
        Resident.country == audience.country,
        Resident.consented_at.is_not(None),
    ]
    if audience.languages:
        conditions.append(Resident.language.in_(audience.languages))
    if audience.areas:
        conditions.append(_among(ids for at in AT_PLACES for ids in at(places)))
    if audience.took_part:
        conditions.append(
            _among(ids for part in audience.took_part for ids in TOOK_PART[part.kind](part.code))
        )
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = whole & condition
    return whole


def _among(selections: Any) -> ColumnElement[bool]:
    return Resident.id.in_(
        # In a list of IN a null would make "is not in it" unknown; whoever is forgotten is none.
        union_all(*(ids.where(ids.selected_columns[0].is_not(None)) for ids in selections))
    )


def _bots(audience: Audience) -> list[str]:
    return [f"{audience.country}/{channel}" for channel in audience.channels or CHANNELS]


def reached(audience: Audience, places: Sequence[str]) -> Select[Any]:
    """Resident, language, address and bot of everybody who gets it, in the order of residents.

    Who said STOP, who asked for no message and who cannot be written to are left out. Of several
    addresses one is taken.
    """
    addresses = (
        select(func.min(Profile.id))
        .join(Address, Address.id == Profile.address_id)
        .where(
            Profile.resident_id == Resident.id,
            Address.bot.in_(_bots(audience)),
            Address.blocked_at.is_(None),
        )
        .correlate(Resident)
        .scalar_subquery()
    )
    columns: Any = (Resident.id, Resident.language, Address.id, Address.bot)
    them: Select[Any] = (
        select(*columns)
        .select_from(Resident)
        .join(Profile, Profile.id == addresses)
        .join(Address, Address.id == Profile.address_id)
        .where(members(audience, places), *_TO_BE_TOLD)
        .order_by(Resident.id)
    )
    return them


_TO_BE_TOLD = (Resident.stopped_at.is_(None), Resident.quiet.is_(False))

STOPPED, QUIET = "said STOP", "asked for no message"
BLOCKED, NO_ADDRESS = "blocked the bot", "on no such channel"


def count(connection: Connection, audience: Audience, places: Sequence[str]) -> Reach:
    """How many get it, and how many of those meant do not."""
    them = reached(audience, places).order_by(None).subquery()
    language, bot = them.c.language, them.c.bot
    rows = connection.execute(
        select(language, bot, func.count()).group_by(language, bot).order_by(language, bot)
    )
    found = {(str(row[0]), str(row[1]).rpartition("/")[2]): int(row[2]) for row in rows}
    meant = select(func.count()).select_from(Resident).where(members(audience, places))
    stopped = connection.scalar(meant.where(Resident.stopped_at.is_not(None))) or 0
    at = (
        select(Profile.resident_id)
        .join(Address, Address.id == Profile.address_id)
        .where(Address.bot.in_(_bots(audience)))
    )
    spared = meant.where(Resident.stopped_at.is_(None), Resident.quiet.is_(True))
    going = meant.where(*_TO_BE_TOLD)
    nowhere = connection.scalar(going.where(Resident.id.not_in(at))) or 0
    reachable = at.where(Address.blocked_at.is_(None))
    blocked = (connection.scalar(going.where(Resident.id.not_in(reachable))) or 0) - nowhere
    quiet = connection.scalar(spared) or 0
    left_out = {STOPPED: stopped, QUIET: quiet, BLOCKED: blocked, NO_ADDRESS: nowhere}
    return Reach(found, {why: number for why, number in left_out.items() if number})
