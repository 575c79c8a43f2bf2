"""A real process that announces dies at any moment: nobody is skipped, nobody is sent to twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection, text
from starlette.responses import Response

from bot.country import load_countries
from bot.domain.outside import Outside
from bot.keys import Keys
from bot.services import announcements
from storage.database import Database
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from tests.announced import COUNTRY, draft, settle
from tests.end_to_end import ROOT
from tests.houses import LOCALES, SECRET, migrated_file
from tests.postgres import ENGINES, SQLITE, cluster, empty_town
from tests.telegram.announcing_process import LEASE
from tests.telegram.api import TOKEN, BotApi, serving
from tests.telegram.refusals import server_error
from tests.telegram.state import Fault

RATE = 50
"""Messages a second: high enough to be quick, low enough that a death strikes few."""

SKIP_MOST = 40
"""Calls of a process after which it dies at the latest."""


@dataclass(slots=True)
class Town:
    database: Database
    environ: dict[str, str]


@pytest.fixture(params=ENGINES)
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    environ = {
        "BARAZA_SECRET_KEY": SECRET,
        "BARAZA_DATA": str(tmp_path),
        "BARAZA_COUNTRIES": COUNTRY,
        "BARAZA_TELEGRAM_RATE": str(RATE),
        LEASE: "1",
    }
    with ThreadPoolExecutor(1) as executor:
        database: Database
        if request.param == SQLITE:
            path = tmp_path / "baraza.db"
            path.write_bytes(migrated_file())
            database = SqliteDatabase(path, executor, lambda connection, kicks: None)
        else:
            name = empty_town()
            environ["BARAZA_DATABASE_URL"] = cluster().text_url(name)
            database = PostgresDatabase(cluster().url(name), lambda connection, kicks: None)
        yield Town(database, environ)
        database.close_now()


async def start(town: Town, api: BotApi) -> Process:
    environ = {**os.environ, **town.environ, "BARAZA_TELEGRAM_API": api.address}
    words = (sys.executable, "-m", "tests.telegram.announcing_process", TOKEN)
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=environ, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"announces\n"
    return process


async def kill_at_a_call(api: BotApi, process: Process, chance: random.Random) -> bool:
    """Kill it at a drawn call, before or after its effect. False when it was done before."""

    def kill() -> Response:
        process.kill()
        return server_error()

    skip, after = chance.randrange(SKIP_MOST), chance.random() < 0.5
    fault = Fault("sendMessage", kill, skip=skip, after=after)
    api.faults.append(fault)
    code = await process.wait()
    if fault in api.faults:
        api.faults.remove(fault)
    return code == -signal.SIGKILL


def made(town: Town, residents: int) -> str:
    """An announcement to so many residents that starts now; its id."""
    chance = random.Random(1)
    outside = Outside(lambda: datetime.now(UTC), chance.randbytes)  # noqa: TID251
    keys = Keys(SECRET, random=chance.randbytes)
    country = load_countries(LOCALES / "countries", [COUNTRY])[COUNTRY]

    def make(connection: Connection) -> str:
        settle(connection, keys, outside.clock(), residents)
        row = announcements.keep(connection, outside, "shell:ana", draft())
        announcements.schedule(connection, outside, "shell:ana", country, row.code)
        return row.id

    return town.database.write_now(make)


async def killed_often(town: Town, residents: int, kills: int, seed: int) -> int:
    """Announce under so many kills, and hold it to its word. How many there were."""
    made(town, residents)
    chance, struck = random.Random(seed), 0
    api = BotApi()
    for chat in range(10_001, 10_001 + residents):
        api.chats[chat] = {"id": chat, "type": "private", "first_name": "A"}
    async with serving(api), aiohttp.ClientSession() as client:
        # The first call takes the server of the tests seconds, in which the bot would die often.
        first = client.post(
            f"{api.address}/bot{TOKEN}/sendMessage", json={"chat_id": 1, "text": "a"}
        )
        async with first as refused:
            await refused.read()
        while True:
            process = await start(town, api)
            if struck == kills or not await kill_at_a_call(api, process, chance):
                break
            struck += 1
        await asyncio.wait_for(process.wait(), 120)
    check(town, api, residents)
    return struck


def check(town: Town, api: BotApi, residents: int) -> None:
    rows = town.database.write_now(
        lambda c: c.execute(text("select resident_id, state from delivery")).all()
    )
    ends = {10_000 + int(str(resident)[1:]): str(state) for resident, state in rows}
    assert len(rows) == len(ends) == residents, "nobody is skipped"
    assert set(ends.values()) <= {"sent", "unknown"}, Counter(ends.values())
    got = Counter(message.chat for message in api.messages)
    assert max(got.values()) == 1, "nobody is sent to twice"
    assert {chat for chat, state in ends.items() if state == "sent"} <= got.keys()
    sys.stdout.write(f"{Counter(ends.values())}, {len(got)} messages\n")


async def test_a_process_that_dies_skips_nobody_and_sends_to_nobody_twice(town: Town) -> None:
    assert await killed_often(town, residents=100, kills=2, seed=1) == 2


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_fifty_kills_over_an_announcement_to_two_thousand(town: Town) -> None:
    assert await killed_often(town, residents=2000, kills=50, seed=2) == 50
