"""From outside, over the web hook: a crowd at two processes, and a Telegram that is away, slow or
broken for a minute."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import TOLD
from tests.telegram.api import html_error, server_error, too_many
from tests.telegram.hook import Hook
from tests.telegram.once import FIRST, Lives, wanted_of
from tests.telegram.residents import AREAS, Resident
from tests.telegram.served import HOOK, PARTS, Served, served
from tests.telegram.state import Fault, Odd

Tell = Callable[[str, object], None]
"""pytest's `record_property`."""

CROWD = 200
MINUTE = 60.0

SLOW = 4.0
"""Seconds by which each answer comes late."""


def crowd(town: Served, people: int) -> Lives:
    """So many residents, none of whose stories is like another's."""
    stories = [sha256(str(number).encode()).hexdigest() for number in range(people)]
    return Lives(
        [
            Resident(
                town.api, FIRST + number, home=number % len(AREAS), story=" ".join(_words(story))
            )
            for number, story in enumerate(stories)
        ]
    )


def _words(story: str) -> list[str]:
    return [story[at : at + 8].translate(_LETTERS) for at in range(0, 32, 8)]


_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_a_crowd_at_two_processes_is_answered_once_and_in_order(
    tmp_path: Path, record_property: Tell
) -> None:
    """Each update goes to either process by chance."""
    wanted = await wanted_of(_folder(tmp_path, "calm"), 1)
    folder = _folder(tmp_path, "served")
    async with served(folder, PARTS, random.Random(1), BARAZA_TELEGRAM_RATE="1000") as town:
        town.api.second_opinion = False
        lives = crowd(town, CROWD)
        doubles = await lives.end(town, wanted, 1200)
        assert isinstance(town.api.hook, Hook)
        statuses = {status for _id, status in town.api.hook.delivered}
    assert statuses == {200}
    assert not any(doubles)
    record_property(TOLD, f"{CROWD} residents, {lives.messages} messages, each once and in order")


async def away(town: Served, seconds: float) -> None:
    """Nobody answers at Telegram's."""
    assert town.api.listener is not None
    async with town.api.listener.closed():
        await asyncio.sleep(seconds)


async def slow(town: Served, seconds: float) -> None:
    fault = Fault("sendMessage", SLOW, times=1_000_000)
    town.api.faults.append(fault)
    await asyncio.sleep(seconds)
    town.api.faults.remove(fault)


async def broken(town: Served, seconds: float) -> None:
    """Nothing that is sent arrives, each for another reason in turn."""
    hows: list[Odd | str] = [html_error, server_error, lambda: too_many(2), "reset"]
    faults = [Fault("sendMessage", hows[number % len(hows)]) for number in range(10_000)]
    town.api.faults += faults
    await asyncio.sleep(seconds)
    town.api.faults.clear()


Trouble = Callable[[Served, float], Awaitable[None]]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("layout", [HOOK, PARTS])
@pytest.mark.parametrize("trouble", [away, slow, broken])
async def test_a_minute_of_trouble_at_telegrams_delays_and_loses_nothing(
    trouble: Trouble, layout: str, tmp_path: Path, record_property: Tell
) -> None:
    wanted = await wanted_of(_folder(tmp_path, "calm"), 1)
    folder = _folder(tmp_path, "served")
    async with served(folder, layout, random.Random(1)) as town:
        lives = crowd(town, 4)
        await asyncio.sleep(2)
        before = lives.messages
        await trouble(town, MINUTE)
        during = lives.messages - before
        doubles = await lives.end(town, wanted, 300)
        assert all(process.runs for process in town.processes)
    assert not any(doubles)
    told = f"{during} of {lives.messages} messages while it lasted, none twice"
    record_property(TOLD, told)


def _folder(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made
