"""Plays a transcript: what a resident does, and what must come, over the real house.

Each turn stores and reloads the conversation. What cannot happen is refused: a press on a button
that is not on the screen, a turn after the end of the chat, an expectation with nothing in it.

A transcript is JSON: `country`, `language`, `flow` (what it proves) and `turns`, each one of

    {"say": "words"}            typed; {code} in it is the newest report's, {idea} the newest
                                idea's, and {number of key} where a button of the newest question
                                stands
    {"press": "key"}            a button of the newest question, by its key
    {"send": "photo"}           a photo, or "voice"
    {"here": [lat, lon]}        a location
    {"do": "done", "day": …}    the organiser's: a status of the newest report
    {"vote": "one"}             a vote of `tests/votes/samples.py` opens, or the country's "own";
                                {vote} is its code
    {"withdraw": "key", "reason": …}    an option of it is withdrawn
    {"closed": "published"}     its last moment comes; or "counted" alone
    {"idea": "published", …}    the same, of the newest idea; "message" is by language
    {"settle": 1, "as": …}      the organiser's: `published` or `declined`, of a comment on it
    {"wait": hours}             time goes by
    {"as": "beto"}              another resident from here on

and what must have come since the last of them, in order but not without gaps:

    {"see": ["English source", …]}   looked up in the transcript's language
    {"shown": ["text as shown"]}     as it stands
    {"options": ["key", …]}          the buttons of the newest question, exactly
    {"fleeting": true}               whether all of it is gone once the next question is there
    {"rows": ["select …", count]}    what the database says
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.country import Country
from bot.domain.ideas import CommentStatus, IdeaStatus
from bot.domain.inbound import Attachment, Command, Location, Press, Text
from bot.domain.messages import Message, Name
from bot.domain.operations import Announce, Ask, Echo, Operation, PutOut, Say, Tell
from bot.domain.outcomes import NotAllowed
from bot.domain.reports import Status
from bot.i18n import Speech
from bot.services import upkeep
from bot.services.idea_moderation import IdeaChange, change_idea, settle_comment
from bot.services.locked import read_owed
from bot.services.moderation import Change, Changed, change_report
from storage import ideas, outbox, reports
from tests.houses import SmallHouse
from tests.votes.samples import OPEN_FOR, begin, end, withdraw

R = TypeVar("R")


class Impossible(AssertionError):
    """The transcript does what no resident could do."""


@dataclass(slots=True)
class Player:
    """One transcript over one house."""

    house: SmallHouse
    country: str
    language: str
    who: str = "ana"
    heard: list[Operation] = field(default_factory=list)
    asked: dict[str, Ask] = field(default_factory=dict)
    """The newest question of each resident that is still open."""
    vote: str = ""
    """The code of the newest vote."""

    def play(self, turns: list[dict[str, Any]]) -> None:
        for number, turn in enumerate(turns, start=1):
            try:
                self._take(turn)
            except AssertionError as error:
                shown = "\n    ".join(self._lines())
                raise type(error)(f"turn {number} {turn}: {error}\n    {shown}") from None

    def _take(self, turn: dict[str, Any]) -> None:
        match turn:
            case {"say": str(words)}:
                words = self._numbered(words)
                words = words.replace("{code}", self._code()).replace("{idea}", self._idea())
                name, _space, payload = words[1:].partition(" ")
                command = words.startswith("/")
                self._input(Command(name, payload) if command else Text(words))
            case {"press": str(key)}:
                self._press(key.replace("{idea}", self._idea()))
            case {"send": "photo"}:
                self._input(Attachment("photo", "a" * 64, "image/jpeg", 9))
            case {"send": "voice"}:
                self._input(Attachment("voice", "b" * 64, "audio/ogg", 9, 5.0))
            case {"here": [lat, lon]}:
                self._input(Location(float(lat), float(lon)))
            case {"do": str(status), **more}:
                self._act(status, more)
            case {"vote": str(name)}:
                self.vote = self._write(begin, self.house.keys, self._country, name)
            case {"withdraw": str(key), "reason": str(reason)}:
                self.heard = []
                self._write(withdraw, self.vote, key, reason)
                self._listen()
            case {"closed": str(how)}:
                self.heard = []
                self.house.later(seconds=OPEN_FOR.total_seconds())
                self._write(end, self.house.keys, self.vote, how == "published")
                self._listen()
            case {"idea": str(status), **more}:
                change = IdeaChange(IdeaStatus(status), more.get("message"))
                self._organise(change_idea, self._idea(), change)
            case {"settle": int(number), "as": str(status)}:
                settle = partial(settle_comment, country=self._country)
                self._organise(settle, self._idea(), number, CommentStatus(status))
            case {"wait": hours}:
                self.house.later(hours=float(hours))
                while self.house.database.write_now(upkeep.do_due, self.house.outside):
                    pass
                self._listen()
            case {"as": str(who)}:
                self.who = who
                self.heard = []
            case {"see": [*sources]}:
                self._see([self._translate(source) for source in sources])
            case {"shown": [*texts]}:
                self._see([str(item) for item in texts])
            case {"options": [*keys]}:
                ask = self.asked.get(self.who)
                assert ask is not None, "no question is open"
                assert [button.key for button in ask.buttons] == keys
            case {"fleeting": bool(fleeting)}:
                said = [item for item in self.heard if isinstance(item, Tell | Ask | Echo)]
                assert said, "nothing came"
                assert [item for item in said if item.fleeting is not fleeting] == []
            case {"rows": [str(sql), int(count)]}:
                assert self.house.count(sql) == count
            case _:
                raise Impossible("no such turn")

    def _input(self, input: Text | Press | Command | Location | Attachment) -> None:
        self.heard = []
        self.house.take(input, who=self.who, country=self.country, language=self.language)
        self._listen()

    def _press(self, key: str) -> None:
        ask = self.asked.get(self.who)
        if ask is None or key not in {item.key for item in (*ask.buttons, *ask.controls)}:
            raise Impossible(f"there is no button {key!r} to press")
        self._input(Press(ask.conversation, ask.serial, key))

    @property
    def _country(self) -> Country:
        return self.house.countries[self.country]

    def _write(self, act: Callable[..., R], *given: Any) -> R:
        return self.house.database.write_now(act, self.house.outside, *given)

    def _numbered(self, words: str) -> str:
        """With the numbers of buttons that stand in an order of the resident's own."""
        ask = self.asked.get(self.who)
        for number, button in enumerate(() if ask is None else ask.buttons, start=1):
            words = words.replace(f"{{number of {button.key}}}", str(number))
        return words.replace("{vote}", self.vote)

    def _code(self) -> str:
        newest = self.house.database.write_now(reports.list_reports)[:1]
        return newest[0].code if newest else "{code}"

    def _idea(self) -> str:
        newest = self.house.database.write_now(ideas.list_ideas)[:1]
        return newest[0].code if newest else "{idea}"

    def _organise(self, act: Callable[..., Changed | NotAllowed], *what: object) -> None:
        outcome = self.house.database.write_now(act, self.house.outside, "organiser", *what)
        assert isinstance(outcome, Changed), outcome
        self.heard = []
        self._listen()

    def _act(self, status: str, more: dict[str, Any]) -> None:
        [row, *_older] = self.house.database.write_now(reports.list_reports)
        day = date.fromisoformat(more["day"]) if "day" in more else None
        outcome = self.house.database.write_now(
            change_report,
            self.house.outside,
            "organiser",
            row.code,
            Change(Status(status), day, more.get("message"), said_on=self.house.now.date()),
            self.house.conversations.begin,
        )
        assert isinstance(outcome, Changed), outcome
        self.heard = []
        self._listen()

    def _listen(self) -> None:
        """Take what is owed to whoever it is owed to; the one in question hears theirs."""
        rows = self.house.database.write_now(outbox.claim, self.house.now, 100)
        self.house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
        for row in rows:
            who = self.house.keys.open("address", row.cipher, row.key_id, row.bot.encode())
            operation = read_owed(row.payload, self.house.keys)
            if isinstance(operation, Ask):
                self.asked[who.decode()] = operation
            if isinstance(operation, PutOut):
                open_now = self.asked.get(who.decode())
                if open_now and open_now.conversation == operation.conversation:
                    del self.asked[who.decode()]
            if who.decode() == self.who:
                self.heard.append(operation)
                self.language = row.language

    def _see(self, wanted: list[str]) -> None:
        assert wanted, "nothing is expected"
        lines = iter(self._lines())
        for item in wanted:
            assert any(fits(item, line) for line in lines), f"{item!r} did not come"

    def _lines(self) -> list[str]:
        return lines_of(self.heard, self.house.speeches[self.country], self.language)

    def _translate(self, source: str) -> str:
        return expected(self.house.speeches[self.country], source, self.language)


def lines_of(heard: Sequence[Operation], speech: Speech, language: str) -> list[str]:
    """What came, as the resident reads it: lines, questions, their buttons and summaries."""

    def text(value: Any) -> str:
        if isinstance(value, str):
            return value
        label = value if isinstance(value, Message | Name) else Message("{value}")(value=value)
        return speech.text(label, language)

    found: list[str] = []
    for operation in heard:
        match operation:
            case Tell(line):
                found.append(text(line))
            case Say(versions):
                found += [words for _language, words in versions]
            case Ask():
                found.append(text(operation.line))
                buttons = (*operation.buttons, *operation.controls)
                found += [text(button.label) for button in buttons]
                found += [f"{text(name)}: {text(value)}" for name, value in operation.summary]
            case Announce(content):
                version = content.within(language)
                found += [part for part in (version.text, version.alt) if part]
            case _:
                continue
    return found


def expected(speech: Speech, source: str, language: str) -> str:
    """A sentence as a transcript's reader has it; its placeholders stand for anything."""
    names = re.findall(r"\{(\w+)\}", source)
    said = speech.text(Message(source)(**{name: f"{{{name}}}" for name in names}), language)
    # What really comes in their place is set apart by its own kind, or not at all.
    return re.sub("[\u2066-\u2068](\\{\\w+\\})\u2069", r"\1", said)


def fits(wanted: str, line: str) -> bool:
    """Equal, where `{name}` and a date or code stand for whatever is there."""
    parts = []
    rest = wanted
    while "{" in rest:
        before, _brace, after = rest.partition("{")
        parts.append(before)
        rest = after.partition("}")[2]
    parts.append(rest)
    if len(parts) == 1:
        return line == wanted
    at = 0
    for number, part in enumerate(parts):
        found = line.find(part, at)
        if found < 0 or (number == 0 and found != 0):
            return False
        at = found + len(part)
    return line.endswith(parts[-1])


def read_transcript(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
