"""Plays a transcript over Telegram: what a person reads there is held against what is written.

The turns are those of `tests/player.py`. What is fleeting elsewhere stays at Telegram, whose chats
are their owners' to delete, so that `fleeting` asks for nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.domain.ideas import CommentStatus, IdeaStatus
from bot.domain.outcomes import NotAllowed
from bot.domain.reports import Status
from bot.pictures import demo_photo
from bot.services.idea_moderation import IdeaChange, change_idea, settle_comment
from bot.services.moderation import Change, Changed, change_report
from bot.services.residents import ADDRESS
from storage import addresses, ideas, reports
from tests.media.sound_files import ogg, opus
from tests.player import Impossible, expected, fits
from tests.telegram.living import Living
from tests.telegram.state import Message as Shown
from tests.votes.samples import OPEN_FOR, begin, end, withdraw

FIRST_CHAT = 7_000_000_001


@dataclass(slots=True)
class TelegramPlayer:
    """One transcript with a running bot."""

    life: Living
    language: str
    who: str = "ana"
    chats: dict[str, int] = field(default_factory=dict)
    heard: int = 0
    """How many messages there were before the last act."""
    vote: str = ""
    """The code of the newest vote."""

    @property
    def chat(self) -> int:
        return self.chats.setdefault(self.who, FIRST_CHAT + len(self.chats))

    async def play(self, turns: list[dict[str, Any]]) -> None:
        for number, turn in enumerate(turns, start=1):
            try:
                await self._take(turn)
            except AssertionError as error:
                shown = "\n    ".join(line for message in self._new() for line in _lines(message))
                raise type(error)(f"turn {number} {turn}: {error}\n    {shown}") from None

    async def _take(self, turn: dict[str, Any]) -> None:
        match turn:
            case {"say": str(words)}:
                await self._do("say", text=await self._filled(words))
            case {"press": str(key)}:
                await self._press(await self._filled(key))
            case {"send": "photo"}:
                self._listen()
                self.life.api.photo(self.chat, demo_photo("bin_full", 1), language=self.language)
                await self.life.settled()
            case {"send": "voice"}:
                data = ogg(opus(5.0))
                file = {"file_id": self.life.api.keep_file(data), "file_unique_id": "v"}
                size = {"duration": 5, "mime_type": "audio/ogg", "file_size": len(data)}
                await self._do("say", voice=file | size)
            case {"here": [lat, lon]}:
                place = {"latitude": float(lat), "longitude": float(lon)}
                await self._do("say", location=place)
            case {"do": str(status), **more}:
                await self._act(status, more)
            case {"idea": str(status), **more}:
                change = IdeaChange(IdeaStatus(status), more.get("message"))
                await self._organise(change_idea, await self._idea(), change)
            case {"settle": int(number), "as": str(status)}:
                code, settled = await self._idea(), CommentStatus(status)
                settle = partial(
                    settle_comment, country=self.life.house.countries[self.life.country]
                )
                await self._organise(settle, code, number, settled)
            case {"vote": str(name)}:
                house, country = self.life.house, self.life.house.countries[self.life.country]
                self.vote = await self.life.act(begin, house.outside, house.keys, country, name)
            case {"withdraw": str(key), "reason": str(reason)}:
                self._listen()
                await self.life.act(withdraw, self.life.house.outside, self.vote, key, reason)
            case {"closed": str(how)}:
                self._listen()
                house, published = self.life.house, how == "published"
                await self.life.later(hours=OPEN_FOR.total_seconds() / 3600)
                await self.life.act(end, house.outside, house.keys, self.vote, published)
            case {"wait": hours}:
                self._listen()
                await self.life.later(hours=float(hours))
            case {"as": str(who)}:
                self.who = who
                self._listen()
            case {"see": [*sources]}:
                await self._see([str(source) for source in sources])
            case {"shown": [*texts]}:
                self._find([str(item) for item in texts])
            case {"options": [*keys]}:
                assert self._keys(self._open()) == keys
            case {"fleeting": bool()}:
                assert self._new(), "nothing came"
            case {"rows": [str(sql), int(count)]}:
                assert await self.life.count(sql) == count
            case _:
                raise Impossible("no such turn")

    async def _do(self, act: str, **what: Any) -> None:
        self._listen()
        getattr(self.life.api, act)(self.chat, language=self.language, **what)
        await self.life.settled()

    def _listen(self) -> None:
        self.heard = len(self.life.api.messages)

    def _new(self) -> list[Shown]:
        mine = [item for item in self.life.api.messages[self.heard :] if item.chat == self.chat]
        return [message for message in mine if message.kind == "text"]

    def _open(self) -> Shown:
        """The newest question that still has its buttons."""
        for message in self.life.api.newest(self.chat):
            if message.keyboard:
                return message
        raise Impossible("no question is open")

    def _keys(self, message: Shown, controls: bool = False) -> list[str]:
        keys = [button["callback_data"].split(":", 2)[2] for button in message.buttons]
        return [key for key in keys if controls or not key.startswith("!")]

    async def _press(self, key: str) -> None:
        message = self._open()
        keys = self._keys(message, controls=True)
        if key not in keys:
            raise Impossible(f"there is no button {key!r} to press")
        self._listen()
        data = message.buttons[keys.index(key)]["callback_data"]
        self.life.api.press_data(self.chat, message.id, data)
        await self.life.settled()

    async def _filled(self, words: str) -> str:
        if "{number of " in words:
            shown = self._keys(self._open(), controls=True)
            for number, key in enumerate(shown, start=1):
                words = words.replace(f"{{number of {key}}}", str(number))
        words = words.replace("{vote}", self.vote)
        if "{idea}" in words:
            words = words.replace("{idea}", await self._idea())
        return words.replace("{code}", await self._code()) if "{code}" in words else words

    async def _code(self) -> str:
        newest = await self.life.house.database.read(reports.list_reports)
        return newest[0].code if newest else "{code}"

    async def _idea(self) -> str:
        newest = await self.life.house.database.read(ideas.list_ideas)
        return newest[0].code if newest else "{idea}"

    async def _organise(self, act: Callable[..., Changed | NotAllowed], *what: object) -> None:
        self._listen()
        outcome = await self.life.act(act, self.life.house.outside, "organiser", *what)
        assert isinstance(outcome, Changed), outcome

    async def _act(self, status: str, more: dict[str, Any]) -> None:
        self._listen()
        house = self.life.house
        day = date.fromisoformat(more["day"]) if "day" in more else None
        change = Change(
            Status(status), day, more.get("message"), said_on=house.outside.clock().date()
        )
        code, begin = await self._code(), house.conversations.begin
        outcome = await self.life.act(
            change_report, house.outside, "organiser", code, change, begin
        )
        assert isinstance(outcome, Changed), outcome

    async def _see(self, sources: list[str]) -> None:
        """What stands in the code in English, as this person reads it now."""
        assert sources, "nothing is expected"
        language = await self.life.house.database.read(self._language) or self.language
        speech = self.life.house.speeches[self.life.country]
        self._find([expected(speech, source, language) for source in sources])

    def _find(self, wanted: list[str]) -> None:
        assert wanted, "nothing is expected"
        lines = iter([line for message in self._new() for line in _lines(message)])
        for item in wanted:
            assert any(fits(item, line) for line in lines), f"{item!r} did not come"

    def _language(self, connection: Connection) -> str | None:
        bot = f"{self.life.country}/telegram"
        for hash in self.life.house.keys.find_any(ADDRESS, f"{bot}:{self.chat}"):
            person = addresses.find_person(connection, bot, hash)
            if person is not None:
                return person.language
        return None


def _lines(message: Shown) -> list[str]:
    """What one reads, from top to bottom: the words, each row of a summary, each button."""
    said = [line.removeprefix("• ") for line in message.text.split("\n")]
    return [*said, *(_label(button["text"]) for button in message.buttons)]


def _label(text: str) -> str:
    """A button's words, without its number and its picture."""
    bare = re.sub(r"^\d+\. ", "", text)
    first, space, rest = bare.partition(" ")
    return rest if space and not any(sign.isalnum() for sign in first) else bare
