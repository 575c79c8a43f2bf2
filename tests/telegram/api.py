"""A Bot API on loopback that refuses what Telegram refuses, and misbehaves when it is told to.

`BotApi` is what tests hold: people's acts are in `people`, what a bot may do in `sending`,
`fetching` and `profile`, all that is known in `state`. It speaks real HTTP (`wire`).
"""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.responses import Response

from tests.telegram.calls import Call, read_call
from tests.telegram.editing import EDITING
from tests.telegram.fetching import FETCHING
from tests.telegram.opinion import differences
from tests.telegram.people import People
from tests.telegram.profile import PROFILE
from tests.telegram.refusals import (
    Refusal,
    empty_answer,
    html_error,
    ok,
    refuse,
    server_error,
    too_many,
)
from tests.telegram.sending import SENDING, Do
from tests.telegram.state import TOKEN, Fault, Message
from tests.telegram.wire import Answered, Asked, Listener, Spoilt

__all__ = [
    "TOKEN",
    "BotApi",
    "Message",
    "empty_answer",
    "html_error",
    "server_error",
    "serving",
    "too_many",
]

METHODS: Mapping[str, Do] = {
    name.lower(): do for name, do in {**SENDING, **EDITING, **FETCHING, **PROFILE}.items()
}
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]*)/(?P<rest>.+)")


class BotApi(People):
    """Chats, what was sent to them, and what people have said, of one bot."""

    async def answer(self, method: str, asked: Asked) -> Answered:
        """One request of the bot's, as it comes over the line."""
        try:
            call = await read_call(method, asked)
        except Refusal as refusal:
            self._note(method, refusal)
            return refusal.response()
        return await self.respond(call)

    async def respond(self, call: Call) -> Answered:
        """A call that could be read, with whatever is to go wrong with it."""
        self.calls.append(call)
        if self.odd.get(call.method):
            return self.odd[call.method].pop(0)()
        fault = self._fault(call.method, call.chat)
        if fault is not None and not fault.after:
            spoilt = await self._spoilt(fault)
            if spoilt is not None:
                return spoilt
        answer = await self._do(call)
        if fault is not None and fault.after:
            return await self._spoilt(fault, answer) or answer
        return answer

    def _fault(self, method: str, chat: int | None) -> Fault | None:
        return next((fault for fault in self.faults if fault.strikes(method, chat)), None)

    async def _spoilt(self, fault: Fault, answer: Response | None = None) -> Answered | None:
        """What comes instead; None when it only comes late."""
        if isinstance(fault.how, str):
            return Spoilt(fault.how, answer)
        if callable(fault.how):
            return fault.how()
        await asyncio.sleep(fault.how)
        return None

    async def _do(self, call: Call) -> Response:
        do = METHODS.get(call.method.lower())
        if do is None:
            self.wrong.append(f"{call.method}: the server of the tests does not know what it does")
            return refuse(501, "Not Implemented")
        try:
            result = do(self, call)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as refusal:
            self._note(call.method, refusal)
            return refusal.response()
        if isinstance(result, Response):
            return result
        if self.second_opinion:
            self.wrong += await differences(call, result)
        return ok(result)

    def _note(self, method: str, refusal: Refusal) -> None:
        self.refused.append((method, refusal.code, refusal.description))

    async def take_reply(self, body: bytes) -> None:
        """A web hook's answer may itself be a call of a method, whose result nobody is told."""
        if not body.strip().startswith(b"{"):
            return
        given = json.loads(body)
        method = str(given.pop("method", ""))
        if not method:
            return
        asked = Asked(
            "POST", "", b"", {"content-type": "application/json"}, json.dumps(given).encode()
        )
        try:
            call = await read_call(method, asked)
        except Refusal as refusal:
            self._note(method, refusal)
            return
        self.calls.append(call)
        await self._do(call)

    async def download(self, path: str) -> Answered:
        fault = self._fault("download", None)
        if fault is not None:
            whole = Response(self.files.get(path, b""))
            spoilt = await self._spoilt(fault, whole)
            if spoilt is not None:
                return spoilt
        if path not in self.files:
            return refuse(404, "Not Found")
        return Response(self.files[path], media_type="application/octet-stream")

    def refusals(self, *expected: str) -> list[tuple[str, int, str]]:
        """What was refused, but for those with one of these words."""
        return [one for one in self.refused if not any(word in one[2] for word in expected)]


def _router(bots: Mapping[str, BotApi]) -> Any:
    async def handle(asked: Asked) -> Answered:
        found = _PATH.fullmatch(asked.path)
        if found is None:
            return refuse(404, "Not Found")
        api = bots.get(found["token"].replace("%3A", ":"))
        if api is None:
            known = re.fullmatch(r"\d+:[\w-]{30,}", found["token"])
            return refuse(401, "Unauthorized") if known else refuse(404, "Not Found")
        if found["file"]:
            return await api.download(found["rest"])
        return await api.answer(found["rest"], asked)

    return handle


@asynccontextmanager
async def serving(api: BotApi, *others: BotApi) -> AsyncIterator[BotApi]:
    """The API listens while the block runs, for further bots too.

    At its end it fails for what no bot of ours may do; see `BotState.wrong`.
    """
    bots = {bot.token: bot for bot in (api, *others)}
    for bot in others:
        bot.port = api.port
    listener = Listener(api.port, _router(bots))
    await listener.open()
    api.listener = listener
    try:
        yield api
    finally:
        await listener.close()
        for bot in bots.values():
            if bot.hook is not None:
                await bot.hook.close()
    wrong = [line for bot in bots.values() for line in bot.wrong]
    assert not wrong, "\n".join(wrong)
