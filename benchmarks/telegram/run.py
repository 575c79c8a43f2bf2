"""Baraza's web hook beside plain forms in aiogram, python-telegram-bot and grammY.

`python -m benchmarks.telegram.run --help`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.server import Spent, cpu_seconds, cpu_with_children, memory_mb, spent
from benchmarks.telegram.load import FastApi, Load, Residents, Script, listening, serving
from benchmarks.telegram.questions import QUESTIONS, THANKS, TOKEN, door, form, report
from bot.telegram_settings import RATE_MOST
from tests.end_to_end import Process, free_port
from tests.needs import find_postgresql
from tests.postgres import cluster, migrated

GRAMMY = Path(__file__).parent / "grammy"
SECRET = "a-secret-of-the-benchmark"
PROCESSES = (1, 2, 4)
"""Web-hook processes on PostgreSQL, each number in turn."""

ROLES = {"": "", "telegram": "taking updates", "send": "sending"}
"""What the parts of the house do here."""


@dataclass(frozen=True, slots=True)
class Result:
    """One bot under the load: CPU of its own processes alone."""

    name: str
    cpu_per_1000: float
    memory: float
    load: Load
    parts: Spent
    """Where that went, for 1,000 updates as well."""
    roles: Mapping[str, float]
    """And in which processes; the database server is beside them, in none of the other sums."""
    transactions: float
    """Of the database server, for each update; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Server:
    """The database server that a bot is on, which serves nobody else meanwhile."""

    pid: int
    transactions: Callable[[], int]
    """How many that changed anything it has begun so far."""


@dataclass(frozen=True, slots=True)
class Started:
    """A bot that listens. `warm` is what its people do before anything is measured."""

    pids: Mapping[int, str]
    """Its processes, each with what it does."""
    hooks: Sequence[str]
    headers: Mapping[str, str]
    script: Script
    warm: Script
    ends: bytes = b""
    """What stands in the last message of each of its turns alone."""
    server: Server | None = None


async def measure(name: str, started: Started, api: FastApi, people: int, warm: int) -> Result:
    """CPU seconds of 1,000 updates while so many people at once go through a conversation."""
    print(f"  {name} …", file=sys.stderr)
    for hook in started.hooks:
        await listening(urlsplit(hook).port or 80)
    api.ends = started.ends
    residents = Residents(api, started.hooks, started.headers)
    for begun in range(0, warm, people):
        await residents.talk(min(people, warm - begun), started.warm)
    before = [(cpu_seconds(pid), spent(pid)) for pid in started.pids]
    beside = _of_server(started.server)
    load = await residents.talk(people, started.script)
    after = [(cpu_seconds(pid), spent(pid)) for pid in started.pids]
    each = 1000 / load.updates
    roles: dict[str, float] = defaultdict(float)
    for role, early, late in zip(started.pids.values(), before, after, strict=True):
        roles[role] += (late[0] - early[0]) * each
    used = sum(roles.values())
    parts = [late[1].since(early[1]) for early, late in zip(before, after, strict=True)]
    served, transactions = _of_server(started.server)
    if started.server is not None:
        roles["database server"] = (served - beside[0]) * each
    return Result(
        name,
        used,
        sum(memory_mb(pid) for pid in started.pids),
        load,
        Spent(
            sum(part.loop for part in parts) * each,
            sum(part.threads for part in parts) * each,
            sum(part.kernel for part in parts) * each,
        ),
        roles,
        (transactions - beside[1]) / load.updates,
    )


def _of_server(server: Server | None) -> tuple[float, float]:
    """CPU seconds and transactions so far."""
    if server is None:
        return 0.0, 0.0
    return cpu_with_children(server.pid), float(server.transactions())


Fill = Callable[[Path], None]
"""Puts rows into the file of an empty town."""


def baraza(api: int, fill: Fill | None = None) -> AbstractContextManager[Started]:
    """Ours, with everything it keeps: log, dedupe, outbox, on SQLite at `synchronous=FULL`."""
    return _started(api, [""], {}, fill=fill)


def on_postgres(api: int, processes: int) -> AbstractContextManager[Started]:
    """Ours on PostgreSQL: so many processes take updates, and one sends. The server's own CPU is
    told apart: no peer has a server."""
    url = cluster().text_url(cluster().create(migrated()))
    server = Server(cluster().pid, cluster().transactions)
    parts = ["telegram"] * processes + ["send"]
    return _started(api, parts, {"BARAZA_DATABASE_URL": url}, server)


@contextmanager
def _started(
    api: int,
    parts: Sequence[str],
    more: Mapping[str, str],
    server: Server | None = None,
    fill: Fill | None = None,
) -> Iterator[Started]:
    """A process for each part of the house, the last one beside the others; '' is the whole."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = Path(folder) / "data"
        data.mkdir()
        pids: dict[int, str] = {}
        hooks: list[str] = []
        for part in parts:
            process, port = Process(data), free_port()
            if fill is not None:
                process.settle()
                fill(data / "baraza.db")
            process.part = part
            process.more = {
                "BARAZA_SECRET_KEY": SECRET * 2,
                "BARAZA_COUNTRIES": "uruguay",
                "BARAZA_TELEGRAM_TOKEN": TOKEN,
                "BARAZA_TELEGRAM_API": f"http://127.0.0.1:{api}",
                "BARAZA_WEBHOOK_URL": "https://bot.example.org",
                "BARAZA_WEBHOOK_SECRET": SECRET,
                "BARAZA_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
                # The peers send as fast as they can.
                "BARAZA_TELEGRAM_RATE": str(RATE_MOST),
                **more,
            }
            process.start()
            stack.callback(process.stop)
            pids[process.pid] = ROLES[part]
            if part != "send":
                hooks.append(f"http://127.0.0.1:{port}/telegram/uruguay")
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        # Every turn of ours ends with a question, and only questions have such buttons.
        yield Started(pids, hooks, headers, report, door, b"inline_keyboard", server)


@contextmanager
def peer(command: Sequence[str], path: str, port: int) -> Iterator[Started]:
    """Another bot, which is to listen at a port."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield Started({process.pid: ""}, [f"http://127.0.0.1:{port}{path}"], {}, form, form)
    finally:
        process.kill()
        process.wait()


def peers(folder: Path, api: int) -> Iterator[tuple[str, Sequence[str], str, int]]:
    """Each peer by name, with its command, its hook's path and its port."""
    module = [sys.executable, "-m"]
    for name, kept in (("memory", "memory"), ("SQLite", str(folder / "aiogram.db"))):
        port = free_port()
        words = [*module, "benchmarks.telegram.aiogram_form", str(port), str(api), kept]
        yield f"aiogram FSM, {name}", words, "/hook", port
    port = free_port()
    words = [*module, "benchmarks.telegram.ptb_form", str(port), str(api), str(folder / "ptb")]
    yield "python-telegram-bot, pickle", words, "/hook", port
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        print("NOT RUN: grammY needs node and npm")
        return
    here = folder / "grammy"
    shutil.copytree(GRAMMY, here)
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=here,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    port = free_port()
    texts = json.dumps({"questions": QUESTIONS, "thanks": THANKS})
    words = [node, str(here / "form.mjs"), str(port), str(api), str(folder / "g.db"), TOKEN, texts]
    yield "grammY conversations, SQLite", words, "/", port


async def compare(people: int, warm: int, processes: Sequence[int]) -> list[Result]:
    """Every bot in turn, under the same people; ours on PostgreSQL in so many processes too."""
    api, port = FastApi(), free_port()
    runner = await serving(api, port)
    results = []
    if processes and find_postgresql() is None:
        print("NOT RUN: several processes need PostgreSQL")
        processes = ()
    try:
        with baraza(port) as started:
            # Each of our residents has agreed before: a report is what is measured.
            results.append(await measure("Baraza, SQLite", started, api, people, people))
        for count in processes:
            with on_postgres(port, count) as started:
                name = f"Baraza, PostgreSQL, {count} + 1"
                results.append(await measure(name, started, api, people, people))
        with tempfile.TemporaryDirectory() as folder:
            for name, words, path, hook in peers(Path(folder), port):
                with peer(words, path, hook) as started:
                    results.append(await measure(name, started, api, people, warm))
    finally:
        await runner.cleanup()
    return results


async def growth(people: int, fill: Fill) -> tuple[Result, Result]:
    """Ours in an empty town, and in one that was filled first."""
    api, port = FastApi(), free_port()
    runner = await serving(api, port)
    try:
        with baraza(port) as started:
            empty = await measure("an empty town", started, api, people, people)
        with baraza(port, fill) as started:
            return empty, await measure("one that has grown", started, api, people, people)
    finally:
        await runner.cleanup()


def tell(people: int = 200, warm: int = 400, processes: Sequence[int] = PROCESSES) -> None:
    """Print the table: CPU seconds per 1,000 updates, and ours as a part of each."""
    results = asyncio.run(compare(people, warm, processes))
    ours = results[0].cpu_per_1000
    print(f"Telegram's web hook, {people} people at once, {os.cpu_count()} cores")
    for result in results:
        load = result.load
        print(
            f"  {result.name:<30} {result.cpu_per_1000:6.2f} CPU s/1,000 updates"
            f" (ours: {ours / result.cpu_per_1000:.2f} of it),"
            f" {load.updates / load.seconds:5.0f}/s, a conversation p50 {load.percentile(50):.1f}"
            f" p95 {load.percentile(95):.1f} p99 {load.percentile(99):.1f} s,"
            f" {result.memory:.0f} MB"
        )
    print("  where it goes: event loop, other threads (of both in the kernel)")
    for result in results:
        parts = result.parts
        print(f"  {result.name:<30} {parts.loop:6.2f} {parts.threads:6.2f} ({parts.kernel:.2f})")
    print("  in which processes, and how many changing transactions an update has")
    for result in results:
        if result.transactions:
            roles = ", ".join(f"{role} {used:.2f}" for role, used in result.roles.items())
            print(f"  {result.name:<30} {roles}; {result.transactions:.1f} transactions")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.telegram.run")
    parser.add_argument("--people", type=int, default=200, help="at once")
    parser.add_argument("--warm", type=int, default=400, help="conversations of each peer before")
    parser.add_argument(
        "--processes",
        type=int,
        nargs="*",
        default=PROCESSES,
        help="web-hook processes on PostgreSQL, each number in turn (one more process sends)",
    )
    wanted = parser.parse_args()
    tell(wanted.people, wanted.warm, wanted.processes)
