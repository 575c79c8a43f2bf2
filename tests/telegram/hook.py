"""Delivers updates to a web hook as Telegram does: in order per chat, again until a 2xx."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from tests.telegram.state import BotState

ANSWER_SECONDS = 60.0
"""So long Telegram waits for the hook's answer (tdlib/telegram-bot-api, issue 341)."""

LONGEST_WAIT = 2.0
"""Seconds between two tries at most; Telegram waits far longer."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def queue_of(update: dict[str, Any]) -> tuple[str, int]:
    """Whose turn it is: a chat's messages, and apart from them a person's presses.

    A press may therefore overtake a message of the same chat (`webhook_queue_id` in the Bot API
    server's `Client.cpp`).
    """
    for kind, what in update.items():
        if isinstance(what, dict):
            if "chat" in what:
                return "chat", int(what["chat"]["id"])
            return kind, int(what.get("from", {}).get("id", 0))
    return "chat", 0


class Hook:
    """One bot's web hook. What it takes with a 2xx is gone from the pending updates."""

    def __init__(self, api: BotState, url: str, secret: str, connections: int) -> None:
        self.url = url
        self.secret = secret
        self.connections = connections
        self.last_error = ""
        self.delivered: list[tuple[int, int]] = []
        """Update id and status of each try, in the order of their ends."""
        self._api = api
        self._lines = asyncio.Semaphore(connections)
        self._workers: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def _target(self) -> str:
        """Where the proxy in front of the bot leads to."""
        for public, here in self._api.reach.items():
            if self.url.startswith(public):
                where = here if isinstance(here, str) else here()
                return where + self.url.removeprefix(public)
        raise AssertionError(f"nothing leads to {self.url}; say so in `reach`")

    def push(self) -> None:
        for update in self._api.updates:
            queue = queue_of(update)
            worker = self._workers.get(queue)
            if worker is None or worker.done():
                self._workers[queue] = asyncio.create_task(self._empty(queue))

    async def close(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _empty(self, queue: tuple[str, int]) -> None:
        wait = self._api.hook_wait
        while True:
            update = next((item for item in self._api.updates if queue_of(item) == queue), None)
            if update is None:
                return
            async with self._lines:
                taken = await self._deliver(update)
            if taken:
                wait = self._api.hook_wait
                if update in self._api.updates:
                    self._api.updates.remove(update)
            else:
                await asyncio.sleep(wait)
                wait = min(LONGEST_WAIT, wait * 2)

    async def _deliver(self, update: dict[str, Any]) -> bool:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        status, body, why = 0, b"", ""
        try:
            async with self._session.post(
                self._target,
                data=json.dumps(update).encode(),
                headers=headers,
                timeout=aiohttp.ClientTimeout(ANSWER_SECONDS),
            ) as answer:
                status, body = answer.status, await answer.read()
                why = f"Wrong response from the webhook: {status} {answer.reason}"
        except TimeoutError:
            why = "Read timeout expired"
        except aiohttp.ClientError as error:
            why = f"Connection failed: {type(error).__name__}"
        self.delivered.append((update["update_id"], status))
        if 200 <= status < 300:
            await self._api.take_reply(body)
            return True
        self.last_error = why
        return False
