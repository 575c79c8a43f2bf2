"""What came of a vote: counted from its published ballots, and told in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from bot.counting.ballots import Election
from bot.counting.ballots import Option as Counted
from bot.counting.money import write_money
from bot.counting.pabulib_writing import write_pabulib
from bot.counting.rules import WINS, Outcome, count_election
from bot.counting.ties import LOT, read_tie_rule
from bot.domain.country import Country
from bot.domain.messages import FullDay, Listing, Message, Money, Name, Verbatim, _, ngettext
from bot.domain.operations import Operation, Tell
from bot.domain.vote_results import Result, Standing, TieTold, told_areas
from bot.domain.votes import Status, Vote, page_of
from bot.services.hours import day_in
from storage import ballots, votes
from storage.database import Connection

COUNTED = frozenset({Status.CLOSED, Status.PUBLISHED})
"""Where a vote stands whose ballots were counted."""

LISTED = (Status.OPEN, Status.CLOSED, Status.LOST, Status.PUBLISHED)
"""Where a vote stands that is in the public list."""


def election_of(connection: Connection, vote: Vote) -> Election:
    """A closed vote as what `bot.counting` counts."""
    options = [
        Counted(
            option.key,
            option.label.text,
            Fraction(option.cost),
            withdrawn=option.withdrawn is not None,
        )
        for option in vote.options
    ]
    return Election(
        options,
        ballots.counted_ballots(connection, vote.code),
        pot=None if vote.pot is None else Fraction(vote.pot),
        seats=vote.seats,
        most=vote.most,
        least=vote.least,
    )


def count(connection: Connection, vote: Vote) -> tuple[Election, Outcome]:
    """Count a closed vote's ballots by its own rules."""
    election = election_of(connection, vote)
    return election, count_election(election, vote.method, read_tie_rule(vote.tie))


def result_of(connection: Connection, vote: Vote) -> Result:
    """A closed vote's result, as the chat, the page and staff are shown it."""
    _election, outcome = count(connection, vote)
    counted = outcome.count
    areas = votes.turnout_of(connection, vote.code)
    return Result(
        vote=vote,
        standings=tuple(
            Standing(step.key, step.votes, step.verdict == WINS, step.verdict, _amount(step.left))
            for step in outcome.steps
        ),
        ties=tuple(TieTold(tie.keys, tie.votes, tie.decided) for tie in outcome.ties),
        ballots=counted.ballots,
        with_choice=counted.with_choice,
        blank=counted.blank,
        without_choice=counted.without_choice,
        invalid=counted.invalid,
        left=_amount(outcome.left),
        areas=told_areas(areas) if vote.asks_area else (),
    )


def _amount(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else Decimal(write_money(amount))


def published_result(connection: Connection, country: Country, name: str) -> Result | None:
    """The result of a vote of this country, once it is published."""
    vote = votes.find_vote(connection, name)
    if vote is None or vote.country != country.key or vote.status is not Status.PUBLISHED:
        return None
    return result_of(connection, vote)


def published_votes(connection: Connection, country: Country) -> list[Vote]:
    """The votes with a published result, the last one first."""
    return list(reversed(votes.list_votes(connection, [country.key], [Status.PUBLISHED])))


def listed_votes(connection: Connection, country: Country) -> list[Vote]:
    """Votes that everybody may read of: those that wait for a result, the one that closes first
    first, and those that have one, the last one first."""
    found = votes.list_votes(connection, [country.key], LISTED)
    waiting = [vote for vote in found if vote.status is not Status.PUBLISHED]
    return [*waiting, *reversed([vote for vote in found if vote.status is Status.PUBLISHED])]


def write_pb(connection: Connection, vote: Vote, country: Country) -> Iterator[str]:
    """The lines of a `.pb` file, with which anybody can count again."""
    election, outcome = count(connection, vote)
    ended = (vote.ended_at or vote.closes).astimezone(vote.closes.tzinfo)
    comment = f"#1: Counted by {vote.method}; among equals: {vote.tie}."
    if outcome.count.blank:
        comment += " #2: An empty vote was cast on purpose, for none of these."
    return write_pabulib(
        election,
        outcome,
        {
            "description": vote.question.text,
            "country": country.name.source,
            "unit": country.programme.text,
            "instance": vote.code,
            "date_begin": f"{vote.opens:%d.%m.%Y}",
            "date_end": f"{ended:%d.%m.%Y}",
            "currency": vote.currency,
            "comment": comment,
        },
    )


def result_lines(result: Result) -> tuple[Message, ...]:
    """The result in words: who won, what a tie decided, and how many voted. To whoever took part
    and to everybody else alike."""
    vote = result.vote
    heading = _("Result of the vote {code}: {question}")(
        code=Verbatim(vote.code), question=vote.question
    )
    return (
        heading,
        *winner_lines(result),
        *_left_lines(result),
        *tie_lines(result),
        *turnout_lines(result),
    )


def result_news(result: Result) -> tuple[Message | Operation, ...]:
    """The result in words, with the way to its page."""
    again = Tell(again_line(result.vote), link=page_of(result.vote.code))
    return (*result_lines(result), again)


def again_line(vote: Vote) -> Message:
    """Where to count it again."""
    return _("Everybody can count this again: the ballots are on the page of vote {code}.")(
        code=Verbatim(vote.code)
    )


def early_lines(vote: Vote) -> tuple[Message, ...]:
    """That it was closed before its date, when and why; nothing of a vote that was not."""
    if not vote.early or vote.ended_at is None:
        return ()
    day = FullDay(day_in(ZoneInfo(vote.zone), vote.ended_at))
    told = _("This vote was closed before its date, on {when}.")(when=day)
    if vote.reason is None:
        return (told,)
    return told, _("The reason: {reason}")(reason=vote.reason)


def winner_lines(result: Result) -> tuple[Message, ...]:
    """Who won."""
    return tuple(_who_won(result))


def _left_lines(result: Result) -> tuple[Message, ...]:
    if not result.winners or result.left is None or not result.vote.currency:
        return ()
    return (_("{left} of it is left.")(left=Money(result.left, result.vote.currency)),)


def tie_lines(result: Result) -> tuple[Message, ...]:
    """What a tie decided, and by which rule."""
    return tuple(_tie(result, tie) for tie in result.ties if tie.decided)


def turnout_lines(result: Result) -> tuple[Message, ...]:
    """How many voted, and how many chose nothing that counts."""
    lines = []
    if result.ballots:
        lines.append(_turnout(result))
    if result.without_choice:
        lines.append(
            ngettext(
                "{n} ballot chose only what was withdrawn later.",
                "{n} ballots chose only what was withdrawn later.",
                result.without_choice,
            )
        )
    if result.invalid:
        lines.append(
            ngettext("{n} ballot was invalid.", "{n} ballots were invalid.", result.invalid)
        )
    return tuple(lines)


def _who_won(result: Result) -> Iterator[Message]:
    winners = Listing(tuple(_label(result.vote, key) for key in result.winners))
    if not result.ballots:
        yield _("Nobody voted, so nothing was decided.")
        return
    if result.all_equal:
        yield ngettext(
            "All options got the same: {n} vote each.",
            "All options got the same: {n} votes each.",
            result.standings[0].votes,
        )
    if not result.winners:
        yield _("Nothing was chosen.")
    elif result.vote.pot is None:
        yield _("Chosen: {winners}.")(winners=winners)
    else:
        yield _("These get the money: {winners}.")(winners=winners)


def _tie(result: Result, tie: TieTold) -> Message:
    vote = result.vote
    tied = Listing(tuple(_label(vote, key) for key in tie.keys))
    if vote.tie == "cheapest":
        line = _(
            "{options} have the same number of votes. As we said before, the cheapest came first."
        )
    elif vote.tie.startswith(LOT):
        line = _("{options} have the same number of votes. As we said before, lots were drawn.")
    else:
        line = _(
            "{options} have the same number of votes. "
            "As we said before, the order on the vote's page decided."
        )
    return line(options=tied)


def _turnout(result: Result) -> Message:
    if result.blank:
        return ngettext(
            "{n} person voted; {blank} chose none of these.",
            "{n} people voted; {blank} chose none of these.",
            result.ballots,
        )(blank=result.blank)
    return ngettext("{n} person voted.", "{n} people voted.", result.ballots)


def _label(vote: Vote, key: str) -> Name:
    option = vote.option(key)
    return Name(key) if option is None else option.label
