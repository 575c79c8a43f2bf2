"""Behind a real pgbouncer: what would be lost in silence is refused by name."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage import postgres_watch
from storage.errors import Refused
from storage.later import SEND
from storage.postgres_url import PostgresUrl
from storage.postgres_watch import check_listening, listen
from tests.end_to_end import free_port
from tests.needs import need
from tests.postgres import USER, cluster

Pooled = Callable[[str], PostgresUrl]


@pytest.fixture
def pooled(tmp_path: Path) -> Iterator[Pooled]:
    """Starts a pooler in the mode that is asked for, in front of the tests' server."""
    program = need("pgbouncer")
    started: list[subprocess.Popen[bytes]] = []

    def start(mode: str) -> PostgresUrl:
        port = free_port()
        folder = cluster().folder / f"pooler-{port}"
        folder.mkdir()
        (folder / "users").write_text(f'"{USER}" ""\n')
        (folder / "ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={cluster().port} user={USER}\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = any\nauth_file = {folder}/users\npool_mode = {mode}\n"
            f"server_idle_timeout = 5\n"
        )
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755)
        server = replace(cluster().url("postgres"), port=port)
        started.append(
            subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig=SIGKILL", *cluster().as_nobody),
                    *(str(program), str(folder / "ini")),
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
            )
        )
        wait_for(port)
        return server

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(port: int) -> None:
    """Until something listens there."""
    for _attempt in range(2000):
        with socket.socket() as near:
            if near.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError("the pooler did not start")


async def test_the_server_itself_lets_us_listen() -> None:
    await check_listening(cluster().url("postgres"))


async def test_a_transaction_pooler_is_refused_by_name_with_the_remedy(
    pooled: Pooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_watch, "CHECK_SECONDS", 1.0)
    with pytest.raises(Refused, match=r"pooler in transaction mode .* session mode"):
        await check_listening(pooled("transaction"))


async def test_a_session_pooler_will_do(pooled: Pooled) -> None:
    server = pooled("session")
    await check_listening(server)
    heard = asyncio.Event()
    listening = asyncio.create_task(listen(server, lambda _task: heard.set(), [SEND]))
    await asyncio.wait_for(heard.wait(), 10)
    heard.clear()
    cluster().sql("postgres", f"notify {postgres_watch.channel(SEND)}")
    await asyncio.wait_for(heard.wait(), 10)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_whoever_listens_hears_again_after_a_restart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = asyncio.Event()
    url = cluster().url("postgres")
    listening = asyncio.create_task(listen(url, lambda _task: heard.set(), [SEND]))
    await asyncio.wait_for(heard.wait(), 10)
    heard.clear()
    cluster().stop()
    cluster().start()
    # Coming back counts as having heard something: it may have been missed.
    await asyncio.wait_for(heard.wait(), 20)
    heard.clear()
    cluster().sql("postgres", f"notify {postgres_watch.channel(SEND)}")
    await asyncio.wait_for(heard.wait(), 10)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
