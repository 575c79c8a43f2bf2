"""Kind words that change nothing: thanks, who we are, a farewell, a nod."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.conversation.words import UNSENT, WORDS_UNSENT
from bot.domain.country import Country
from bot.domain.messages import Message, _
from bot.flows.engine import takes
from bot.flows.first_words import FIRST_WORDS
from bot.flows.named import pictured
from bot.flows.questions.asked import Typed
from bot.flows.questions.options import plain_answer
from bot.flows.vote import TOLD_OWN
from storage.conversations import Row

_WHO = _(
    "This is {programme}, a free chat of {organisation}."
    " A program asks, and people of our team read."
)
_BYE = _("Goodbye. Write to us whenever you like.")
_VOTE_UNSENT = _("Your vote is not sent yet. To go on, write “vote”.")
_VOTE_UNCHANGED = _("Your vote is not changed. To go on, write “vote”.")
_NOD = _("All right. Write to us whenever you like.")

NODS = frozenset("👍👌🙏👏💪🤝✅❤💚💙😊🙂😀😁😄🤗")
"""Pictures that say no more than that all is well."""


def answers(threads: Threads, name: str) -> bool:
    """Whether a word changes nothing; it is answered then, and the question stands."""
    line = _answer_to(name, threads.reader.country)
    if line is None:
        return False
    threads.tell(line)
    if name != "bye":
        threads.show(threads.front())
        return True
    tell_unsent(threads)
    return True


def goes_on(threads: Threads) -> bool:
    """Whether who greets us has told something that waits to be called by what it is: it is asked
    again, and not lost."""
    told = threads.find(FIRST_WORDS)
    if told is None or not threads.state(told).answers:
        return False
    threads.tell(WORDS_UNSENT)
    threads.show(told)
    return True


def tell_unsent(threads: Threads) -> None:
    """To who leaves: what of theirs is not in yet, and how to go on."""
    for flow, unsent in UNSENT.items():
        draft = threads.find(flow)
        if draft is not None and threads.begun(draft):
            threads.tell(unsent.at_stop)
    if threads.find(FIRST_WORDS) is not None:
        threads.tell(WORDS_UNSENT)
    drafts = [threads.state(row) for row in threads.rows if row.flow == "vote"]
    ballot = next((draft for draft in drafts if draft.asked is not None), None)
    if ballot is not None:
        cast = any(kept.key == TOLD_OWN for kept in ballot.answers)
        threads.tell(_VOTE_UNCHANGED if cast else _VOTE_UNSENT)


def _answer_to(name: str, country: Country) -> Message | None:
    match name:
        case "thanks":
            return _("You are welcome.")
        case "who":
            return _WHO(programme=country.programme, organisation=country.organisation)
        case "bye":
            return _BYE
        case _:
            return None


def nods(threads: Threads, row: Row, words: str) -> bool:
    """Whether somebody acknowledges at the menu, where nothing is asked that a yes answers."""
    table = threads.table(row) if row.flow == "menu" else None
    if table is None or takes(threads.state(row), table, words, threads.reader):
        return False
    signs = pictured(words)
    nodded = bool(signs) and NODS.issuperset(signs)
    if not nodded and plain_answer(Typed(words), threads.reader) is None:
        return False
    threads.tell(_NOD)
    threads.show(row)
    return True
