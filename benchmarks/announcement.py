"""An announcement to many on Telegram: rate, CPU and memory, beside a plain loop of a library.

The announcing process is a real one, over a Bot API on loopback that takes everything at once.
Its CPU is counted from the first message to the last.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from aiohttp import web
from sqlalchemy import Connection

from benchmarks.reference import reference_seconds
from benchmarks.server import cpu_seconds, memory_mb
from benchmarks.telegram.load import FastApi, serving
from bot.country import load_countries
from bot.domain.outside import Outside
from bot.keys import Keys
from bot.services import announcements
from storage.sqlite import SqliteDatabase
from tests.announced import COUNTRY, draft, settle
from tests.end_to_end import ROOT, free_port
from tests.houses import LOCALES, SECRET, migrated_file

TOKEN = "123456789:AAF-a_token_of_the_tests_that_opens_nothing"
AT_ONCE = 10_000
"""Residents that are made in one go."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What one run came to; memory is the process's, in MB."""

    messages: int
    seconds: float
    cpu_ms: float
    memory: float
    before: float
    """CPU seconds until the first message: the start, and the copies that are made."""

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


class TimedApi(FastApi):
    """Knows when the first and the last message came, and what the sender had used by then."""

    def __init__(self) -> None:
        super().__init__()
        self.pid = 0
        self.first = self.last = 0.0
        self.used = 0.0
        self.more = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        answer = await super().handle(request)
        self.last = time.perf_counter()
        self.more.set()
        if self.sent == 1:
            self.first, self.used = self.last, cpu_seconds(self.pid)
        return answer


async def run(words: Sequence[str], environ: Mapping[str, str], most: int) -> Announced:
    """Start a sender and wait until it has sent so many messages. Ends it."""
    api, port = TimedApi(), free_port()
    runner = await serving(api, port)
    environ = {**os.environ, **environ, "BARAZA_TELEGRAM_API": f"http://127.0.0.1:{port}"}
    sender = subprocess.Popen(  # noqa: ASYNC220  # at the start, before anything is measured
        [sys.executable, *words], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
    )
    api.pid = sender.pid
    try:
        while api.sent < most and sender.poll() is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(api.more.wait(), 1)
            api.more.clear()
        if sender.poll() not in {None, 0}:
            raise RuntimeError(f"the sender ended with {sender.returncode}")
        used = (cpu_seconds(sender.pid) if sender.poll() is None else api.used) - api.used
        memory = memory_mb(sender.pid) if sender.poll() is None else 0.0
        sent = api.sent
        return Announced(sent, api.last - api.first, used / sent * 1000, memory, api.used)
    finally:
        sender.kill()
        sender.wait()
        await runner.cleanup()


def _settle(keys: Keys, now: datetime, count: int, first: int, connection: Connection) -> None:
    settle(connection, keys, now, count, first=first)


def town(folder: Path, residents: int) -> None:
    """A town of so many on Telegram, and an announcement to them that starts at once."""
    chance = random.Random(1)
    outside = Outside(lambda: datetime.now(UTC), chance.randbytes)
    keys = Keys(SECRET, random=chance.randbytes)
    country = load_countries(LOCALES / "countries", [COUNTRY])[COUNTRY]
    (folder / "baraza.db").write_bytes(migrated_file())

    def announce(connection: Connection) -> None:
        row = announcements.keep(connection, outside, "shell:bench", draft())
        announcements.schedule(connection, outside, "shell:bench", country, row.code)

    with ThreadPoolExecutor(1) as executor:
        path = folder / "baraza.db"
        database = SqliteDatabase(path, executor, lambda connection, kicks: None)
        for first in range(1, residents + 1, AT_ONCE):
            count = min(AT_ONCE, residents + 1 - first)
            database.write_now(partial(_settle, keys, outside.clock(), count, first))
        database.write_now(announce)
        database.close_now()


def ours(residents: int, rate: int, most: int) -> Announced:
    """Baraza, on SQLite at `synchronous=FULL`: a row for each resident, with its end."""
    with tempfile.TemporaryDirectory() as folder:
        town(Path(folder), residents)
        environ = {
            "BARAZA_SECRET_KEY": SECRET,
            "BARAZA_DATA": folder,
            "BARAZA_COUNTRIES": COUNTRY,
            "BARAZA_TELEGRAM_RATE": str(rate),
            "BARAZA_TEST_LOOK": "5",
        }
        words = ("-m", "tests.telegram.announcing_process", TOKEN)
        return asyncio.run(run(words, environ, most))


def peer(rate: int, most: int) -> Announced:
    """A plain loop over python-telegram-bot with its own rate limiter, that keeps nothing."""
    words = ("-m", "benchmarks.telegram.ptb_announcement", TOKEN, str(rate), str(most))
    return asyncio.run(run(words, {}, most))


def tell(few: int, many: int, seconds: int) -> None:
    """Print everything that is measured."""
    for rate in (30, 1000):
        most = rate * seconds
        mine = ours(most, rate, most)
        print(
            f"announcement at {rate:>5}/s              {mine.rate / rate:6.1%} of the rate,"
            f" {mine.cpu_ms:.2f} CPU ms a message"
        )
        other = peer(rate, most)
        print(
            f"  a loop of python-telegram-bot     {other.rate / rate:6.1%} of it,"
            f" {other.cpu_ms:.2f} CPU ms a message"
        )
    small, large = ours(few, 1000, few), ours(many, 1000, few)
    print(
        f"memory at {few:,} and {many:,} recipients  {small.memory:.0f} MB, {large.memory:.0f} MB"
    )
    print(f"making the copies for {many:,}    {large.before - small.before:.0f} CPU s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.announcement", description=__doc__)
    parser.add_argument("--few", type=int, default=1000, help="recipients of the small one")
    parser.add_argument("--many", type=int, default=1_000_000, help="and of the large one")
    parser.add_argument("--seconds", type=int, default=10, help="how long each rate is kept")
    wanted = parser.parse_args()
    print(f"reference loop                       {reference_seconds():.3f} CPU s")
    tell(wanted.few, wanted.many, wanted.seconds)


if __name__ == "__main__":
    main()
