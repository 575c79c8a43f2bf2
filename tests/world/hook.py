"""Telegram's side of a web hook: brings each update until the process has confirmed it."""

from __future__ import annotations

import asyncio

import msgspec

from bot.handlers.kinds import KINDS
from bot.handlers.webhook import SECRET_HEADER, Message, WebHook, path_of
from tests.world.answers import Waiting
from tests.world.faults import AFTER, BEFORE, POLL, SLOW
from tests.world.telegram import SLOW_SECONDS, Telegram

SECRET = "the-world-knocks"
AGAIN_SECONDS = 1.0
"""Until Telegram brings again what was not confirmed."""

OK = 200


class Bringer:
    """Brings one update after the other; faults of polling come here as those of bringing."""

    def __init__(self, telegram: Telegram, hook: WebHook, country: str) -> None:
        self._telegram = telegram
        self._hook = hook
        self._path = path_of(country)

    async def run(self) -> None:
        telegram = self._telegram
        while True:
            telegram.drop_unwanted(KINDS)
            left = min((item.since for item in telegram.waiting), default=None)
            if left is not None and left <= telegram.clock():
                await self._bring(next(item for item in telegram.waiting if item.since == left))
                continue
            telegram.said.clear()
            try:
                async with asyncio.timeout(None if left is None else left - telegram.clock()):
                    await telegram.said.wait()
            except TimeoutError:
                continue

    async def _bring(self, item: Waiting) -> None:
        fault = self._telegram.fault(POLL, None)
        if fault in BEFORE:
            await asyncio.sleep(AGAIN_SECONDS)
            return
        if fault == SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        times = 2 if fault == "doubled" else 1
        statuses = await asyncio.gather(*(self._post(item) for _time in range(times)))
        self._telegram.effect()
        if fault in {*AFTER, "not confirmed"} or OK not in statuses:
            await asyncio.sleep(AGAIN_SECONDS)
            return
        self._telegram.waiting = [one for one in self._telegram.waiting if one.id != item.id]
        self._telegram.version += 1
        self._telegram.effect()

    async def _post(self, item: Waiting) -> int:
        body = msgspec.json.encode({"update_id": item.id, item.kind: item.body})
        statuses = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            if "status" in message:
                statuses.append(int(message["status"]))

        headers = [(SECRET_HEADER, SECRET.encode())]
        scope = {"type": "http", "path": self._path, "method": "POST", "headers": headers}
        await self._hook(scope, receive, send)
        return statuses[0]
