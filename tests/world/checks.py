"""What must be true whenever the town is quiet: compared with the same town without any fault."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec

from bot.keys import Keys
from bot.services.locked import read_entry
from tests.world.announced import Announced, alike
from tests.world.answers import Shown
from tests.world.ballots import ballots_wrong
from tests.world.town import Town


class Broken(AssertionError):
    """A promise was broken; the message names seed, step and point."""


Read = tuple[str, tuple[str, ...]]
"""A message as a person sees it: its text, and its buttons."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that matters, without what chance drew: ids, codes, seals."""

    rows: Mapping[str, Sequence[tuple[Any, ...]]]
    heard: Mapping[int, Sequence[Read]]
    """What each chat was told in this step."""
    live: Mapping[int, Sequence[Read]]
    """The questions of each chat that can still be answered by a button."""
    known: Mapping[int, Sequence[Read]]
    """Those of them that the bot can know of."""
    unsure: int
    """Operations that ended without anybody knowing whether they arrived."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came to one chat, where some messages came again."""

    reads: tuple[Read, ...]
    again: int
    old: frozenset[int]
    """The older copies of what came again."""


def take_picture(town: Town, base: Mapping[int, int], wanted: Picture | None) -> Picture:
    """The town now. `base` says how many messages stood in each chat before the step.

    Raises `Broken` where a chat heard more doubles than answers were lost.
    """
    telegram = town.outdoors.telegram
    if telegram.silence.broken:
        raise Broken(telegram.silence.broken)
    unsure = count_unsure(town)
    announced = Announced(town)
    wrong = announced.wrong(base)
    if wrong:
        raise Broken(wrong)
    heard = {}
    for chat, shown in telegram.chats.items():
        # Whether a keyboard is raised or lowered once more tells nobody anything.
        new = [
            message
            for message in shown[base.get(chat, 0) :]
            if not message.beside and not announced.is_copy(message)
        ]
        expected = None if wanted is None else wanted.heard.get(chat, ())
        found = _hear(new, expected, unsure - base[UNSURE])
        allowed = telegram.unsure.get(chat, 0) + town.outdoors.deaths
        if found.again > allowed:
            raise Broken(f"{found.again} doubles where {allowed} answers were lost: {found.reads}")
        telegram.orphans |= found.old
        town.outdoors.doubled += found.again
        if found.reads:
            heard[chat] = found.reads
    asking = {
        chat: [message for message in shown if not announced.is_copy(message)]
        for chat, shown in telegram.chats.items()
    }
    live = {chat: _live(asking[chat], frozenset()) for chat in asking}
    known = {chat: _live(asking[chat], telegram.orphans) for chat in asking}
    rows: dict[str, Sequence[tuple[Any, ...]]] = {name: _rows(town, sql) for name, sql in _DUMPS}
    rows["inbox"] = _inbox(town)
    rows["delivery"] = announced.rows
    wrong = ballots_wrong(town)
    if wrong:
        raise Broken(wrong)
    return Picture(rows, heard, live, known, unsure)


UNSURE = 0
"""Where a base keeps how many operations had ended unsure: no chat has this id."""


def base_of(town: Town) -> dict[int, int]:
    """What stands in each chat before a step, and how many operations ended unsure so far."""
    lengths = {chat: len(shown) for chat, shown in town.outdoors.telegram.chats.items()}
    return {**lengths, UNSURE: count_unsure(town)}


def count_unsure(town: Town) -> int:
    [count] = _raw(town).execute("select count(*) from outbox where state = 'unknown'").fetchone()
    return int(count)


def _hear(new: Sequence[Shown], expected: Sequence[Read] | None, lost: int) -> Heard:
    """What was told, each thing once: a message that came again begins anew from there.

    So many as are `lost` may be missing.
    """
    reads = [(_plain(shown.text), tuple(map(_plain, shown.labels))) for shown in new]
    if expected is None:
        return Heard(tuple(reads), 0, frozenset())
    at, again = 0, 0
    copies: dict[int, int] = {}
    old: set[int] = set()
    for shown, read in zip(new, reads, strict=True):
        if at >= len(expected) or read != expected[at]:
            earlier = [place for place in range(at) if expected[place] == read]
            later = [place for place in range(at, len(expected)) if expected[place] == read]
            if earlier:
                at = earlier[-1]
            elif later and later[0] - at <= lost:
                lost -= later[0] - at
                at = later[0]
            else:
                return Heard(tuple(reads), again, frozenset(old))
        if at in copies:
            again += 1
            old.add(copies[at])
        copies[at] = shown.id
        at += 1
    if len(expected) - at <= lost:
        at = len(expected)
    return Heard(tuple(expected[:at]), again, frozenset(old))


def _live(chat: Sequence[Shown], but: Set[int]) -> tuple[Read, ...]:
    return tuple(
        (_plain(shown.text), tuple(map(_plain, shown.labels)))
        for shown in chat
        if shown.buttons and shown.id not in but
    )


def difference(wanted: Picture, got: Picture) -> str:
    """The first thing that is not as it should be; empty where all is."""
    for name, rows in wanted.rows.items():
        if name == "delivery" and alike(rows, got.rows[name]):
            continue
        if rows != got.rows[name]:
            missing = [row for row in rows if row not in got.rows[name]][:3]
            extra = [row for row in got.rows[name] if row not in rows][:3]
            counts = f"{len(rows)} to {len(got.rows[name])}"
            return f"{name}: missing {missing}, extra {extra}, {counts}"
    if wanted.heard != got.heard:
        return f"heard {got.heard}, and should have heard {wanted.heard}"
    for chat, live in wanted.live.items():
        if not got.unsure and not set(live) <= set(got.live[chat]):
            return f"live in {chat} {got.live[chat]}, and should be {live}"
        if not set(got.known[chat]) <= set(live):
            return f"not put out in {chat}: {got.known[chat]}, and live should be {live}"
    return ""


def find_words(town: Town, marks: Sequence[str]) -> str:
    """The first of these words that stands in any byte of the files; empty where none does."""
    kept = town.keep_files()
    for mark in marks:
        if any(mark.encode() in part for part in kept):
            return mark
    return ""


_ID = re.compile(r"\b01[0-9a-z]{24}\b")
_CODE = re.compile(r"\b(MVD|BRG|P|A)-[2-9A-Z]{4,6}\b")


def _rows(town: Town, sql: str) -> list[tuple[Any, ...]]:
    rows = _raw(town).execute(sql).fetchall()
    return [row for _words, row in sorted(map(_plain_row, rows), key=_words_of)]


_words_of = itemgetter(0)


@lru_cache(maxsize=50_000)
def _plain_row(row: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """With its words, to be sorted by. Most rows come up again in every life of a seed."""
    plain = tuple(map(_plain, row))
    return repr(plain), plain


def _plain(item: Any) -> Any:
    """Without the codes that were drawn, the digests of what an answer is about, and the messages
    that answers came in."""
    return _plain_text(item) if isinstance(item, str) else item


@lru_cache(maxsize=50_000)
def _plain_text(item: str) -> str:
    told = _MESSAGE.sub("]", _DIGEST.sub(",", item))
    return _ID.sub("ID", _CODE.sub("CODE", _BROUGHT.sub("[", told)))


def _raw(town: Town) -> sqlite3.Connection:
    raw: sqlite3.Connection = town.raw()
    return raw


def _inbox(town: Town) -> list[tuple[Any, ...]]:
    rows = _raw(town).execute(
        "select a.bot, a.cipher, a.key_id, i.sealed, i.key_id, i.open, i.conversation != '' "
        "from inbox i join address a on a.id = i.address_id "
        "where a.id in (select address_id from profile) order by a.created_at, i.id"
    )
    shown = []
    for bot, cipher, key_id, sealed, sealed_id, open_now, _asked in rows.fetchall():
        who = town.unseal("address", cipher, key_id, bot)
        text = town.unseal("inbox", sealed, sealed_id, bot)
        shown.append((who, _plain_entry(text, town.keys), open_now))
    return sorted(shown, key=_words_of)


def _plain_entry(text: str, keys: Keys) -> str:
    found = _ENTRIES.get(text)
    if found is None:
        plain = text
        if '"lock":""' not in text:
            entry = read_entry(text.encode(), keys)
            plain = "" if entry is None else msgspec.json.encode(entry).decode()
        found = _CODE.sub("CODE", _VARIES.sub("", plain))
        if len(_ENTRIES) > _ENTRIES_MOST:
            _ENTRIES.clear()
        _ENTRIES[text] = found
    return found


_ENTRIES: dict[str, str] = {}
"""What was read in this process: all towns have the same keys."""
_ENTRIES_MOST = 20_000


_MESSAGE = re.compile(r',"[0-9]{4,6}"\]')
_BROUGHT = re.compile(r'\["[0-9]{4,6}",')
"""The message that brought an answer, and words that came after others."""
_DIGEST = re.compile(r',"[0-9a-f]{8}",')
_VARIES = re.compile(r'"(conversation|at)":"[^"]*"')

_DUMPS = (
    ("report", "select category, text, area, lat, detail, status, since, danger, language,"
               " affected, resident_id is null from report"),
    ("update", "select status, actor, planned_for, message, told from report_update"),
    ("alert", "select category, area, state, report_id is null from alert"),
    ("addition", "select kind, text, language from addition"),
    ("media", "select kind, name, type, state, reason, caption, album != '', late, resident_id is"
              " null, report_id is null, conversation_id is null from media"),
    ("piece", "select count(*) from piece"),
    ("source", "select report_id is null, idea_id is null, addition_id is null from source"),
    ("request", "select words, language, answered_at is null from person_request"),
    ("interaction", "select flow, question, kind, choice, language from interaction"),
    ("resident", "select country, language, channel, consented_at is null, stopped_at is null"
                 " from resident"),
    ("consent", "select version, language from consent"),
    ("conversation", "select flow, iif(json_valid(state), json_extract(state, '$.answers'), ''),"
                     " iif(json_valid(state), json_extract(state, '$.partial'), '')"
                     " from conversation"),
    ("outbox", "select case state when 'unknown' then 'sent' else state end, payload is null,"
               " case state when 'given up' then reason end from outbox"
               " where address_id in (select address_id from profile)"),
    ("task", "select name from task"),
    ("due", "select kind from due where kind != 'farewell'"),
    ("group", "select count(*) from group_chat"),
    ("stuck", "select reason, set_aside from stuck_update"),
    ("idea", "select status, theme, area, text, size, gives, name, language, backers,"
             " resident_id is null from idea"),
    ("idea_update", "select status, actor, message, told from idea_update"),
    ("supporter", "select backs, follows from supporter"),
    ("idea_comment", "select number, text, language, status, resident_id is null"
                     " from idea_comment"),
    ("vote", "select status, early, turnout, cleaned_at is null, published_at is null from vote"),
    ("took_part", "select area from took_part"),
    ("counted_ballot", "select choices from counted_ballot"),
    ("counted_code", "select code from counted_code"),
    ("announcement", "select kind, state, reason, built from announcement"),
)  # fmt: skip
