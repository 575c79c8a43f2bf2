"""JSON to a Bot API server and its answer back, over lines that are kept.

aiohttp, by which files go, takes four times the processor for such a request, and requests are
what sending costs most.
"""

from __future__ import annotations

import asyncio
import socket
from base64 import b64encode
from collections import deque
from typing import cast

from aiohappyeyeballs import start_connection
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from yarl import URL

from bot.telegram_http import CONNECT_SECONDS, NotConnected, trusted

OTHER_FAMILY_SECONDS = 0.25
"""So long after an IPv6 address that says nothing an IPv4 one is tried too (RFC 8305, 5)."""

KEEP_SECONDS = 15.0
"""A line that was idle for longer is not used again: the server may be about to close it."""

Answer = tuple[int, bytes]
"""Status and body."""


class JsonLine:
    """Lines to the server of an address. As many are open as its callers ask at once, so these
    have their bounds."""

    def __init__(self, address: str) -> None:
        self._server = URL(address, encoded=True)
        self._open: set[_Line] = set()
        self._idle: deque[_Line] = deque()
        """The longest unused first."""
        self._heads: dict[URL, bytes] = {}

    async def post(self, url: URL, body: bytes, seconds: float) -> Answer:
        """What the server answers within so many seconds. Raises `NotConnected` where nothing was
        sent, and another `OSError` (`TimeoutError` is one) where the answer was lost. Neither
        holds an address."""
        until = asyncio.get_running_loop().time() + seconds
        line = self._take() or await self._connect()
        answer = await line.ask(b"%s%d\r\n\r\n%s" % (self._head(url), len(body), body), until)
        if line.is_open:
            self._idle.append(line)
        return answer

    def close(self) -> None:
        """Whoever waits for an answer hears that it is lost."""
        for line in list(self._open):
            line.end(ConnectionAbortedError("closed here"))

    def _take(self) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                return line
            line.end()
        return None

    async def _connect(self) -> _Line:
        loop = asyncio.get_running_loop()
        host, port = self._server.raw_host or "", self._server.port
        secure = self._server.scheme == "https"
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                connected = await start_connection(
                    found, happy_eyeballs_delay=OTHER_FAMILY_SECONDS
                )
                _transport, line = await loop.create_connection(
                    lambda: _Line(self._open),
                    sock=connected,
                    ssl=trusted() if secure else None,
                    server_hostname=host if secure else None,
                )
        except OSError as error:
            raise NotConnected(type(error).__name__) from None
        return line

    def _head(self, url: URL) -> bytes:
        """A request up to the number of its body's bytes."""
        known = self._heads.get(url)
        if known is None:
            lines = [f"POST {url.raw_path_qs} HTTP/1.1", f"Host: {url.host_port_subcomponent}"]
            if url.user is not None:
                given = f"{url.user}:{url.password or ''}".encode()
                lines.append(f"Authorization: Basic {b64encode(given).decode()}")
            lines += ["Content-Type: application/json", "Content-Length: "]
            known = self._heads[url] = "\r\n".join(lines).encode()
        return known


class _Line(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, open_lines: set[_Line]) -> None:
        self._lines = open_lines
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._transport: asyncio.Transport
        self._answer: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []
        self._used_at = self._loop.time()

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    @property
    def is_fresh(self) -> bool:
        return self.is_open and self._loop.time() < self._used_at + KEEP_SECONDS

    async def ask(self, request: bytes, until: float) -> Answer:
        """What comes back by then, on the loop's clock. Without it the line is ended."""
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._answer = answer
        limit = self._loop.call_at(until, self.end, TimeoutError("no answer"))
        self._transport.write(request)
        try:
            return await answer
        except BaseException:
            self._transport.abort()
            raise
        finally:
            limit.cancel()
            self._answer = None
            self._used_at = self._loop.time()

    def end(self, why: OSError | None = None) -> None:
        self._transport.abort()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(why or ConnectionAbortedError("ended"))

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no class of asyncio
        self._lines.add(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.end(ConnectionError(type(error).__name__))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lines.discard(self)
        self.end(ConnectionResetError("the server closed the line"))

    # What the parser calls

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        body, self._body = b"".join(self._body), []
        if self._answer is None or self._answer.done():
            self.end()  # Nobody had asked.
            return
        if not self._parser.should_keep_alive():
            self._transport.close()
        self._answer.set_result((self._parser.get_status_code(), body))
