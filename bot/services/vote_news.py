"""What residents are told in the chat of votes that are over, or not open yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.country import Country
from bot.domain.messages import Listing, Message, _
from bot.domain.operations import Announce, Operation
from bot.domain.outcomes import Done
from bot.domain.outside import Outside
from bot.domain.vote_news import TellWhyNot
from bot.domain.votes import Barrier, Status, Vote, VoteLine, barrier_line, result_line
from bot.services.vote_results import early_lines, published_votes, result_news, result_of
from storage import announcements, ballots, votes
from storage.addresses import Person
from storage.database import Connection

PAST_MOST = 5
PAST_FOR = timedelta(days=90)
"""So many results, and so old ones at most, are offered in the chat; all stand on the page."""


def past_votes(
    connection: Connection, outside: Outside, country: Country, person: Person
) -> tuple[VoteLine, ...]:
    """The last votes with a published result, the newest first."""
    since = outside.clock() - PAST_FOR
    taken = set(ballots.parts_of(connection, person.resident_id))
    found = [vote for vote in published_votes(connection, country) if _ended(vote) >= since]
    return tuple(
        VoteLine(vote.code, vote.key, vote.question, vote.closes, vote.code in taken)
        for vote in found[:PAST_MOST]
    )


def next_vote(connection: Connection, outside: Outside, country: Country) -> Vote | None:
    """The vote that opens next."""
    now = outside.clock()
    waiting = votes.open_votes(connection, country.key)
    return min(
        (vote for vote in waiting if now < vote.opens), key=lambda vote: vote.opens, default=None
    )


def _ended(vote: Vote) -> datetime:
    return vote.ended_at or vote.closes


def tell_why_not(
    connection: Connection, outside: Outside, country: Country, told: TellWhyNot
) -> Done:
    """Why somebody may not vote; of a vote that is over, what came of it once it is published."""
    vote = find_vote(connection, country, told.code)
    if told.barrier is Barrier.ENDED and vote is not None and vote.status is Status.PUBLISHED:
        return Done(_result(connection, vote))
    lines = [_why_not(country, told.barrier, vote)]
    if told.barrier is Barrier.ENDED:
        if vote is not None:
            lines = [*(early_lines(vote) or lines)]
        promised = None
        if vote is not None and not vote.owes_result(outside.clock()):
            promised = result_line(vote)
        later = _("The result is not out yet. Write “vote” again in some days.")
        lines.append(promised or later)
    if told.barrier is Barrier.WITHDRAWN and vote is not None and vote.reason is not None:
        lines.append(_("The reason: {reason}")(reason=vote.reason))
    return Done(tuple(lines))


def _result(connection: Connection, vote: Vote) -> tuple[Message | Operation, ...]:
    """As voters were told it, with its chart; in words alone, and counted again for them, where
    that is not kept any more."""
    announced = announcements.find_result(connection, vote.code)
    if announced is None:
        return result_news(result_of(connection, vote))
    return (Announce(replace(announced.content, opens=""), asked=True),)


def _why_not(country: Country, barrier: Barrier, vote: Vote | None) -> Message:
    if barrier is not Barrier.OTHER_AREA or vote is None:
        return barrier_line(barrier, vote)
    places = country.places_by_key()
    areas = tuple(places[area].name for area in vote.who.areas if area in places)
    return _("This vote is for people who live in {areas}.")(areas=Listing(areas))


def find_vote(connection: Connection, country: Country, name: str) -> Vote | None:
    """A vote of this country by its code or by its file's key."""
    vote = votes.find_vote(connection, name)
    return vote if vote is not None and vote.country == country.key else None
