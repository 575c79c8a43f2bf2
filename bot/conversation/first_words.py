"""Who tells something at the menu: it is kept, and asked what it is."""

from __future__ import annotations

from typing import Any

from bot.conversation.threads import Threads
from bot.conversation.words import GO_ON, UNSENT
from bot.domain.inbound import Album, Attachment, Location
from bot.domain.messages import Message, _
from bot.flows import FLOWS
from bot.flows.ahead import KEPT_AHEAD, PLACE
from bot.flows.first_words import FIRST_WORDS, STORY, place_of_words
from bot.flows.poster import placed
from bot.flows.questions import Choice, Story
from bot.flows.questions.asked import Typed, Unclear
from bot.flows.state import replace
from storage import media
from storage.conversations import Row


def may_keep(threads: Threads) -> bool:
    """Whether something may be told anew: no draft waits."""
    return not any(threads.find(flow) for flow in UNSENT)


def keep(threads: Threads, given: Typed | Location | Attachment | Album) -> bool:
    """Ask what it is that was told at the menu. A draft that waits is not begun anew: it goes on
    with what was told where that is what it waits for. Whether what was given is dealt with."""
    menu = threads.front()
    told = None if isinstance(given, Location) else _draft_that_asks(threads)
    if told is not None:
        title = FLOWS[told.flow].title
        threads.tell(GO_ON(title=title or Message(told.flow)))
    elif not may_keep(threads) or (isinstance(given, Location) and _says_nothing(threads, given)):
        refuse(threads)
        return True
    else:
        threads.open(FIRST_WORDS)
        threads.said.pop()
        told = threads.front()
    if isinstance(given, Attachment | Album):
        media.move_draft_media(threads.connection, menu.id, told.id)
    return threads.deliver(told, given)


def _draft_that_asks(threads: Threads) -> Row | None:
    """A draft in which nothing is told yet, and that asks for just that."""
    for flow in UNSENT:
        row = threads.find(flow)
        table = None if row is None else threads.table(row)
        if row is None or table is None:
            continue
        told = any(kept.key == STORY for kept in threads.state(row).answers)
        asks = isinstance(table.question, Story) or (
            isinstance(table.question, Choice) and table.question.ahead is not None
        )
        if asks and not told:
            return row
    return None


def _says_nothing(threads: Threads, given: Location) -> bool:
    """Whether no place can be told from where somebody is, as where no area has its point."""
    where = place_of_words(threads.reader.country, ())
    return isinstance(where.read_ahead(given), Unclear)


def keep_place(threads: Threads, row: Row, area: str) -> bool:
    """A place that is named before it is asked for, by who has begun to tell: it is the place of
    that report, which may have the point of a location already. Whether it was kept."""
    state, table = threads.state(row), threads.table(row)
    question = None if table is None else table.question
    asks_what = isinstance(question, Choice) and question.ahead is not None
    before = next((kept for kept in state.answers if kept.key == PLACE), None)
    named_already = before is not None and _is_named(before.value)
    if row.flow != "report" or not asks_what or not state.answers or named_already:
        return False
    threads.tell(KEPT_AHEAD)
    if before is None or before.value["area"] != area:
        others = (kept for kept in state.answers if kept is not before)
        state = replace(state, answers=(*others, *placed(area)))
    threads.put_beside(row, state)
    return True


def _is_named(value: Any) -> bool:
    """Whether a place (as JSON) was chosen or named, and not sent as a location."""
    match value:
        case {"point": [*_]} | {"under": [*_]}:
            return False
        case _:
            return True


def refuse(threads: Threads) -> None:
    """Say what to do first, since nothing is kept of what was given."""
    threads.tell(_("To tell us about a problem, press “Report a problem” first."))
    threads.show(threads.front())
