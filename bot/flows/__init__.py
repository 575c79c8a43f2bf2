"""The conversations, by the names they are stored under. A name is never dropped, only redirected.

Add a flow: a module, a line here, a transcript in `tests/transcripts`, its texts. A test fails for
whichever is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.country import Country
from bot.domain.ideas import BRIEF, WHOLE, WORDS, Listed
from bot.domain.messages import _
from bot.flows.first_words import FIRST_WORDS, first_words, place_of_words
from bot.flows.fixed import fixed
from bot.flows.idea import idea, place_of_idea
from bot.flows.ideas import comments, ideas, one_idea
from bot.flows.menu import help_menu, menu, privacy
from bot.flows.my import forget, my, news, person
from bot.flows.poster import poster, there
from bot.flows.private_help import private_help
from bot.flows.replay import Entry
from bot.flows.report import place_of_report, report
from bot.flows.vote import vote, votes
from bot.flows.welcome import language, welcome


def _code(country: Country, args: Any) -> tuple[str]:
    """A code or a key, as `args` of flows that speak of one thing."""
    if not isinstance(args, str):
        raise ValueError("not a code")
    return (args,)


def _list(country: Country, args: Any) -> tuple[Listed | None]:
    """A page of a list of ideas; None, for choosing one, where it is no such page."""
    return (Listed.read(args),)


def _idea(country: Country, args: Any) -> tuple[str, str, Listed | None]:
    """An idea's code, how much is told of it, and the list it was found in."""
    match args:
        case [str(code), str(part), *rest] if part in {WHOLE, WORDS, BRIEF}:
            return code, part, Listed.read(rest)
        case _:
            return (*_code(country, args), WHOLE, None)


def _comments(country: Country, args: Any) -> tuple[str, int, Listed | None]:
    """An idea's code, a page of what was said about it, and the list it was found in."""
    match args:
        case [str(code), int(page), *rest] if page >= 0:
            return code, page, Listed.read(rest)
        case _:
            return (*_code(country, args), 0, None)


FLOWS: Mapping[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("welcome", welcome, cancel=False, helped=False),
        Entry("menu", menu, cancel=False),
        Entry(FIRST_WORDS, first_words, place=place_of_words),
        Entry("report", report, lasting=True, title=_("your report"), place=place_of_report),
        Entry("fixed", fixed, _code, cancel=False, lasting=True, title=_("our question")),
        Entry("idea", idea, lasting=True, title=_("your idea"), place=place_of_idea),
        Entry("ideas", ideas, _list),
        Entry("one idea", one_idea, _idea),
        Entry("comments", comments, _comments),
        Entry("private help", private_help),
        Entry("my", my),
        Entry("news", news, _code, aside=True),
        Entry("language", language, aside=True),
        Entry("help", help_menu, aside=True),
        Entry("privacy", privacy, aside=True),
        Entry("person", person),
        Entry("forget", forget, aside=True),
        Entry("poster", poster, _code),
        Entry("there", there, _code),
        Entry("votes", votes),
        Entry("vote", vote, _code, lasting=True, title=_("your vote"), locked=True),
    )
}
