"""Votes: whoever casts and changes a ballot, and who ends the vote, two things at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count

from sqlalchemy import Connection, select

from bot.domain.outcomes import NotAllowed
from bot.domain.votes import CastBallot
from bot.keys.votes import KeyExists, VoteKeys
from bot.services import vote_course, votes
from bot.services.vote_course import Changed
from storage import codes
from storage import votes as rows
from storage.addresses import Person
from storage.tables import Vote
from tests.announced import COUNTRY
from tests.houses import SmallHouse
from tests.interleave.acts import (
    ANA,
    BEN,
    CYD,
    NEWCOMERS,
    STEP_SECONDS,
    Act,
    Step,
    Voices,
    act,
    by,
    later,
    neighbours,
)
from tests.votes.elections import WHY, made_up, stands_in

SEND = "send it"
SIGNS = str.maketrans("01", "AB")
"""A code has no noughts and ones."""


def about_votes(chance: random.Random) -> Sequence[Step]:
    """Every other kind of meeting, drawn by lot."""
    plot = Plot()
    steps = [meet(plot) for meet in chance.sample(MEETINGS, len(MEETINGS) // 2)]
    return [Step(neighbours(1, 2), neighbours(3, 1)), *steps]


class Plot:
    """Votes are known by their keys, since each town draws their codes."""

    def __init__(self) -> None:
        self.voices = Voices()
        self._numbers = count(1)
        self._newcomers = count(NEWCOMERS)

    def vote(self, *, seconds: float = 86_400) -> tuple[str, list[Act]]:
        """A new one that is open for so long: its key, and how it comes to be."""
        key = f"vote-{next(self._numbers)}"
        return key, [self.opens(key, seconds)]

    def opens(self, key: str, seconds: float = 86_400) -> Act:
        """It is opened with the next code."""
        return opened(key, f"MVD-V{next(self._numbers):03}".translate(SIGNS), seconds)

    def newcomer(self) -> tuple[str, Act]:
        """Somebody who comes for one step: the address, and how they come."""
        number = next(self._newcomers)
        return f"{10_000 + number}", neighbours(number, 1)

    def chooses(self, who: str, key: str, option: str) -> list[Act]:
        """Somebody goes through a vote up to the last look."""
        return self.voices.all(
            who, lambda connection: code_of(connection, key), f"Option {option}"
        )

    def says(self, who: str, words: str) -> Act:
        return self.voices.say(who, words)


def code_of(connection: Connection, key: str) -> str:
    return connection.scalars(select(Vote.code).where(Vote.key == key)).one()


def opened(key: str, code: str, seconds: float = 86_400) -> Act:
    """The key's bytes are the code's, so that options stand in one order in both towns."""

    def do(house: SmallHouse, connection: Connection) -> None:
        closes = house.now + timedelta(seconds=seconds)
        vote = made_up(key=key, code=code, most=1, closes=closes)
        with suppress(KeyExists):
            VoteKeys(house.keys.votes.folder, random.Random(code).randbytes).create(code)
        codes.take(connection, code, COUNTRY, codes.VOTE)
        vote_course.open_vote(connection, house.outside, house.keys, "shell:ana", vote)

    return act(do)


def cast(who: str, key: str, option: str) -> Act:
    def do(house: SmallHouse, connection: Connection, person: Person) -> None:
        ballot = CastBallot(code_of(connection, key), (option,), "")
        country = house.countries[COUNTRY]
        votes.cast(connection, house.outside, house.keys, country, person, ballot)

    return by(who, do)


def close(key: str) -> Act:
    """An organiser closes it before its time."""
    return act(
        lambda house, connection: vote_course.close_vote(
            connection, house.outside, house.keys, "shell:ana", code_of(connection, key), WHY
        )
    )


def close_due(house: SmallHouse, connection: Connection) -> None:
    """The clock closes what is over."""
    vote_course.close_due(connection, house.outside, house.keys)


def withdraw(key: str) -> Act:
    return act(
        lambda house, connection: vote_course.withdraw_vote(
            connection, house.outside, "shell:ana", code_of(connection, key), WHY
        )
    )


def withdraw_option(key: str, option: str) -> Act:
    return act(
        lambda house, connection: vote_course.withdraw_option(
            connection, house.outside, "shell:ana", code_of(connection, key), option, WHY
        )
    )


def clean(key: str) -> Act:
    """What the sweep notes in its end; the keys stay, since a twin may have to go back."""
    return act(
        lambda house, connection: rows.mark_cleaned(
            connection, [code_of(connection, key)], house.now
        )
    )


def publish(key: str) -> Act:
    return act(
        lambda house, connection: vote_course.publish_vote(
            connection, house.outside, "shell:ana", code_of(connection, key)
        )
    )


def correct(key: str, owner: str) -> Act:
    def do(house: SmallHouse, connection: Connection) -> Changed | NotAllowed:
        standing = stands_in(connection, code_of(connection, key))
        file = replace(standing, owner=owner)
        return vote_course.correct_vote(connection, house.outside, "shell:ana", standing, file)

    return act(do)


def two_ballots_of_one(plot: Plot) -> Step:
    key, come = plot.vote()
    return Step(cast(ANA, key, "a"), cast(ANA, key, "b"), come)


def sent_twice(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, *plot.chooses(ANA, key, "a")]
    return Step(plot.says(ANA, SEND), plot.says(ANA, SEND), before)


def cast_by_two(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, *plot.chooses(ANA, key, "a"), *plot.chooses(BEN, key, "b")]
    return Step(plot.says(ANA, SEND), plot.says(BEN, SEND), before)


def changed_while_an_organiser_closes(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, cast(ANA, key, "a"), cast(BEN, key, "c"), *plot.chooses(ANA, key, "b")]
    return Step(close(key), plot.says(ANA, SEND), before, inside=True)


def first_cast_while_an_organiser_closes(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, cast(BEN, key, "c"), *plot.chooses(ANA, key, "b")]
    return Step(close(key), plot.says(ANA, SEND), before, inside=True)


def changed_at_the_last_moment(plot: Plot) -> Step:
    """By the clock it is over: whoever comes now is late, whichever comes first."""
    key, come = plot.vote(seconds=STEP_SECONDS)
    before = [*come, cast(ANA, key, "a"), *plot.chooses(ANA, key, "b")]
    before.append(later(seconds=STEP_SECONDS))
    return Step(act(close_due), plot.says(ANA, SEND), before)


def closed_by_two_clocks(plot: Plot) -> Step:
    key, come = plot.vote(seconds=STEP_SECONDS)
    before = [*come, cast(ANA, key, "a"), cast(BEN, key, "b"), later(seconds=STEP_SECONDS)]
    return Step(act(close_due), act(close_due), before)


def closed_by_two_organisers(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, cast(ANA, key, "a"), cast(BEN, key, "b")]
    return Step(close(key), close(key), before)


def closed_while_withdrawn(plot: Plot) -> Step:
    key, come = plot.vote()
    return Step(close(key), withdraw(key), [*come, cast(ANA, key, "a")])


def option_withdrawn_while_it_is_cast(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, cast(BEN, key, "a"), *plot.chooses(ANA, key, "a")]
    return Step(withdraw_option(key, "a"), plot.says(ANA, SEND), before, inside=True)


def two_options_withdrawn(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, cast(BEN, key, "a"), withdraw_option(key, "c")]
    return Step(withdraw_option(key, "a"), withdraw_option(key, "b"), before)


def withdrawn_while_cast(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, cast(BEN, key, "a"), *plot.chooses(ANA, key, "b")]
    return Step(withdraw(key), plot.says(ANA, SEND), before, inside=True)


def published_by_two(plot: Plot) -> Step:
    key, come = plot.vote()
    before = [*come, cast(ANA, key, "a"), cast(BEN, key, "a"), close(key), clean(key)]
    return Step(publish(key), publish(key), before)


def closed_while_a_voter_is_forgotten(plot: Plot) -> Step:
    key, come = plot.vote()
    who, comes = plot.newcomer()
    before = [*come, comes, cast(who, key, "a"), cast(CYD, key, "b"), plot.says(who, "forget me")]
    return Step(close(key), plot.says(who, "yes"), before)


def corrected_while_closed(plot: Plot) -> Step:
    key, come = plot.vote()
    return Step(correct(key, "Ben of the team"), close(key), [*come, cast(ANA, key, "a")])


def opened_by_two(plot: Plot) -> Step:
    return Step(plot.opens("one"), plot.opens("one"))


MEETINGS: Sequence[Callable[[Plot], Step]] = (
    two_ballots_of_one,
    sent_twice,
    cast_by_two,
    changed_while_an_organiser_closes,
    first_cast_while_an_organiser_closes,
    changed_at_the_last_moment,
    closed_by_two_clocks,
    closed_by_two_organisers,
    closed_while_withdrawn,
    option_withdrawn_while_it_is_cast,
    two_options_withdrawn,
    withdrawn_while_cast,
    published_by_two,
    closed_while_a_voter_is_forgotten,
    corrected_while_closed,
    opened_by_two,
)
