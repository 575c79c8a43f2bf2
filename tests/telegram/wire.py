"""HTTP as the Bot API speaks it, and as a bad line spoils it: resets, half bodies, silence."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus

import httptools
from starlette.responses import Response

BODY_MOST = 64 * 1024 * 1024
"""Bytes; above it even the gateway in front of the Bot API closes the line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `path` is without its query."""

    method: str
    path: str
    query: bytes
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Spoilt:
    """An answer that does not arrive as it should."""

    how: str
    """`reset` closes the line hard, `half` sends half of it, `hang` sends nothing for ever."""
    answer: Response | None = None


Answered = Response | Spoilt
Handle = Callable[[Asked], Awaitable[Answered]]


class _Line(asyncio.Protocol):
    """One connection: requests one after the other, each answered before the next is read."""

    def __init__(self, handle: Handle, open_lines: set[_Line]) -> None:
        self._handle = handle
        self._open = open_lines
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._waiting: list[Asked] = []
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)
        self._transport = None
        if self._task is not None:
            # Whoever asked is gone: a poll that still waits must not swallow what comes.
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self._headers.get("expect") == "100-continue" and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > BODY_MOST:
            self.close()

    def on_message_complete(self) -> None:
        parsed = httptools.parse_url(self._url)
        method = self._parser.get_method().decode()
        asked = Asked(
            method,
            (parsed.path or b"/").decode("latin-1"),
            parsed.query or b"",
            self._headers,
            bytes(self._body),
        )
        self._url, self._headers, self._body = b"", {}, bytearray()
        self._waiting.append(asked)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._answer_all())

    async def _answer_all(self) -> None:
        while self._waiting and self._transport is not None:
            answer = await self._handle(self._waiting.pop(0))
            await self._give(answer)

    async def _give(self, answer: Answered) -> None:
        if self._transport is None:
            return
        if isinstance(answer, Response):
            self._transport.write(_packed(answer))
            return
        match answer.how:
            case "hang":
                await asyncio.Event().wait()
            case "half":
                packed = b"" if answer.answer is None else _packed(answer.answer)
                head = packed.find(b"\r\n\r\n") + 4
                self._transport.write(packed[: head + (len(packed) - head) // 2])
                self._transport.close()
            case _:
                _reset(self._transport)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST instead of FIN: the peer reads `connection reset`."""
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _packed(answer: Response) -> bytes:
    phrase = HTTPStatus(answer.status_code).phrase
    headers = [f"{name}: {value}" for name, value in answer.headers.items()]
    headers.append(f"date: {formatdate(usegmt=True)}")
    head = "\r\n".join([f"HTTP/1.1 {answer.status_code} {phrase}", *headers, "", ""])
    return head.encode("latin-1") + bytes(answer.body)


@dataclass(slots=True)
class Listener:
    """Where the server listens; `closed` lets it go away for a while and come back."""

    port: int
    handle: Handle
    _server: asyncio.Server | None = None
    _lines: set[_Line] = field(default_factory=set)

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Line(self.handle, self._lines), "127.0.0.1", self.port, reuse_address=True
        )

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            for line in list(self._lines):
                line.close()
            await self._server.wait_closed()
            self._server = None

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Nobody answers while the block runs: connecting is refused."""
        await self.close()
        try:
            yield
        finally:
            await self.open()
