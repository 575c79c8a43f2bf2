"""Our own HTTP line: kept while it is good, left when it is not, and nothing lost unsaid."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from bot import telegram_line
from bot.telegram_http import NotConnected
from bot.telegram_line import JsonLine
from tests.end_to_end import free_port
from tests.telegram.waiting import until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
HALF = OK[:-1]
LOOPS = (asyncio.new_event_loop, uvloop.new_event_loop)


@dataclass(slots=True)
class Server:
    """Answers requests with `answers` in turn, then with `OK`; None is silence, b"" hangs up."""

    answers: list[bytes | None] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    lines: list[asyncio.StreamWriter] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.rpartition(b"Content-Length: ")[2]))
                self.heads.append(head)
                self.came.set()
                answer = self.answers.pop(0) if self.answers else OK
                writer.write(answer or b"")
                if answer in {b"", HALF}:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def url(self, scheme: str = "http", host: str = "localhost") -> URL:
        return URL(f"{scheme}://{host}:{self.port}/bot1:a/sendMessage")


@asynccontextmanager
async def serving(*answers: bytes | None, **how: Any) -> AsyncIterator[Server]:
    """On one of the two addresses that `localhost` has."""
    server = Server(list(answers))
    listening = await asyncio.start_server(server.take, "127.0.0.1", 0, **how)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        # Its lines end with those of who asked.
        await asyncio.gather(
            *(line.wait_closed() for line in server.lines), return_exceptions=True
        )


@asynccontextmanager
async def asking(*answers: bytes | None) -> AsyncIterator[tuple[JsonLine, Server]]:
    async with serving(*answers) as server:
        line = JsonLine(str(server.url()))
        yield line, server
        line.close()


def run(loop: Callable[[], asyncio.AbstractEventLoop], work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(work)


@pytest.mark.parametrize("loop", LOOPS)
def test_one_line_serves_request_after_request(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def ask() -> None:
        async with asking(OK, b"HTTP/1.1 400 Bad\r\nContent-Length: 1\r\n\r\nx") as (line, server):
            assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
            assert await line.post(server.url(), b"", 5) == (400, b"x")
            assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
            assert len(server.lines) == 1
            assert server.heads[0].startswith(b"POST /bot1:a/sendMessage HTTP/1.1\r\nHost: local")

    run(loop, ask())


async def test_those_who_ask_at_once_have_a_line_each() -> None:
    async with asking() as (line, server):
        asked = [line.post(server.url(), b"{}", 5) for _number in range(5)]
        assert await asyncio.gather(*asked) == [(200, b"{}")] * 5
        assert len(server.lines) == 5
        assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
        assert len(server.lines) == 5


async def test_an_answer_may_come_in_chunks() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    async with asking(chunks) as (line, server):
        assert await line.post(server.url(), b"{}", 5) == (200, b"{}")


async def test_a_line_that_the_server_closes_is_not_used_again() -> None:
    last = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    async with asking(last) as (line, server):
        for _time in range(3):
            assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
        server.lines[-1].close()
        await until(lambda: not line._open)
        assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
        assert len(server.lines) == 3


async def test_a_line_that_was_idle_for_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telegram_line, "KEEP_SECONDS", 0.0)
    async with asking() as (line, server):
        for _time in range(2):
            assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
        assert len(server.lines) == 2


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0\r\n", HALF, None])
async def test_an_answer_that_never_comes_is_lost_and_its_line_with_it(
    answer: bytes | None,
) -> None:
    async with asking(answer) as (line, server):
        with pytest.raises((ConnectionError, TimeoutError)) as raised:
            await line.post(server.url(), b"{}", 0.05)
        assert not isinstance(raised.value, NotConnected)
        assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
        assert len(server.lines) == 2


async def test_the_answer_to_who_has_left_is_nobody_elses() -> None:
    async with asking(None) as (line, server):
        leaving = asyncio.ensure_future(line.post(server.url(), b"{}", 5))
        await server.came.wait()
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        server.lines[0].write(OK.replace(b"{}", b"no"))
        assert await line.post(server.url(), b"{}", 5) == (200, b"{}")


async def test_what_nobody_asked_for_ends_a_line() -> None:
    async with asking(OK + OK) as (line, server):
        assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
        assert await line.post(server.url(), b"{}", 5) == (200, b"{}")
        assert len(server.lines) == 2


async def test_who_still_waits_hears_of_the_end() -> None:
    async with asking(None) as (line, server):
        waiting = asyncio.ensure_future(line.post(server.url(), b"{}", 5))
        await server.came.wait()
        line.close()
        with pytest.raises(ConnectionAbortedError):
            await waiting


async def test_nobody_there_is_told_apart() -> None:
    url = URL(f"http://localhost:{free_port()}/x")
    with pytest.raises(NotConnected):
        await JsonLine(str(url)).post(url, b"{}", 5)


async def test_a_name_and_a_password_in_the_address_are_told() -> None:
    async with asking() as (line, server):
        await line.post(server.url(host="ana:s@localhost"), b"{}", 5)
        assert b"Authorization: Basic YW5hOnM=\r\n" in server.heads[0]
        assert b"ana" not in server.heads[0]


@pytest.mark.parametrize("loop", LOOPS)
def test_a_certificate_is_looked_at(
    loop: Callable[[], asyncio.AbstractEventLoop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = certificate(tmp_path)
    offers = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    offers.load_cert_chain(own)

    async def ask() -> None:
        async with serving(ssl=offers) as server:
            url = server.url("https")
            with pytest.raises(NotConnected):
                await JsonLine(str(url)).post(url, b"{}", 5)
            monkeypatch.setattr(
                telegram_line, "trusted", lambda: ssl.create_default_context(cafile=own)
            )
            line = JsonLine(str(url))
            for _time in range(2):
                assert await line.post(url, b"x" * 100_000, 5) == (200, b"{}")
            assert len(server.heads) == 2
            line.close()

    run(loop, ask())


def certificate(folder: Path) -> Path:
    """A file with a key, and a certificate that it signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path
