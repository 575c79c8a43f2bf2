"""The short line to a Bot API server, against raw bytes of a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from bot.telegram_line import AnswerLost, Line, NotConnected
from tests.end_to_end import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OK_AND_CLOSE = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
IN_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"
UNTIL_THE_END = b"HTTP/1.0 502 Bad Gateway\r\n\r\n<p>"
HALF = OK[:-1]
SECONDS = 5.0


class Server:
    """Answers the requests in turn with these bytes, or none; and hangs up where `ends` says."""

    def __init__(self, answers: Sequence[bytes], *, ends: bool) -> None:
        self._answers = iter(answers)
        self._ends = ends
        self.connections = 0
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.rpartition(b"Content-Length: ")[2])
            self.requests.append(head + await reader.readexactly(length))
            writer.write(next(self._answers))
            if self._ends:
                break


@asynccontextmanager
async def line_to(*answers: bytes, ends: bool = False) -> AsyncIterator[tuple[Line, Server]]:
    server = Server(answers, ends=ends)

    over: list[asyncio.Task[None]] = []

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await server.serve(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over.append(asyncio.create_task(met(reader, writer)))

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        line = Line(f"http://127.0.0.1:{port}", None)
        yield line, server
        await line.close()
        await asyncio.gather(*over)


async def test_calls_go_one_after_the_other_over_one_connection() -> None:
    async with line_to(OK, IN_CHUNKS, OK) as (line, server):
        found = [await line.post(b"/bot1/getMe", b"{}", SECONDS) for _call in range(3)]
    assert found == [(200, b"ok")] * 3
    assert server.connections == 1
    assert server.requests[0].startswith(b"POST /bot1/getMe HTTP/1.1\r\nHost: 127.0.0.1:")
    assert server.requests[0].endswith(b"Content-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize("answer", [OK_AND_CLOSE, UNTIL_THE_END], ids=["told", "by its end"])
async def test_after_a_closed_connection_there_is_another(answer: bytes) -> None:
    async with line_to(answer, OK_AND_CLOSE, ends=True) as (line, server):
        await line.post(b"/", b"{}", SECONDS)
        assert await line.post(b"/", b"{}", SECONDS) == (200, b"ok")
    assert server.connections == 2


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    async with line_to(UNTIL_THE_END, ends=True) as (line, _server):
        assert await line.post(b"/", b"{}", SECONDS) == (502, b"<p>")


@pytest.mark.parametrize("answer", [b"", HALF, b"SSH-2.0\r\n\r\n"])
async def test_an_answer_that_is_not_whole_is_lost(answer: bytes) -> None:
    async with line_to(answer, OK, ends=True) as (line, _server):
        with pytest.raises(AnswerLost):
            await line.post(b"/", b"{}", SECONDS)


async def test_who_waits_too_long_uses_that_connection_no_more() -> None:
    async with line_to(b"", OK) as (line, server):
        with pytest.raises(TimeoutError):
            await line.post(b"/", b"{}", 0.01)
        assert await line.post(b"/", b"{}", SECONDS) == (200, b"ok")
    assert server.connections == 2


async def test_what_was_sent_to_nobody_was_not_sent() -> None:
    line = Line(f"http://127.0.0.1:{free_port()}", None)
    with pytest.raises(NotConnected):
        await line.post(b"/", b"{}", SECONDS)
