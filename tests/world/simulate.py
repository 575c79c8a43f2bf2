"""Runs a seed: the town as it should go, and the same town killed at every point of it."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.domain.reports import Status
from bot.services.moderation import Change, change_report
from storage import reports
from tests.world.plans import Step, plan
from tests.world.town import START, Town, countries, empty_database, keep_files, put_files

POWER_CUT_ONE_IN = 20
"""In one seed of so many the log is cut at any byte since the last sync."""


@dataclass(slots=True)
class Found:
    """What a run of seeds came to."""

    points: int = 0
    states: int = 0
    recoveries: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def meet(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1


class Broken(AssertionError):
    """A promise was broken; the message names seed, step and point."""


@dataclass(frozen=True, slots=True)
class Point:
    """The files as a crash here leaves them."""

    files: tuple[bytes, bytes]
    synced: int
    """Bytes of the log that were safely on the disk."""
    heard: bool = False
    """What was said has been acknowledged: nobody says it again."""


TownMaker = Callable[[Path, str, datetime], Town]


def run_seed(seed: int, found: Found, make: TownMaker = Town) -> None:
    """One town, and its deaths. Raises `Broken` with what went wrong and where."""
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        asyncio.run(_Run(seed, Path(folder), found, make).go())


class _Run:
    def __init__(self, seed: int, folder: Path, found: Found, make: TownMaker) -> None:
        self._seed = seed
        self._folder = folder
        self._found = found
        self._make = make
        self._chance = random.Random(f"deaths {seed}")
        self._power = seed % POWER_CUT_ONE_IN == 0
        self._lives = 0
        self._met: set[bytes] = set()

    def _new(self, files: tuple[bytes, bytes], now: datetime) -> Town:
        self._lives += 1
        path = self._folder / f"life{self._lives}" / "town.db"
        put_files(path, files)
        return self._make(path, f"{self._seed} {self._lives}", now)

    async def go(self) -> None:
        town = self._new((empty_database(), b""), START)
        for number, step in enumerate(plan(self._seed)):
            now = town.now
            town.database.checkpoint_now()
            before = keep_files(town.path)
            points = await self._live(town, step)
            after = _picture(town)
            self._check_promises(town, number)
            for point in [Point(before, len(before[1])), *points]:
                self._found.points += 1
                await self._recover(point, step, number, now, after)
        town.die()

    async def _live(self, town: Town, step: Step, heard: bool = False) -> list[Point]:
        """Take a step and everything that follows from it; every point that could be a death."""
        points: list[Point] = []
        synced = len(keep_files(town.path)[1])

        def note() -> None:
            files = keep_files(town.path)
            points.append(Point(files, synced, town.acknowledged))

        def note_commit() -> None:
            nonlocal synced
            files = keep_files(town.path)
            if self._power and len(files[1]) > synced:
                # The power fails while the log is being written: any part of it may be there.
                points.append(Point(files, synced, False))
            synced = len(files[1])
            note()

        town.database.committed_now = note_commit
        town.effect = note
        if not heard:
            town.acknowledged = False
            await self._do(town, step)
            town.acknowledged = True
        await town.settle()
        town.database.committed_now = lambda: None
        town.effect = lambda: None
        return points

    async def _do(self, town: Town, step: Step) -> None:
        if step.inbound is not None:
            self._found.meet(type(step.inbound.input).__name__)
            await town.take(step.inbound)
        elif step.act == "due":
            self._found.meet("due")
            town.later(hours=25)
        else:
            self._found.meet(step.act)
            await town.database.write(_organiser, town, step.act)

    async def _recover(
        self, point: Point, step: Step, number: int, now: datetime, after: Any, again: bool = True
    ) -> None:
        """Start from what a death left, hear the unanswered step again, and compare."""
        files = self._cut(point)
        mark = blake2b(files[0] + b"|" + files[1], digest_size=16).digest()
        mark += bytes([number % 256, point.heard])
        if mark in self._met:
            return
        self._met.add(mark)
        self._found.states += 1
        town = self._new(files, now)
        if point.heard and step.act == "due":
            town.later(hours=25)
        points = await self._live(town, step, point.heard)
        picture = _picture(town)
        if picture != after:
            raise Broken(
                f"seed {self._seed}, step {number} ({step}): {_difference(after, picture)}"
            )
        self._found.recoveries += 1
        town.die()
        if again and points:
            second = self._chance.choice(points)
            await self._recover(second, step, number, now, after, again=False)

    def _cut(self, point: Point) -> tuple[bytes, bytes]:
        if not self._power or point.synced >= len(point.files[1]):
            return point.files
        self._found.meet("power cut")
        at = self._chance.randrange(point.synced, len(point.files[1]) + 1)
        return point.files[0], point.files[1][:at]

    def _check_promises(self, town: Town, number: int) -> None:
        picture = _picture(town)
        owed = [row for row in picture["outbox"] if row[1] != "sent"]
        if owed:
            raise Broken(f"seed {self._seed}, step {number}: still owed {owed}")
        if len(town.sent) != len(set(town.sent)):
            raise Broken(f"seed {self._seed}, step {number}: sent twice without a death")


def _organiser(connection: Any, town: Town, act: str) -> None:
    rows = reports.list_reports(connection, most=1)
    if not rows:
        return
    change = (
        Change(Status.DONE, message={"es": "Listo.", "en": "Done."})
        if act == "done"
        else Change(Status.PLANNED, planned_for=START.date())
    )
    change_report(connection, town.outside, "ana", rows[0].code, change, town.conversations.begin)


_CODE = re.compile(r"\b(MVD|BRG|P)-[2-9A-Z]{4,6}\b")


def _picture(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that matters, without what chance drew: ids, codes, seals."""
    raw = sqlite3.connect(town.path)
    try:
        picture = {name: sorted(raw.execute(sql).fetchall(), key=repr) for name, sql in _DUMPS}
        rows = raw.execute(
            "select a.bot, a.cipher, a.key_id, i.sealed, i.key_id, i.open, i.conversation != '' "
            "from inbox i join address a on a.id = i.address_id order by a.created_at, i.id"
        ).fetchall()
    finally:
        raw.close()
    shown = []
    for bot, cipher, key_id, sealed, sealed_id, open_now, _asked in rows:
        who = town.keys.open("address", cipher, key_id, bot.encode()).decode()
        text = town.keys.open("inbox", sealed, sealed_id, bot.encode()).decode()
        text = re.sub(r'"(conversation|at)":"[^"]*"', "", text)
        shown.append((who, _CODE.sub("CODE", text), open_now))
    picture["inbox"] = sorted(shown, key=lambda row: row[0])
    return picture


_DUMPS = (
    ("report", "select category, text, area, lat, detail, status, since, danger, language,"
               " affected, resident_id is null from report"),
    ("update", "select status, actor, planned_for, message, told from report_update"),
    ("alert", "select category, area, state, report_id is null from alert"),
    ("interaction", "select flow, question, kind, choice, language from interaction"),
    ("resident", "select country, language, consented_at is null, stopped_at from resident"),
    ("consent", "select version, language from consent"),
    ("conversation", "select flow, json_extract(state, '$.answers'),"
                     " json_extract(state, '$.partial') from conversation"),
    ("outbox", "select address_id is null, state, payload is null from outbox"),
    ("task", "select name from task"),
    ("due", "select kind from due"),
)  # fmt: skip


def _difference(wanted: dict[str, Any], got: dict[str, Any]) -> str:
    for name, rows in wanted.items():
        if rows != got[name]:
            missing = [row for row in rows if row not in got[name]][:3]
            extra = [row for row in got[name] if row not in rows][:3]
            return f"{name}: missing {missing}, extra {extra}, {len(rows)} to {len(got[name])}"
    return "nothing"


def prepare() -> None:
    """What all seeds share, loaded once."""
    countries()
    empty_database()
