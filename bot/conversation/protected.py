"""What is for trained people alone: words that are dropped before anything is written of them."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import shown
from bot.conversation.carry_out import OnlyLooking
from bot.conversation.threads import Threads
from bot.domain.country import Country
from bot.domain.inbound import Input, Text, words_of
from bot.domain.messages import _
from bot.domain.operations import Tell
from bot.domain.protected import is_protected
from bot.flows import FLOWS
from bot.flows.engine import advance, takes
from bot.flows.state import State

HELP = "private help"


def has_protected(country: Country, said: Input) -> bool:
    return is_protected(words_of(said), country.protected.words)


def protects(threads: Threads, said: Input) -> bool:
    """Whether something is said that must be kept nowhere. Nothing is written for asking."""
    if not has_protected(threads.reader.country, said):
        return False
    if not isinstance(said, Text) or not threads.rows:
        return True
    row = threads.find_id(said.conversation) or threads.front()
    table = threads.table(row)
    # An option may be called so: its name is an answer, and no story.
    return table is None or not takes(threads.state(row), table, said.words, threads.reader)


def lead_to_help(threads: Threads) -> None:
    """Open private help; whatever lasts stays where it was. It leaves no trace when it is over."""
    for line in NOT_KEPT:
        threads.said.append(Tell(line, fleeting=True))
    threads.open(HELP)


def tell_help(threads: Threads) -> None:
    """What private help tells, for somebody at the door, who can open nothing yet."""
    seen = advance(
        FLOWS[HELP],
        threads.reader.country,
        State(HELP),
        None,
        threads.reader,
        OnlyLooking(threads.actor),
        "",
    )
    threads.tell(NOT_KEPT[0])
    for said in shown.lines(seen.lines, ""):
        # The question at the door would take a fleeting line away at once.
        threads.said.append(replace(said, fleeting=False) if isinstance(said, Tell) else said)


NOT_KEPT = (
    _("We did not keep what you wrote: trained people help with such things."),
    _("You can go on afterwards without those words."),
)
