"""Votes: what is asked of whom, what a ballot may be, and where a vote stands.

Texts are in every language of the country (`Name.within`). Amounts are exact decimals. A vote is
known by its `code`; ballots hold the `key`s of options and never their texts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from bot.domain.country import Country
from bot.domain.facts import Fresh
from bot.domain.messages import FullDay, Message, Name, _

T = TypeVar("T")

AREA_LEAST = 20
"""Turnout of an area is told from so many voters on: neighbours could count fewer."""

CHOICES, AREA = "choices", "area"
"""Keys of the chat's questions that a ballot which is refused goes back to."""


class Status(Enum):
    """Where a vote stands. The value is what is stored and shown to staff."""

    OPEN = "open"
    """Takes ballots between its dates; before them it is announced and waits."""
    CLOSED = "closed"
    """Counted, and not told yet."""
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    """Given up before its end; its ballots are erased unread."""
    LOST = "lost"
    """It ended after the backup was made that this database came from: its count is not here."""


CHANGES: Mapping[Status, tuple[Status, ...]] = {
    Status.OPEN: (Status.CLOSED, Status.WITHDRAWN, Status.LOST),
    Status.CLOSED: (Status.PUBLISHED,),
    Status.PUBLISHED: (),
    Status.WITHDRAWN: (),
    Status.LOST: (),
}
"""The one table of what may follow what. No end of a vote can be undone."""

STATUS_LABELS: Mapping[Status, Message] = {
    Status.OPEN: _("open"),
    Status.CLOSED: _("closed, being counted"),
    Status.PUBLISHED: _("closed, result published"),
    Status.WITHDRAWN: _("withdrawn"),
    Status.LOST: _("closed"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen. `picture` names a file in the media store, '' for none."""

    key: str
    label: Name
    text: Name | None = None
    emoji: str = ""
    cost: Decimal = Decimal(0)
    picture: str = ""
    withdrawn: Name | None = None
    """Why it cannot be chosen any more; None where it can. Ballots keep it and count without."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who may vote, beside having given consent."""

    adult: bool = True
    """Only who stated to be of age."""
    areas: tuple[str, ...] = ()
    """Keys of areas, each with all that is in it; empty for everybody in the country."""
    registered_before: datetime | None = None
    """Only who gave consent before that moment."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote as its file says it. `code`, `status` and what follows come with the database.

    `opens` and `closes` are aware, in the vote's `zone`. `most` is how many options one ballot may
    hold: 1 is *choose one*, more is *choose up to*. `seats` is how many win where nothing is
    spent, `pot` what can be spent (None: nothing). `method` and `tie` are names of `bot.counting`.
    """

    key: str
    country: str
    question: Name
    options: tuple[Option, ...]
    opens: datetime
    closes: datetime
    zone: str
    method: str
    tie: str
    owner: str
    """Who of the staff answers for it."""
    about: Name | None = None
    """A line or two before the rules."""
    who: Who = Who()
    most: int = 1
    seats: int = 1
    least: int = 0
    """An option with fewer votes cannot win."""
    pot: Decimal | None = None
    currency: str = ""
    """ISO 4217; '' where nothing costs anything."""
    within_pot: bool = False
    """Whether what one ballot chooses must fit into the pot together."""
    blank: bool = True
    """Whether `none of these` may be cast on purpose."""
    ask_area: bool = False
    """Whether a voter is asked where they live, so that turnout by area can be told."""
    result_days: int | None = None
    """Within so many days of the close the result is promised; None promises nothing."""
    code: str = ""
    status: Status = Status.OPEN
    ended_at: datetime | None = None
    """When it was closed or withdrawn."""
    early: bool = False
    """Closed before its date."""
    reason: Name | None = None
    """Why it was closed early or withdrawn."""
    cleaned_at: datetime | None = None
    """Since when nothing is left that could join a ballot with a person."""
    published_at: datetime | None = None
    pilot: bool = False
    demo: bool = False

    @property
    def costs(self) -> bool:
        """Whether amounts are part of it at all."""
        return self.pot is not None or any(option.cost for option in self.options)

    @property
    def asks_area(self) -> bool:
        return self.ask_area or bool(self.who.areas)

    @property
    def result_by(self) -> date | None:
        """The day by which the result is promised, as days are counted there. An early close
        changes nothing about it."""
        if self.result_days is None:
            return None
        return self.closes.date() + timedelta(self.result_days)

    @property
    def result_due(self) -> datetime | None:
        """The end of that day."""
        day = self.result_by
        if day is None:
            return None
        return datetime.combine(day + timedelta(1), time.min, self.closes.tzinfo)

    def owes_result(self, now: datetime) -> bool:
        """Whether its result was promised and is late."""
        waits = self.status in {Status.OPEN, Status.CLOSED}
        return waits and self.result_due is not None and self.result_due <= now

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def spent(self, choices: Collection[str]) -> Decimal:
        """What a ballot's choices cost together."""
        return sum((o.cost for o in self.options if o.key in choices), Decimal(0))

    def takes_ballots(self, now: datetime) -> bool:
        return self.status is Status.OPEN and self.opens <= now < self.closes


def page_of(code: str) -> str:
    """Where everybody reads of a vote, below the country's page."""
    return f"votes/{code}"


class Flaw(Enum):
    """Why something is no ballot of this vote."""

    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    TOO_MANY = "too many"
    OVER_POT = "over the pot"
    BLANK = "blank"


def flaw_of(vote: Vote, choices: Sequence[str]) -> Flaw | None:
    """What is wrong with these choices as a ballot; None for a good one."""
    chosen = [vote.option(key) for key in dict.fromkeys(choices)]
    if not all(chosen):
        return Flaw.UNKNOWN
    if any(option and option.withdrawn for option in chosen):
        return Flaw.WITHDRAWN
    if len(chosen) > vote.most:
        return Flaw.TOO_MANY
    if vote.within_pot and vote.pot is not None and vote.spent(choices) > vote.pot:
        return Flaw.OVER_POT
    return Flaw.BLANK if not chosen and not vote.blank else None


class Barrier(Enum):
    """Why a resident may not vote (yet). `asks` tells the two that an answer may lift."""

    NO_VOTE = "no vote"
    NOT_YET = "not yet"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    LATE = "registered late"
    AGE_UNKNOWN = "age unknown"
    UNDER_AGE = "under age"
    AREA_UNKNOWN = "area unknown"
    OTHER_AREA = "other area"
    KEY_LOST = "key lost"
    """The vote is open and its key is not there: nothing can be sealed, and nothing counted."""

    @property
    def asks(self) -> bool:
        return self in {Barrier.AGE_UNKNOWN, Barrier.AREA_UNKNOWN}


@dataclass(frozen=True, slots=True)
class Voter:
    """What decides whether somebody may vote. `area` is what they say now, '' before; who has
    voted already said it then."""

    registered_at: datetime | None
    adult: bool | None
    area: str = ""
    voted: bool = False


def barrier_of(vote: Vote, country: Country, voter: Voter, now: datetime) -> Barrier | None:
    """Why this voter may not vote now; None where they may."""
    who = vote.who
    if vote.status is Status.WITHDRAWN:
        return Barrier.WITHDRAWN
    if vote.status is not Status.OPEN or now >= vote.closes:
        return Barrier.ENDED
    if now < vote.opens:
        return Barrier.NOT_YET
    late = who.registered_before is not None and (
        voter.registered_at is None or voter.registered_at >= who.registered_before
    )
    if late:
        return Barrier.LATE
    if who.adult and voter.adult is not True:
        return Barrier.AGE_UNKNOWN if voter.adult is None else Barrier.UNDER_AGE
    if voter.voted and not voter.area:
        return None
    if vote.asks_area and voter.area not in country.places_by_key():
        return Barrier.AREA_UNKNOWN
    if who.areas and not is_within(country, voter.area, who.areas):
        return Barrier.OTHER_AREA
    return None


def is_within(country: Country, area: str, wanted: Collection[str]) -> bool:
    """Whether an area is one of the wanted, or lies in one."""
    places = country.places_by_key()
    place = places.get(area)
    while place is not None:
        if place.key in wanted:
            return True
        place = places.get(place.parent)
    return False


@dataclass(frozen=True, slots=True)
class CastBallot:
    """End of the vote flow: these options, or none of them. Again is a change until the close."""

    code: str
    choices: tuple[str, ...]
    area: str = ""
    """Where the voter says to live; asked where `Vote.asks_area`."""


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A vote as a list shows it."""

    code: str
    key: str
    question: Name
    closes: datetime
    taken: bool
    """The resident has voted already, and may change it."""


@dataclass(frozen=True, slots=True)
class OpenVotes(Fresh[tuple[VoteLine, ...]]):
    """The votes of the country that take ballots now, the one that closes first first."""

    def subject(self) -> Any:
        return "open votes"


@dataclass(frozen=True, slots=True)
class TheVote(Fresh["Vote | None"]):
    """A vote by its code or its file's key, as it is at this moment, for a resident.

    The options stand in an order of the resident's own, which stays the same until the close.
    """

    code: str

    def subject(self) -> Any:
        return self.code


@dataclass(frozen=True, slots=True)
class MayVote(Fresh["Barrier | None"]):
    """Why the resident may not vote in it now; None where they may. `area` as they say it."""

    code: str
    area: str = ""

    def subject(self) -> Any:
        return [self.code, self.area]


@dataclass(frozen=True, slots=True)
class OwnBallot(Fresh["tuple[str, ...] | None"]):
    """What the resident has cast and may still change; None for nothing, () for a blank one."""

    code: str

    def subject(self) -> Any:
        return self.code


def barrier_line(barrier: Barrier, vote: Vote | None = None) -> Message:
    """Why somebody may not vote, as they are told."""
    match barrier:
        case Barrier.NOT_YET if vote is not None:
            return _("This vote is not open yet. It opens on {when}.")(when=vote.opens)
        case Barrier.LATE if vote is not None and vote.who.registered_before is not None:
            return _("Only people who joined this chat before {when} can vote here.")(
                when=vote.who.registered_before
            )
        case _:
            return _BARRIERS[barrier]


def result_line(vote: Vote) -> Message | None:
    """When the result comes, as residents are told; None where nothing is promised."""
    day = vote.result_by
    return None if day is None else _("The result comes by {when}.")(when=FullDay(day))


_BARRIERS: Mapping[Barrier, Message] = {
    Barrier.NO_VOTE: _("We could not find that vote."),
    Barrier.NOT_YET: _("This vote is not open yet."),
    Barrier.ENDED: _("This vote is closed."),
    Barrier.WITHDRAWN: _("This vote was withdrawn."),
    Barrier.LATE: _("This vote is for people who joined this chat earlier."),
    Barrier.AGE_UNKNOWN: _("Only adults can vote here, so we need to know if you are one."),
    Barrier.UNDER_AGE: _("Only adults can vote here. Your reports and ideas count all the same."),
    Barrier.AREA_UNKNOWN: _("We need to know where you live, to know if you can vote here."),
    Barrier.OTHER_AREA: _("This vote is for the people of another area."),
    Barrier.KEY_LOST: _("Something is wrong with this vote. The team knows. Please try later."),
}

FLAW_LINES: Mapping[Flaw, Message] = {
    Flaw.UNKNOWN: _("One of your choices is not there any more. Please choose again."),
    Flaw.WITHDRAWN: _("One of your choices was withdrawn. Please choose again."),
    Flaw.TOO_MANY: _("You chose more than this vote allows. Please choose again."),
    Flaw.OVER_POT: _("Your choices cost more than there is. Please choose again."),
    Flaw.BLANK: _("Please choose at least one."),
}
