"""How a vote is decided, in the words that residents are told before it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.domain.messages import Message, Money, Value, Verbatim, _, ngettext
from bot.domain.votes import Vote


def money_of(vote: Vote, amount: Decimal) -> Value:
    """An amount as it is said."""
    return Money(amount, vote.currency) if vote.currency else amount


def pot_line(vote: Vote) -> Message | None:
    """What there is to spend, and how it is; None where nothing is."""
    if vote.pot is None:
        return None
    line = _("There is {pot} to spend. What most people choose is paid first, while it lasts.")
    return line(pot=money_of(vote, vote.pot))


def deciding_lines(vote: Vote) -> Iterator[tuple[str, Message]]:
    """Who wins and what breaks a tie, each with a key. Of a pot `pot_line` tells."""
    if vote.pot is None:
        yield (
            "wins",
            ngettext(
                "The one with the most votes wins.", "The {n} with the most votes win.", vote.seats
            ),
        )
    if vote.least > 1:
        yield (
            "least",
            ngettext("To win, one vote is needed.", "To win, {n} votes are needed.", vote.least),
        )
    yield "tie", _tie(vote)


def _tie(vote: Vote) -> Message:
    rule, _colon, seed = vote.tie.partition(":")
    if rule == "cheapest":
        return _("If votes are equal, the cheapest comes first.")
    if rule == "lot":
        return _("If votes are equal, we draw lots. The draw uses: {seed}")(seed=Verbatim(seed))
    return _("If votes are equal, the order on the vote's page decides.")
