"""Short calls to a Bot API server, over connections that are kept open.

A call is one POST of JSON and one answer that is read whole. A general client spends several
times on each what the parts of it cost that are needed here; files go by `bot.telegram_http`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from typing import cast
from urllib.parse import urlsplit

from aiohappyeyeballs import start_connection
from httptools import HttpParserError, HttpResponseParser

CONNECT_SECONDS = 5.0
CONNECTIONS = 100
"""Open at once; whoever needs one more waits."""

IDLE_SECONDS = 15.0
"""A connection that rested for so long is not used again: the server may just be closing it."""

EAGER_SECONDS = 0.25
"""After so long without an answer of one address of a server the next one is tried as well
(RFC 8305, section 5)."""

_UNENDED = (b"content-length", b"transfer-encoding")


class NotConnected(ConnectionError):
    """No connection came about: nothing was sent, for certain."""


class AnswerLost(ConnectionError):
    """The answer did not come whole: what was asked for may have been done."""


class Line:
    """Calls one server. Made in the event loop that uses it."""

    def __init__(self, base: str, context: ssl.SSLContext | None) -> None:
        """`base` is the server's address; `context` for one that speaks TLS."""
        address = urlsplit(base)
        self._host = address.hostname or ""
        self._port = address.port or (443 if context else 80)
        self._context = context
        self._named = address.netloc.rpartition("@")[2].encode()
        self._idle: deque[_Connection] = deque()
        self._open: set[_Connection] = set()
        self._room = asyncio.Semaphore(CONNECTIONS)

    async def post(self, target: bytes, body: bytes, seconds: float) -> tuple[int, bytes]:
        """Ask with JSON for `target`, a path. Status and body of the answer.

        Raises `NotConnected`, `AnswerLost`, and `TimeoutError` after so many seconds, when the
        answer is lost as well.
        """
        asked = b"POST %b HTTP/1.1\r\nHost: %b\r\n%b%d\r\n\r\n%b" % (
            target, self._named, _HEADERS, len(body), body,
        )  # fmt: skip
        async with self._room:
            connection = self._rested() or await self._connect()
            try:
                return await connection.ask(asked, seconds)
            finally:
                if connection.usable:
                    self._idle.append(connection)
                else:
                    connection.close()

    async def close(self) -> None:
        """Whoever waits for an answer hears that none will come."""
        for connection in list(self._open):
            connection.close()
        # They are told so in the loop's next round.
        await asyncio.sleep(0)

    def _rested(self) -> _Connection | None:
        """The connection that was used last; those that rested for too long are closed."""
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while self._idle and (not self._idle[0].usable or self._idle[0].since < oldest):
            self._idle.popleft().close()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
                reached = await start_connection(found, happy_eyeballs_delay=EAGER_SECONDS)
                try:
                    reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    _transport, connection = await loop.create_connection(
                        lambda: _Connection(self._open),
                        sock=reached,
                        ssl=self._context,
                        server_hostname=self._host if self._context else None,
                    )
                except BaseException:
                    reached.close()
                    raise
        except (OSError, TimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        return connection


_HEADERS = b"Content-Type: application/json\r\nContent-Length: "


class _Connection(asyncio.Protocol):
    """One call at a time."""

    def __init__(self, others: set[_Connection]) -> None:
        self._others = others
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser = HttpResponseParser(self)
        self._parts: list[bytes] = []
        self._headed = self._sized = False
        self.usable = False
        self.since = 0.0
        """When it was last used, on the loop's clock."""

    async def ask(self, request: bytes, seconds: float) -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            raise AnswerLost("closed")
        self.usable = False
        answer: asyncio.Future[tuple[int, bytes]] = loop.create_future()
        self._answer = answer
        self._parser = HttpResponseParser(self)
        self._parts = []
        self._headed = self._sized = False
        limit = loop.call_later(seconds, self._fail, TimeoutError())
        self._transport.write(request)
        try:
            return await answer
        finally:
            limit.cancel()
            self._answer = None
            self.since = loop.time()

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are asyncio's by what they do, and not by their class.
        self._transport = cast(asyncio.WriteTransport, transport)
        self._others.add(self)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # nobody has asked for it
            return
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._fail(AnswerLost(type(error).__name__))

    def connection_lost(self, exc: Exception | None) -> None:
        self._others.discard(self)
        self._transport = None
        if self._headed and not self._sized and exc is None:
            self._end()  # an answer of no stated length ends with its connection
        self._fail(AnswerLost("closed" if exc is None else type(exc).__name__))

    # What the parser tells

    def on_header(self, name: bytes, _value: bytes) -> None:
        self._sized = self._sized or name.lower() in _UNENDED

    def on_headers_complete(self) -> None:
        self._headed = True

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        self.usable = self._parser.should_keep_alive()
        self._end()

    def _end(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._parts)))
