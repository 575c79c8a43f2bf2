"""The conversations, by the names they are stored under. A name is never dropped, only redirected.

Add a flow: a module, a line here, a transcript in `tests/transcripts`, its texts. A test fails for
whichever is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.country import Country
from bot.domain.messages import _
from bot.flows.fixed import fixed
from bot.flows.menu import help_menu, menu, privacy
from bot.flows.my import forget, my, news, person
from bot.flows.poster import poster
from bot.flows.private_help import private_help
from bot.flows.replay import Entry
from bot.flows.report import report
from bot.flows.vote import vote, votes
from bot.flows.welcome import language, welcome


def _code(country: Country, args: Any) -> tuple[str]:
    """A code or a key, as `args` of flows that speak of one thing."""
    if not isinstance(args, str):
        raise ValueError("not a code")
    return (args,)


FLOWS: Mapping[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("welcome", welcome, cancel=False),
        Entry("menu", menu, cancel=False),
        Entry("report", report, lasting=True, title=_("your report")),
        Entry("fixed", fixed, _code, cancel=False, lasting=True, title=_("our question")),
        Entry("private help", private_help),
        Entry("my", my),
        Entry("news", news, _code),
        Entry("language", language),
        Entry("help", help_menu),
        Entry("privacy", privacy),
        Entry("person", person),
        Entry("forget", forget),
        Entry("poster", poster, _code),
        Entry("votes", votes),
        Entry("vote", vote, _code, lasting=True, title=_("your vote"), locked=True),
    )
}
