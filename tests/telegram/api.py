"""A Bot API on loopback that refuses what Telegram refuses, and misbehaves when it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.domain.inbound import utf16_units
from tests.end_to_end import free_port

TOKEN = "123456789:AAF-a_token_of_the_tests_that_opens_nothing"
TEXT_MOST = 4096
DATA_BYTES_MOST = 64
POLL_MOST = 0.05
"""Seconds that an empty poll waits here, whatever it asks for."""


@dataclass(slots=True)
class Message:
    """A message that the bot sent."""

    id: int
    chat: int
    text: str
    keyboard: list[list[dict[str, str]]]

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for row in self.keyboard for button in row]


Odd = Callable[[], Response]
"""An answer that is given instead of the right one."""


@dataclass(slots=True)
class BotApi:
    """Chats, what was sent to them, and what people have said."""

    port: int = field(default_factory=free_port)
    messages: list[Message] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    confirmed: int = 0
    odd: dict[str, list[Odd]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    _ids: int = 100

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # What people do

    def say(self, chat: int, *, language: str = "en", kind: str = "private", **what: Any) -> int:
        """Somebody writes; the update's id."""
        message = {
            "message_id": self._next(),
            "date": 1_764_000_000,
            "chat": {"id": chat, "type": kind, "first_name": "A <3"},
            "from": {"id": abs(chat), "is_bot": False, "first_name": "A <3"},
            **what,
        }
        if language:
            message["from"]["language_code"] = language
        return self._update({"message": message})

    def press(self, chat: int, label: str) -> int:
        """Somebody presses the newest button with that in its label."""
        for message in reversed([item for item in self.messages if item.chat == chat]):
            for button in message.buttons:
                if label in button["text"]:
                    return self.press_data(chat, message.id, button["callback_data"])
        raise AssertionError(f"there is no button {label!r} to press")

    def press_data(self, chat: int, message: int, data: str) -> int:
        return self._update(
            {
                "callback_query": {
                    "id": str(self._next()),
                    "from": {"id": chat, "is_bot": False, "first_name": "A"},
                    "chat_instance": "x",
                    "data": data,
                    "message": {
                        "message_id": message,
                        "date": 0,
                        "chat": {"id": chat, "type": "private"},
                    },
                }
            }
        )

    def photo(self, chat: int, data: bytes, size: int | None = None, **what: Any) -> int:
        self._next()
        file_id = f"file{self._ids}"
        self.files[file_id] = data
        sizes = [
            {"file_id": f"{file_id}s", "file_unique_id": "s", "width": 9, "height": 9},
            {
                "file_id": file_id, "file_unique_id": "l", "width": 900, "height": 900,
                "file_size": len(data) if size is None else size,
            },
        ]  # fmt: skip
        return self.say(chat, photo=sizes, **what)

    def texts(self, chat: int) -> list[str]:
        return [message.text for message in self.messages if message.chat == chat]

    # What Telegram does

    def _next(self) -> int:
        self._ids += 1
        return self._ids

    def _update(self, what: dict[str, Any]) -> int:
        self.updates.append({"update_id": self._next(), **what})
        return self._ids

    async def handle(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != TOKEN:
            return _refuse(401, "Unauthorized")
        if self.odd.get(method):
            return self.odd[method].pop(0)()
        async with request.form() as form:
            given = {name: value for name, value in form.items() if isinstance(value, str)}
            files = [await value.read() for value in form.values() if not isinstance(value, str)]
        match method:
            case "getUpdates":
                return await self._get_updates(given)
            case "sendMessage":
                return self._send(given)
            case "editMessageReplyMarkup":
                return self._edit(given)
            case "setMyCommands":
                commands = json.loads(given["commands"])
                assert all(1 <= len(item["description"]) <= 256 for item in commands)
                self.commands[given.get("language_code", "")] = commands
                return _ok(True)
            case "answerCallbackQuery":
                self.answered.append(given["callback_query_id"])
                return _ok(True)
            case "sendDocument":
                self.documents += files
                return _ok(self._message(int(given["chat_id"]), ""))
            case "getFile" if given["file_id"] in self.files:
                return _ok({"file_id": "f", "file_unique_id": "f", "file_path": given["file_id"]})
            case _:
                return _refuse(404, "Not Found")

    async def _get_updates(self, given: dict[str, str]) -> Response:
        offset = int(given.get("offset") or 0)
        if offset:
            self.confirmed = offset
            self.updates = [item for item in self.updates if item["update_id"] >= offset]
        if not self.updates and int(given.get("timeout") or 0):
            await asyncio.sleep(POLL_MOST)
        return _ok(self.updates[: int(given.get("limit") or 100)])

    def _send(self, given: dict[str, str]) -> Response:
        chat, words = int(given["chat_id"]), given.get("text", "")
        if chat in self.blocked:
            return _refuse(403, "Forbidden: bot was blocked by the user")
        if not words.strip():
            return _refuse(400, "Bad Request: message text is empty")
        if utf16_units(words) > TEXT_MOST:
            return _refuse(400, "Bad Request: message is too long")
        keyboard = json.loads(given.get("reply_markup") or "{}").get("inline_keyboard", [])
        for row in keyboard:
            for button in row:
                if not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES_MOST:
                    return _refuse(400, "Bad Request: BUTTON_DATA_INVALID")
                if not button["text"].strip():
                    return _refuse(400, "Bad Request: text buttons are unallowed")
        self.messages.append(Message(self._next(), chat, words, keyboard))
        return _ok(self._message(chat, words))

    def _edit(self, given: dict[str, str]) -> Response:
        found = [item for item in self.messages if item.id == int(given["message_id"])]
        if not found:
            return _refuse(400, "Bad Request: message to edit not found")
        if not found[0].keyboard:
            return _refuse(400, "Bad Request: message is not modified: same markup")
        found[0].keyboard = []
        return _ok(self._message(found[0].chat, found[0].text))

    def _message(self, chat: int, words: str) -> dict[str, Any]:
        return {
            "message_id": self._ids,
            "date": 1_764_000_000,
            "chat": {"id": chat, "type": "private"},
            "text": words,
        }

    async def download(self, request: Request) -> Response:
        return Response(self.files[request.path_params["path"]])


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _refuse(code: int, why: str, **more: Any) -> Response:
    parameters = {"parameters": more} if more else {}
    return JSONResponse(
        {"ok": False, "error_code": code, "description": why, **parameters}, status_code=code
    )


def too_many(seconds: int) -> Response:
    return _refuse(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def html_error() -> Response:
    return Response("<html><h1>502 Bad Gateway</h1></html>", 502, media_type="text/html")


@asynccontextmanager
async def serving(api: BotApi) -> AsyncIterator[BotApi]:
    """The API listens while the block runs."""
    application = Starlette(
        routes=[
            Route("/bot{token}/{method}", api.handle, methods=["POST"]),
            Route("/file/bot{token}/{path}", api.download),
        ]
    )
    config = uvicorn.Config(
        application, port=api.port, log_config=None, lifespan="off", access_log=False
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn offers no event for it
        await asyncio.sleep(0.01)
    try:
        yield api
    finally:
        server.should_exit = True
        await task
