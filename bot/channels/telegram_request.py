"""How python-telegram-bot asks the Bot API here: over our own line, errors told apart by what is
known of the message.

It stands at that library's extension point `BaseRequest`. Its own way over httpx takes ten times
the processor, and cannot tell a line that never came about from one that broke after the message
had gone out. No text of an error holds an address or a body: both may hold the token.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import ClientSession, FormData
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.telegram_http import (
    ANSWER_SECONDS,
    LOST,
    NOT_SENT,
    UPLOAD_SECONDS,
    limited_to,
    open_session,
)
from bot.telegram_line import JsonLine

UNTOLD_SECONDS = 30.0
"""So long a silence lasts that Telegram asks for without saying how long."""


class NotReached(NetworkError):
    """No connection came about: nothing was sent, for certain."""


class Failing(NetworkError):
    """Telegram itself says that it could not do it: nothing was sent."""


class Lost(NetworkError):
    """The answer was lost, or is nobody's that we know: the message may have arrived."""


class Throttled(TelegramError):
    """Telegram wants silence for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class LeanRequest(BaseRequest):
    """Connections to one Bot API server. Made in the event loop that uses them."""

    def __init__(self) -> None:
        self._line: JsonLine | None = None
        self._http: ClientSession | None = None
        """For files."""
        self._urls: dict[str, URL] = {}

    async def initialize(self) -> None:
        """Connections are opened when they are needed."""

    async def shutdown(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._http is not None:
            await self._http.close()

    @property
    def read_timeout(self) -> float | None:
        return ANSWER_SECONDS

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer as plain values. Raises `Lost` for one that makes no sense.

        Of a message that was sent only its picture is needed. Without one it is told as True, as
        of an edited one, since the library makes an object with a hundred fields of any other.
        """
        try:
            answer = msgspec.json.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Lost("an answer that makes no sense") from None
        match answer:
            case {"result": {"message_id": _, **rest}} if "photo" not in rest:
                answer["result"] = True
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """Raises the errors of this module where the library would take them all for one kind."""
        try:
            status, raw = await self._ask(url, method, request_data)
        except NOT_SENT as error:
            raise NotReached(type(error).__name__) from None
        except LOST as error:
            raise Lost(type(error).__name__) from None
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # A page of somebody between us and Telegram does not say what became of it.
            self.parse_json_payload(raw)
            raise Failing(f"status {status}")
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            match self.parse_json_payload(raw):
                case {"parameters": {"retry_after": int() | float() as seconds}}:
                    raise Throttled(float(seconds))
            raise Throttled(UNTOLD_SECONDS)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise BadRequest("too large")
        return status, raw

    async def _ask(self, url: str, method: str, data: RequestData | None) -> tuple[int, bytes]:
        known = self._urls.get(url)
        if known is None:
            known = self._urls[url] = URL(url, encoded=True)
        if data is not None and not data.contains_files:
            if self._line is None:
                self._line = JsonLine(url)
            body = msgspec.json.encode(data.parameters)
            return await self._line.post(known, body, ANSWER_SECONDS)
        if self._http is None:
            self._http = open_session(secure=url.startswith("https:"))
        form = None if data is None else _form(data)
        limits = limited_to(ANSWER_SECONDS if data is None else UPLOAD_SECONDS)
        async with self._http.request(method, known, data=form, timeout=limits) as answer:
            return answer.status, await answer.read()


def _form(data: RequestData) -> FormData:
    form = FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
