"""Residents of Telegram: a Bot API that answers at once, and people who write when answered."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

CHAT = re.compile(rb'chat_id"?(?:\r\n(?:[^\r\n]+\r\n)*\r\n|:\s*"?|=)(-?[0-9]+)')
"""A chat's number in a body, be it JSON, a form, or a form in parts."""

FIRST_CHAT = 1_000_000
ANSWER_SECONDS = 60.0
"""A conversation without an answer for so long is a failure."""

Script = Callable[[int], Sequence[str]]
"""What a resident of this number writes, one message after each answer."""


@dataclass(slots=True)
class Load:
    """What was measured from outside. Seconds are of whole conversations."""

    updates: int = 0
    seconds: float = 0.0
    conversations: list[float] = field(default_factory=list)

    def percentile(self, part: int) -> float:
        """Seconds within which so many hundredths of the conversations were over."""
        ordered = sorted(self.conversations)
        return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


class FastApi:
    """A Bot API that takes everything and remembers only that a chat was written to."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._messages = itertools.count(1)
        self.sent = 0
        self.ends = b""
        """Stands in the last message of a turn, where a bot says several: people wait for it."""

    def answered(self, chat: int) -> asyncio.Future[None]:
        """Done once this chat is written to."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[chat] = future
        return future

    async def handle(self, request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2].lower()
        body = await request.read()
        if method == "getme":
            return _ok('{"id":1,"is_bot":true,"first_name":"B","username":"b_bot"}')
        if not method.startswith(("send", "edit")):
            return _ok("true")
        match = CHAT.search(body)
        chat = int(match[1]) if match else 0
        number = next(self._messages)
        if method.startswith("send"):
            self.sent += 1
            future = self._waiting.get(chat) if self.ends in body else None
            if future is not None and not future.done():
                del self._waiting[chat]
                future.set_result(None)
        chat_json = f'{{"id":{chat},"type":"private","first_name":"R"}}'
        return _ok(f'{{"message_id":{number},"date":1,"chat":{chat_json},"text":"x"}}')


def _ok(result: str) -> web.Response:
    return web.Response(text=f'{{"ok":true,"result":{result}}}', content_type="application/json")


class Residents:
    """Sends the updates of many people to a web hook, each one's after the answer to the last."""

    def __init__(self, api: FastApi, hooks: Sequence[str], headers: Mapping[str, str]) -> None:
        """Of several `hooks` each update goes to the next: also those of one resident."""
        self._api = api
        self._hooks = itertools.cycle(hooks)
        self._headers = headers
        self._updates = itertools.count(1)

    async def talk(self, people: int, script: Script, first: int = 0) -> Load:
        """So many people at once, each through a whole script."""
        load = Load()
        start = time.perf_counter()
        connector = aiohttp.TCPConnector(limit=100)
        async with aiohttp.ClientSession(connector=connector) as session:
            await asyncio.gather(
                *(self._one(session, first + at, script, load) for at in range(people))
            )
        load.seconds = time.perf_counter() - start
        return load

    async def _one(
        self, session: aiohttp.ClientSession, number: int, script: Script, load: Load
    ) -> None:
        chat = FIRST_CHAT + number
        start = time.perf_counter()
        for words in script(number):
            answered = self._api.answered(chat)
            async with session.post(
                next(self._hooks), json=self._update(chat, words), headers=self._headers
            ) as response:
                if response.status != 200:
                    raise RuntimeError(f"the web hook answered {response.status} to {words!r}")
            await asyncio.wait_for(answered, ANSWER_SECONDS)
            load.updates += 1
        load.conversations.append(time.perf_counter() - start)

    def _update(self, chat: int, words: str) -> dict[str, object]:
        number = next(self._updates)
        person = {"id": chat, "is_bot": False, "first_name": "R", "language_code": "en"}
        message: dict[str, object] = {
            "message_id": number,
            "date": 1_764_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "R"},
            "from": person,
            "text": words,
        }
        if words.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(words)}]
        return {"update_id": number, "message": message}


async def serving(api: FastApi, port: int) -> web.AppRunner:
    """Serve the Bot API on loopback."""
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", api.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def listening(port: int, seconds: float = 60.0) -> None:
    """Wait until somebody listens there."""
    deadline = time.perf_counter() + seconds
    while True:
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        if time.perf_counter() > deadline:
            raise RuntimeError(f"nobody listens at {port}")
        await asyncio.sleep(0.1)
