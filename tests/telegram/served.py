"""A town served by real processes, over a file or a server, by polling or by the web hook."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.serving import SEND, TELEGRAM
from bot.work.store import DiskStore
from tests.end_to_end import Process, free_port
from tests.houses import SECRET
from tests.postgres import cluster, migrated
from tests.telegram.api import TOKEN, BotApi, serving
from tests.telegram.living import PUBLIC
from tests.telegram.waiting import until

FILE, HOOK = "one process over a file", "one over a file, by web hook"
SERVER, PARTS = "one over a server", "two hooks and a sender"
LAYOUTS = (FILE, HOOK, SERVER, PARTS)

_OPEN = (
    "select (select count(*) from outbox where state in ('owed', 'sending'))"
    " + (select count(*) from media where state = 'waiting')"
)

_LATER = (
    "update walk set lease_until = lease_until - interval '1 hour'",
    "update outbox set lease_until = lease_until - interval '1 hour' where state = 'sending'",
    "update pgqueuer set heartbeat = heartbeat - interval '1 hour' where status = 'picked'",
    "update media set due_at = due_at - interval '1 hour' where state = 'waiting'",
)
"""As if the leases of a process that died had run out."""


def process_over(folder: Path, api: BotApi) -> Process:
    """A real bot over this Bot API, with its data below the folder."""
    process = Process(folder / "data")
    process.settle()
    process.more |= {"BARAZA_TELEGRAM_TOKEN": TOKEN, "BARAZA_TELEGRAM_API": api.address}
    return process


def part_over(folder: Path, api: BotApi, url: str, part: str = "") -> Process:
    """The same over a server, all of it or one part."""
    process = process_over(folder, api)
    process.data.parent.mkdir(parents=True, exist_ok=True)
    process.part = part
    process.more |= {"BARAZA_DATABASE_URL": url, "BARAZA_SECRET_KEY": SECRET}
    return process


@asynccontextmanager
async def running(*processes: Process) -> AsyncIterator[None]:
    await asyncio.gather(*(asyncio.to_thread(process.start) for process in processes))
    try:
        yield
    finally:
        for process in processes:
            await asyncio.to_thread(process.stop)


@dataclass(slots=True)
class Served:
    """What a test from outside holds: the Bot API, the processes behind it, and the database."""

    api: BotApi
    processes: Sequence[Process]
    ask: Callable[[str], str]
    """A query's rows as lines."""
    photos: DiskStore
    hooks: dict[str, Process] = field(default_factory=dict)
    """Addresses of web hooks, and who listens there."""
    let_time_go: Callable[[], None] | None = None
    """What a process that died had under a lease is anybody's at once; None where there is
    nobody else, and the next start takes it."""

    async def settled(self, seconds: float = 90.0) -> None:
        """Wait until every update is taken, nothing is owed and no photo is to be fetched."""
        await until(lambda: not self.api.updates, seconds)
        async with asyncio.timeout(seconds):
            while await asyncio.to_thread(self.ask, _OPEN) != "0":  # noqa: ASYNC110
                await asyncio.sleep(0.1)


@asynccontextmanager
async def served(
    folder: Path, layout: str, chance: random.Random, **settings: str
) -> AsyncIterator[Served]:
    """A running town. Each update goes to one of its web hooks by chance."""
    async with serving(BotApi()) as api:
        town = _town(folder, api, layout)
        if town.hooks:
            addresses = list(town.hooks)
            api.reach[PUBLIC] = lambda: chance.choice(addresses)
        for process in town.processes:
            process.more |= settings
        async with running(*town.processes):
            yield town


def _town(folder: Path, api: BotApi, layout: str) -> Served:
    if layout in (FILE, HOOK):
        process = process_over(folder, api)
        hooks = _hooked(process) if layout == HOOK else {}
        ask = partial(_of_file, process.data / "baraza.db")
        return Served(api, [process], ask, _photos(process), hooks)
    name = cluster().create(migrated())
    ask = partial(cluster().sql, name)

    def let_time_go() -> None:
        cluster().sql(name, "; ".join(_LATER))

    url = cluster().text_url(name)
    if layout == SERVER:
        process = part_over(folder, api, url)
        return Served(api, [process], ask, _photos(process), {}, let_time_go)
    hooks = {}
    for _hook in range(2):
        hooks |= _hooked(part_over(folder, api, url, TELEGRAM))
    sender = part_over(folder, api, url, SEND)
    return Served(api, [*hooks.values(), sender], ask, _photos(sender), hooks, let_time_go)


def _photos(process: Process) -> DiskStore:
    """Parts share their data."""
    return DiskStore(process.data / "media")


def _hooked(process: Process) -> dict[str, Process]:
    """Have it take its updates by a web hook; where it listens."""
    port = free_port()
    process.more |= {
        "BARAZA_WEBHOOK_URL": PUBLIC,
        "BARAZA_WEBHOOK_SECRET": "a-secret-of-the-tests",
        "BARAZA_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
    }
    return {f"http://127.0.0.1:{port}": process}


def _of_file(path: Path, sql: str) -> str:
    with closing(sqlite3.connect(path)) as raw:
        return "\n".join("|".join(map(str, row)) for row in raw.execute(sql))
