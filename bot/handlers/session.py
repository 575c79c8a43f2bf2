"""A lean line to the Bot API: JSON out, and of the answer only what somebody reads.

It stands at aiogram's extension point `BaseSession.make_request`, so aiogram's methods and types
stay in use; what every turn asks for (`bot.handlers.calls`) goes without them. Its own session
builds a form and reads every answer into models, which costs more than a whole turn. Errors become
aiogram's exceptions, as there, but for one thing: no text of theirs holds an address or an
answer's body, since both may hold the bot's token.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import Any, cast

import msgspec
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetFile, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile
from aiohttp import ClientSession, FormData
from pydantic import BaseModel, TypeAdapter, ValidationError
from yarl import URL

from bot.handlers.calls import Call
from bot.handlers.parsing import mend_signs
from bot.telegram_http import (
    ANSWER_SECONDS,
    LOST,
    NOT_SENT,
    UPLOAD_SECONDS,
    limited_to,
    open_session,
)
from bot.telegram_line import JsonLine

LONG_POLL_MARGIN = 10.0
"""So much longer than the poll itself its answer may take."""


class NotReached(TelegramNetworkError):
    """No connection came about: nothing was sent, for certain."""


class _Parameters(msgspec.Struct):
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None


class _Answer(msgspec.Struct):
    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    description: str = ""
    parameters: _Parameters | None = None


class _Message(msgspec.Struct):
    """What is read of a message that stands in a chat: a whole one has a hundred fields."""

    message_id: int


class _File(msgspec.Struct):
    """A file to upload, under the name that the JSON beside it refers to."""

    name: str
    content: InputFile


_read_answer = msgspec.json.Decoder(_Answer).decode
_read_message = msgspec.json.Decoder(_Message).decode

_BY_STATUS: dict[int, type[TelegramAPIError]] = {
    HTTPStatus.BAD_REQUEST: TelegramBadRequest,
    HTTPStatus.UNAUTHORIZED: TelegramUnauthorizedError,
    HTTPStatus.FORBIDDEN: TelegramForbiddenError,
    HTTPStatus.NOT_FOUND: TelegramNotFound,
    HTTPStatus.CONFLICT: TelegramConflictError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TelegramEntityTooLarge,
}


class LeanSession(BaseSession):
    """Connections to one Bot API server. Made in the event loop that uses them."""

    def __init__(self, base: str) -> None:
        super().__init__(TelegramAPIServer.from_base(base))
        self._line = JsonLine(base)
        self._http: ClientSession | None = None
        """For files."""
        self._urls: dict[tuple[str, str], URL] = {}
        self._types: dict[Any, TypeAdapter[Any]] = {}

    async def close(self) -> None:
        self._line.close()
        if self._http is not None:
            await self._http.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # aiogram's signature
    ) -> TelegramType:
        """Raises aiogram's exceptions; `NotReached` where nothing was sent, another
        `TelegramNetworkError` where the answer was lost, `ClientDecodeError` for one that makes
        no sense."""
        files: list[_File] = []
        given = {
            name: plain
            for name, value in vars(method).items()
            if value is not None and (plain := _plain(value, bot, files)) is not None
        }
        seconds = timeout or _seconds(method, bool(files))
        data = await _form(bot, given, files) if files else msgspec.json.encode(given)
        status, raw = await self._ask(bot, method.__api_method__, method, data, seconds)
        found = _read(method, status, raw)
        try:
            return cast(TelegramType, self._result(bot, method.__returning__, found))
        except (msgspec.DecodeError, ValidationError) as error:
            raise _odd(error, status) from None

    async def call(self, bot: Bot, call: Call) -> int:
        """Make a call; the number of the message that it was about. Raises as `make_request`."""
        method = cast("TelegramMethod[Any]", call)  # aiogram's errors only carry it along
        body = msgspec.json.encode(call)
        status, raw = await self._ask(bot, call.api_method, method, body, ANSWER_SECONDS)
        found = _read(method, status, raw)
        try:
            return _read_message(found).message_id
        except msgspec.DecodeError as error:
            raise _odd(error, status) from None

    async def _ask(
        self,
        bot: Bot,
        name: str,
        method: TelegramMethod[Any],
        data: bytes | FormData,
        seconds: float,
    ) -> tuple[int, bytes]:
        """The status and the body of what the server answers; `method` is what errors carry."""
        url = self._url(bot, name)
        try:
            if isinstance(data, bytes):
                return await self._line.post(url, data, seconds)
            limits = limited_to(seconds)
            async with self._opened().post(url, data=data, timeout=limits) as answer:
                return answer.status, await answer.read()
        except NOT_SENT as error:
            raise NotReached(method, type(error).__name__) from None
        except LOST as error:
            raise TelegramNetworkError(method, type(error).__name__) from None

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  # aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """A file, as it comes: whoever reads it stops where it is too large for them."""
        method: TelegramMethod[Any] = GetFile(file_id="")
        limits = limited_to(timeout)
        try:
            async with self._opened().get(url, headers=headers, timeout=limits) as answer:
                if raise_for_status and answer.status >= HTTPStatus.BAD_REQUEST:
                    kind = _BY_STATUS.get(answer.status, TelegramServerError)
                    raise kind(method, f"the file is not given out ({answer.status})")
                async for chunk in answer.content.iter_chunked(chunk_size):
                    yield chunk
        except NOT_SENT as error:
            raise NotReached(method, type(error).__name__) from None
        except LOST as error:
            raise TelegramNetworkError(method, type(error).__name__) from None

    def _opened(self) -> ClientSession:
        if self._http is None:
            self._http = open_session(secure=self.api.base.startswith("https:"))
        return self._http

    def _url(self, bot: Bot, name: str) -> URL:
        known = self._urls.get((bot.token, name))
        if known is None:
            known = URL(self.api.api_url(bot.token, name), encoded=True)
            self._urls[bot.token, name] = known
        return known

    def _result(self, bot: Bot, kind: Any, raw: msgspec.Raw) -> Any:
        if kind is bool:
            return msgspec.json.decode(raw, type=bool)
        known = self._types.get(kind)
        if known is None:
            known = self._types[kind] = TypeAdapter(kind)
        return known.validate_json(bytes(raw), context={"bot": bot})


def _read(method: TelegramMethod[Any], status: int, raw: bytes) -> msgspec.Raw:
    """What was asked for, out of the server's answer."""
    try:
        answer = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TelegramServerError(method, f"no JSON, status {status}") from None
        raise _odd(error, status) from None
    if not answer.ok or status >= HTTPStatus.MULTIPLE_CHOICES:
        raise _refusal(method, status, answer)
    return answer.result


def _decode(raw: bytes) -> _Answer:
    try:
        return _read_answer(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # One message with half of a sign in it must not keep all others away.
        return _read_answer(mend_signs(raw))


def _odd(error: Exception, status: int) -> ClientDecodeError:
    return ClientDecodeError(f"an answer that makes no sense, status {status}", error, "")


def _refusal(method: TelegramMethod[Any], status: int, answer: _Answer) -> TelegramAPIError:
    """The exception that aiogram's own session makes of it."""
    words = answer.description
    if answer.parameters is not None:
        if answer.parameters.retry_after:
            return TelegramRetryAfter(method, words, answer.parameters.retry_after)
        if answer.parameters.migrate_to_chat_id:
            return TelegramMigrateToChat(method, words, answer.parameters.migrate_to_chat_id)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = RestartingTelegram if "restart" in words else TelegramServerError
        return kind(method, words)
    return _BY_STATUS.get(status, TelegramAPIError)(method, words)


def _seconds(method: TelegramMethod[Any], uploads: bool) -> float:
    if uploads:
        return UPLOAD_SECONDS
    poll = getattr(method, "timeout", None)
    return ANSWER_SECONDS if poll is None else poll + LONG_POLL_MARGIN


def _plain(value: Any, bot: Bot, files: list[_File]) -> Any:
    """A value of a method as JSON has it; None for what is left out. Files go to `files`."""
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, list | tuple):
        return [_plain(item, bot, files) for item in value]
    if isinstance(value, BaseModel):
        return _named(vars(value), bot, files)
    if isinstance(value, dict):
        return _named(value, bot, files)
    if isinstance(value, Default):
        return _plain(bot.default[value.name], bot, files)
    if isinstance(value, InputFile):
        files.append(_File(f"file{len(files)}", value))
        return f"attach://{files[-1].name}"
    if isinstance(value, datetime):
        return round(value.timestamp())
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _named(values: dict[str, Any], bot: Bot, files: list[_File]) -> dict[str, Any]:
    return {
        name: plain
        for name, value in values.items()
        if value is not None and (plain := _plain(value, bot, files)) is not None
    }


async def _form(bot: Bot, given: dict[str, Any], files: list[_File]) -> FormData:
    form = FormData(quote_fields=False)
    for name, value in given.items():
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        form.add_field(name, text)
    for file in files:
        content = b"".join([chunk async for chunk in file.content.read(bot)])
        form.add_field(file.name, content, filename=file.content.filename or file.name)
    return form
