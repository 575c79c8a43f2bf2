"""A way to the tests' server that is cut at a commit: before the server hears of it, or after it
has done it and before its answer is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import Enum

from storage.postgres_url import PostgresUrl


class Cut(Enum):
    BEFORE = "the server never hears of it"
    AFTER = "the server does it, and nobody hears of it"


class Proxy:
    """Passes everything on; the next commits are cut as `cuts` says, first to last."""

    def __init__(self, server: PostgresUrl) -> None:
        self._server = server
        self.cuts: list[Cut] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, onward = await asyncio.open_connection(self._server.host, self._server.port)
        answering = asyncio.create_task(_pass(far, back))
        self._tasks.add(answering)
        try:
            while data := await near.read(65536):
                if b"COMMIT" in data and self.cuts:
                    cut = self.cuts.pop(0)
                    answering.cancel()
                    await asyncio.wait([answering])
                    if cut is Cut.AFTER:
                        onward.write(data)
                        await far.read(65536)
                    return
                onward.write(data)
                await onward.drain()
        except ConnectionError:
            return
        finally:
            for writer in (onward, back):
                writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.close()


@asynccontextmanager
async def proxy(server: PostgresUrl) -> AsyncIterator[tuple[Proxy, PostgresUrl]]:
    """A proxy in front of a server, and the address under which it is reached."""
    made = Proxy(server)
    listening = await asyncio.start_server(made._connected, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield made, replace(server, host="127.0.0.1", port=port)
