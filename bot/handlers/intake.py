"""An update of Telegram on its way to a committed turn, whichever way it came in.

Updates of one chat are taken one after the other; of those that wait, the one with the smallest
number first. Chats do not wait for each other. Telegram brings a chat's messages one at a time,
each once the one before is confirmed (`WebhookActor.cpp` of the Bot API server), so they cannot
overtake each other on the way, whichever process they meet; a press can, as it has a queue of its
own. An update that fails is tried again a few times, then set aside: it blocks nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Protocol

import msgspec
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update
from pydantic import ValidationError

from bot.domain.inbound import Inbound
from bot.handlers.parsing import mend_signs, parse_update
from bot.handlers.updates import in_group, read_update
from bot.services.stuck import TRIES, Away

logger = logging.getLogger(__name__)

PAUSES = (0.2, 0.5, 1.0, *[1.0] * TRIES)
"""Seconds between the tries of an update: what failed for a moment's sake gets another. Only its
own chat waits."""

Take = Callable[[Inbound], Awaitable[None]]


class Failures(Protocol):
    """Where failures are counted and updates set aside; see `StuckBook`."""

    async def note(
        self, bot: str, update: str, raw: bytes, address: str | None, error: Exception, most: int
    ) -> bool: ...

    async def settle(self, bot: str, update: str) -> None: ...

    async def find(self, bot: str, update: str) -> bytes | None: ...


class NoUpdate(Exception):
    """This is no update at all: no JSON object with a number of its own."""


class _Numbered(msgspec.Struct):
    update_id: int


@dataclass(slots=True)
class _Queue:
    """The updates of a chat that are here: who has its turn, and who waits for it, by number."""

    taken: bool = False
    waiting: list[tuple[int, int, asyncio.Future[None]]] = field(default_factory=list)
    """A heap; the second number keeps those that came with one number in the order they came."""
    came: int = 0

    def wait(self, number: int) -> asyncio.Future[None]:
        turn = asyncio.get_running_loop().create_future()
        self.came += 1
        heappush(self.waiting, (number, self.came, turn))
        return turn

    def go_on(self) -> None:
        """The next one's turn comes, if nobody has it."""
        while self.waiting and not self.taken:
            _number, _came, turn = heappop(self.waiting)
            if not turn.done():
                self.taken = True
                turn.set_result(None)


class Intake:
    """Takes the updates of one bot. `take` commits a turn; `name` is `country/telegram`.

    Where `points` is false, what is set aside is kept without the positions in it.
    """

    def __init__(
        self,
        bot: Bot,
        country: str,
        take: Take,
        failures: Failures,
        *,
        points: bool = True,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`wait` lets so many seconds go by between two tries of an update."""
        self.name = f"{country}/telegram"
        self._bot = bot
        self._country = country
        self._take = take
        self._failures = failures
        self._points = points
        self._wait = wait
        self._queues: dict[int, _Queue] = {}

    async def take(self, raw: bytes) -> str:
        """Take an update as Telegram sent it; when this returns it may be confirmed.

        Gives the press that is to be answered now, so that the button stops waiting, or `""`.
        Raises `NoUpdate` for what is none, and `Away` where nothing has happened and the same
        update must come again.
        """
        try:
            number = read_number(raw)
        except NoUpdate:
            raw = mend_signs(raw)
            number = read_number(raw)
        return await self._take_raw(number, raw, failed=False)

    async def retry(self, number: str) -> None:
        """Take an update that was set aside once more; it stays set aside where it fails again.

        Raises `Away` as `take` does.
        """
        raw = await self._failures.find(self.name, number)
        if raw is not None:
            logger.info("%s: update %s is tried again", self.name, number)
            await self._take_raw(number, raw, failed=True)

    async def _take_raw(self, number: str, raw: bytes, failed: bool) -> str:
        try:
            update, left_out = parse_update(raw)
        except ValidationError as error:
            # Its words are the resident's, so only the class is told.
            logger.error("%s: update %s is not readable, set aside", self.name, number)
            await self._note(number, raw, _guess_chat(raw), error, 1)
            return ""
        if left_out:
            logger.warning("%s: update %s is read without %s", self.name, number, left_out)
        async with self._in_order(chat_of(update), update.update_id):
            return await self._try(update, number, raw, failed)

    async def _try(self, update: Update, number: str, raw: bytes, failed: bool) -> str:
        """`failed` says that it is counted as a failure already."""
        pauses = iter(PAUSES)
        while True:
            try:
                query = await self._turn(update)
            except Away:
                raise
            except Exception as error:
                chat = str(chat_of(update))
                aside = await self._note(number, raw, chat, error, TRIES)
                logger.exception(
                    "%s: update %s failed%s", self.name, number, ", set aside" if aside else ""
                )
                if aside:
                    return ""
                failed = True
                await self._wait(next(pauses))
            else:
                if failed:
                    await self._failures.settle(self.name, number)
                return query

    async def _note(
        self, number: str, raw: bytes, chat: str | None, error: Exception, most: int
    ) -> bool:
        return await self._failures.note(self.name, number, self._kept(raw), chat, error, most)

    def _kept(self, raw: bytes) -> bytes:
        """What is set aside of an update. Of a press nothing: it may be a choice in a vote, the
        keyboard that comes with it shows others, and its question still stands in the chat."""
        if "callback_query" in msgspec.json.decode(raw):
            return b""
        return raw if self._points else without_positions(raw)

    async def _turn(self, update: Update) -> str:
        username = await self._username() if in_group(update) else ""
        said = read_update(update, username)
        if said is None:
            return ""
        await self._take(
            Inbound(
                bot=self.name,
                country=self._country,
                channel="telegram",
                address=str(said.chat),
                update=str(update.update_id),
                input=said.what,
                language=said.language,
                ref=said.ref,
                group=said.group,
                topic=said.topic,
                in_pieces=True,
            )
        )
        return said.query

    async def _username(self) -> str:
        """What commands in groups name us by. Telegram is asked once; that it cannot be asked is
        no update's fault, and raises `Away`."""
        try:
            return (await self._bot.me()).username or ""
        except (TelegramAPIError, ClientDecodeError) as error:
            raise Away(type(error).__name__) from error

    @asynccontextmanager
    async def _in_order(self, chat: int, number: int) -> AsyncIterator[None]:
        queue = self._queues.setdefault(chat, _Queue())
        turn = queue.wait(number)
        # What came at the same moment on other lines is heard before anybody has the turn.
        asyncio.get_running_loop().call_soon(queue.go_on)
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                queue.taken = False
            queue.go_on()
            if not queue.taken and not queue.waiting and self._queues.get(chat) is queue:
                del self._queues[chat]


def read_number(raw: bytes) -> str:
    """An update's id. Raises `NoUpdate`."""
    try:
        return str(msgspec.json.decode(raw, type=_Numbered).update_id)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NoUpdate from None


def without_positions(raw: bytes) -> bytes:
    """An update with every position at 0, 0, and venues without their name and address.

    Raises `NoUpdate` where it is nested deeper than anything that Telegram sends.
    """
    try:
        return msgspec.json.encode(_moved(msgspec.json.decode(raw)))
    except RecursionError:
        raise NoUpdate from None


def _moved(value: Any) -> Any:
    match value:
        case dict():
            moved = {key: _moved(item) for key, item in value.items()}
            if "latitude" in moved or "longitude" in moved:
                return {"latitude": 0, "longitude": 0}
            if "location" in moved and "address" in moved:
                return {"location": moved["location"], "title": "", "address": ""}
            return moved
        case list():
            return [_moved(item) for item in value]
        case _:
            return value


def chat_of(update: Update) -> int:
    """Whose queue an update belongs to; 0 for one that is of no chat."""
    message = update.message or update.edited_message
    if message is not None:
        return message.chat.id
    if update.callback_query is not None and update.callback_query.message is not None:
        return update.callback_query.message.chat.id
    if update.my_chat_member is not None:
        return update.my_chat_member.chat.id
    return 0


def _guess_chat(raw: bytes) -> str | None:
    """The chat of an update that aiogram's types do not take, from where it usually stands.
    Raises `NoUpdate` as `without_positions` does."""
    try:
        update: dict[str, Any] = msgspec.json.decode(raw)
    except RecursionError:
        raise NoUpdate from None
    for event in update.values():
        if isinstance(event, dict):
            for place in (event.get("chat"), event.get("message"), event.get("from")):
                if isinstance(place, dict):
                    found = place.get("chat", place)
                    if isinstance(found, dict) and isinstance(found.get("id"), int):
                        return str(found["id"])
    return None
