"""A way to the tests' server, on which each statement may be held until its turn, and which is cut
at a commit: before the server hears of it, or after it has done it and its answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import Enum

from storage.postgres_url import PostgresUrl


class Cut(Enum):
    BEFORE = "the server never hears of it"
    AFTER = "the server does it, and nobody hears of it"


Gate = Callable[[bytes, Callable[[], None]], None]
"""Is handed what the server is to do, and calls back to let it through."""


class Proxy:
    """Passes everything on; the next commits are cut as `cuts` says, first to last."""

    def __init__(self, server: PostgresUrl) -> None:
        self.server = server
        self.cuts: list[Cut] = []
        self.gate: Gate | None = None


class _Near(asyncio.Protocol):
    """A client's connection. It waits for each answer, so what it says comes in one piece."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._far = _Far(self)
        self._early = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._connecting = asyncio.create_task(self._connect())

    async def _connect(self) -> None:
        server, loop = self._proxy.server, asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self._far, server.host, server.port)
        except OSError:
            self.hang_up()
        else:
            self._far.say(self._early)

    def data_received(self, data: bytes) -> None:
        if not self._connecting.done():
            self._early += data
        elif self._proxy.gate is not None and _does(data):
            self._proxy.gate(data, lambda: self._pass(data))
        else:
            self._pass(data)

    def _pass(self, data: bytes) -> None:
        if b"COMMIT" not in data or not self._proxy.cuts:
            self._far.say(data)
        elif self._proxy.cuts.pop(0) is Cut.AFTER:
            self._far.last = True
            self._far.say(data)
        else:
            self._far.hang_up()
            self.hang_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self._far.hang_up()

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


def _does(data: bytes) -> bool:
    """Whether the server does something upon it: Bind with Execute, or a plain query. What only
    prepares, or begins, does nothing yet."""
    return data[:1] == b"B" or (data[:1] == b"Q" and data[5:10] != b"BEGIN")


class _Far(asyncio.Protocol):
    """The same connection's other end, at the server."""

    def __init__(self, near: _Near) -> None:
        self._near = near
        self._transport: asyncio.Transport | None = None
        self.last = False
        """Nobody is to hear of the next answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self.last:
            self.hang_up()
            self._near.hang_up()
        elif self._near.transport is not None:
            self._near.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._near.hang_up()

    def say(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def proxy(server: PostgresUrl) -> AsyncIterator[tuple[Proxy, PostgresUrl]]:
    """A proxy in front of a server, and the address under which it is reached."""
    made = Proxy(server)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: _Near(made), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield made, replace(server, host="127.0.0.1", port=port)
