"""Runs a seed: the town as it should go, and the same town killed at every point of it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path

from bot.domain.inbound import Command, Inbound, Input, Location, Text, Unusable
from tests.world.checks import (
    UNSURE,
    Broken,
    Picture,
    count_unsure,
    difference,
    find_words,
    take_picture,
)
from tests.world.database import Files, empty_database, put_files
from tests.world.outdoors import Outdoors, Said
from tests.world.people import TELEGRAM, WEB, Move, Resident
from tests.world.plans import Doing, Step, plan
from tests.world.telegram import Telegram
from tests.world.town import COUNTRY, Town, countries

POWER_CUT_ONE_IN = 20
"""In one seed of so many the log is cut at any byte since the last sync."""

SECOND_DEATH_ONE_IN = 3
"""So often does a recovery die as well."""

LATE_SECONDS = 40.0
JUMP = timedelta(hours=25)

TownMaker = Callable[[Path, str, Outdoors], Town]


@dataclass(slots=True)
class Found:
    """What a run of seeds came to."""

    points: int = 0
    states: int = 0
    doubled: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def add(self, other: Found) -> None:
        self.points += other.points
        self.states += other.states
        self.doubled += other.doubled
        for what, times in other.seen.items():
            self.meet(what, times)

    def meet(self, what: str, times: int = 1) -> None:
        self.seen[what] = self.seen.get(what, 0) + times


@dataclass(frozen=True, slots=True)
class Point:
    """The world as a crash here leaves it."""

    files: Files
    synced: int
    """Bytes of the log that were safely on the disk."""
    outdoors: Outdoors


def prepare() -> None:
    """What all seeds share, loaded once."""
    countries()
    empty_database()


def run_seed(seed: int, found: Found, make: TownMaker = Town) -> None:
    """One town, and its deaths. Raises `Broken` with what went wrong and where."""
    base = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        run = _Run(seed, Path(folder), found, make)
        try:
            run.go()
        finally:
            run.end()


class _Run:
    def __init__(self, seed: int, folder: Path, found: Found, make: TownMaker) -> None:
        self._seed = seed
        self._plan = plan(seed)
        self._folder = folder
        self._found = found
        self._make = make
        self._chance = random.Random(f"deaths {seed}")
        self._power = seed % POWER_CUT_ONE_IN == 0
        self._lives = 0
        self._met: set[bytes] = set()
        self._where = ""
        self._alive: list[Town] = []

    def end(self) -> None:
        """Let go of whoever still lives, after something was broken."""
        while self._alive:
            self._alive.pop().die()

    def _die(self, town: Town) -> None:
        self._alive.remove(town)
        town.die()

    def go(self) -> None:
        steps, ideal = self._run_without_faults()
        town = self._new((empty_database(), b""), self._new_outdoors())
        for number, (step, wanted) in enumerate(zip(steps, ideal, strict=True)):
            self._where = f"seed {self._seed}, step {number} ({step})"
            town.database.checkpoint_now()
            base = _base(town)
            town.outdoors.telegram.unsure.clear()
            town.outdoors.telegram.faults = list(step.faults)
            town.outdoors.deaths = 0
            self._begin(town.outdoors, step)
            town = self._operated(town, step)
            points: list[Point] = []
            if step.watched:
                files = town.keep_files()
                points.append(Point(files, len(files[1]), town.outdoors.copy()))
                self._watch(town, points)
            self._live(town)
            self._unwatch(town)
            town.outdoors.telegram.faults.clear()
            self._compare(town, base, wanted)
            for state, reason in town.ends():
                self._found.meet(f"ended: {state} {reason}".strip())
            for at, point in enumerate(points):
                self._found.points += 1
                second = self._chance.randrange(len(points) - at)
                self._recover(point, base, wanted, second)
        self._die(town)

    # A life

    def _run_without_faults(self) -> tuple[list[Step], list[Picture]]:
        """What people really do in each step, and what comes of it where nothing goes wrong."""
        steps, pictures = [], []
        town = self._new((empty_database(), b""), self._new_outdoors())
        for number, step in enumerate(self._plan.steps):
            self._where = f"seed {self._seed}, step {number} ({step}), without faults"
            base = _base(town)
            steps.append(replace(step, doings=self._look(town, step)))
            self._begin(town.outdoors, replace(steps[-1], late=False))
            town = self._operated(town, step)
            self._live(town)
            pictures.append(take_picture(town, base, None))
        self._check_told(pictures[-1])
        self._check_erased(town)
        self._die(town)
        return steps, pictures

    def _look(self, town: Town, step: Step) -> tuple[Doing, ...]:
        """What people do, now that they see what they are asked."""
        done = []
        for doing in step.doings:
            wanted = {move.if_asked for move in doing.moves} - {""}
            asked = town.asked(self._plan.people[doing.who]) if wanted else set()
            moves = [move for move in doing.moves if move.if_asked in {"", *asked}]
            done.append(replace(doing, moves=tuple(moves)))
        return tuple(done)

    def _check_told(self, last: Picture) -> None:
        """The reports are those that people sent, in their words, or in nobody's."""
        wanted = []
        for who in self._plan.people.values():
            wanted += [(category, "" if who.forgets else mark) for category, mark in who.told]
        got = []
        for row in last.rows["report"]:
            words = str(row[1]).split()
            got.append((row[0], words[0] if words else ""))
        if sorted(wanted) != sorted(got):
            raise Broken(f"{self._where}: told {wanted}, and kept {got}")

    def _check_erased(self, town: Town) -> None:
        marks = [mark for who in self._gone() for mark in who.marks]
        found = find_words(town, marks)
        if found:
            raise Broken(f"{self._where}: {found!r} is erased, and stands in the files")

    def _gone(self) -> list[Resident]:
        return [who for who in self._plan.people.values() if who.forgets]

    def _new_outdoors(self) -> Outdoors:
        return Outdoors(Telegram(lambda: 0.0))

    def _new(self, files: Files, outdoors: Outdoors) -> Town:
        self._lives += 1
        path = self._folder / f"life{self._lives}" / "town.db"
        put_files(path, files)
        outdoors.telegram.met = self._found.meet
        town = self._make(path, f"{self._seed} {self._lives}", outdoors)
        self._alive.append(town)
        return town

    def _live(self, town: Town) -> None:
        try:
            town.go()
        except RuntimeError as error:
            raise Broken(f"{self._where}: {error}") from error

    def _compare(self, town: Town, base: dict[int, int], wanted: Picture) -> None:
        before = town.outdoors.doubled
        try:
            picture = take_picture(town, base, wanted)
        except Broken as broken:
            raise Broken(f"{self._where}: {broken}") from None
        self._found.doubled += town.outdoors.doubled - before
        wrong = difference(wanted, picture)
        if wrong:
            raise Broken(f"{self._where}: {wrong}")

    # What happens

    def _operated(self, town: Town, step: Step) -> Town:
        """The town after what its operator did: the same, or a new process."""
        if step.act not in {"restart", "release"}:
            return town
        self._found.meet(step.act)
        files = town.keep_files()
        self._die(town)
        if step.act == "release":
            town.outdoors.release = 1
        return self._new(files, town.outdoors)

    def _begin(self, outdoors: Outdoors, step: Step) -> None:
        """Everybody does what they do in this step."""
        if step.act == "jump":
            self._found.meet("clock jump")
            outdoors.jump += JUMP
            # By our clock whatever was to be waited for is over.
            outdoors.telegram.silence.begin()
        for at, doing in enumerate(step.doings):
            who = self._plan.people[doing.who]
            late = LATE_SECONDS if step.late and at == len(step.doings) - 1 else 0.0
            for nth, move in enumerate(doing.moves):
                self._found.meet(move.kind)
                # Who says several things in one go has not seen the buttons of the later ones.
                self._do(outdoors, who, replace(move, key="") if nth else move, late)

    def _do(self, outdoors: Outdoors, who: Resident, move: Move, late: float) -> None:
        telegram, chat, language = outdoors.telegram, who.chat, who.language
        match move.kind:
            case "planned" | "again" | "done":
                [(category, _mark)] = who.told
                said = Said(outdoors.number(), act=move.kind, category=category)
                outdoors.said.append(said)
            case _ if who.channel == WEB:
                outdoors.said.append(self._posted(outdoors, who, move))
            case "block" | "leave" | "return":
                telegram.close(chat, move.kind)
            case "place":
                point = {"latitude": -34.9011, "longitude": -56.1645}
                telegram.say(chat, language, late, location=point)
            case "sticker":
                telegram.say(chat, language, late, sticker=_STICKER)
            case "video":
                telegram.say(chat, language, late, video=_VIDEO)
            case "old press":
                telegram.press_old(chat, language)
            case _:
                if not (move.key and telegram.press(chat, language, move.key)):
                    telegram.say(chat, language, late, text=move.text)

    def _posted(self, outdoors: Outdoors, who: Resident, move: Move) -> Said:
        number = outdoors.number()
        inbound = Inbound(
            bot=f"{COUNTRY}/web",
            country=COUNTRY,
            channel="web",
            address=f"browser of {who.name}",
            update=f"post {number}",
            input=_input(move),
            language=who.language,
            echo=True,
        )
        return Said(number, inbound)

    # Deaths

    def _watch(self, town: Town, points: list[Point], only: int | None = None) -> None:
        """Keep the world at every commit and outside effect; or `only` at one of them."""
        database, outdoors = town.database, town.outdoors
        log = town.path.with_name(town.path.name + "-wal")
        count = 0
        last: tuple[int, int, int] | None = None
        synced = log.stat().st_size if log.exists() else 0

        def note(committing: bool = False) -> None:
            nonlocal count, last, synced
            size = log.stat().st_size if log.exists() else 0
            now = (size, database.checkpoints, outdoors.telegram.version)
            if now == last:
                self._found.points += only is None
                return
            last = now
            outdoors.elapsed = town.loop.time()
            if only in {None, count}:
                safe = synced if committing and size > synced else size
                files = town.keep_files()
                if self._power and safe < size:
                    # The power fails while the log is being written: any part may be there.
                    points.append(Point(files, safe, outdoors.copy()))
                points.append(Point(files, size, outdoors.copy()))
            synced = size
            count += 1

        database.committed_now = lambda: note(committing=True)
        outdoors.telegram.effect = note

    def _unwatch(self, town: Town) -> None:
        town.database.committed_now = lambda: None
        town.outdoors.telegram.effect = lambda: None

    def _recover(
        self, point: Point, base: dict[int, int], wanted: Picture, second: int | None
    ) -> None:
        """Start from what a death left, and compare what comes of it."""
        files = self._cut(point)
        mark = blake2b(b"|".join(files), digest_size=16)
        mark.update(f"{point.outdoors.telegram.version} {len(point.outdoors.said)}".encode())
        if mark.digest() in self._met:
            return
        self._met.add(mark.digest())
        self._found.states += 1
        outdoors = point.outdoors.copy()
        outdoors.deaths += 1
        town = self._new(files, outdoors)
        points: list[Point] = []
        if second is not None and self._chance.randrange(SECOND_DEATH_ONE_IN) == 0:
            self._watch(town, points, second)
        where = self._where
        self._where += f", died {outdoors.deaths} times"
        self._live(town)
        self._unwatch(town)
        self._compare(town, base, wanted)
        self._where = where
        self._die(town)
        put_files(town.path, (b"", b""))
        for later in points[:1]:
            self._found.points += 1
            self._recover(later, base, wanted, None)

    def _cut(self, point: Point) -> Files:
        if not self._power or point.synced >= len(point.files[1]):
            return point.files
        self._found.meet("power cut")
        at = self._chance.randrange(point.synced, len(point.files[1]) + 1)
        return point.files[0], point.files[1][:at]


def _base(town: Town) -> dict[int, int]:
    """What stands in each chat before a step, and how many operations ended unsure so far."""
    lengths = {chat: len(shown) for chat, shown in town.outdoors.telegram.chats.items()}
    return {**lengths, UNSURE: count_unsure(town)}


def _input(move: Move) -> Input:
    match move.kind:
        case "place":
            return Location(-34.9011, -56.1645)
        case "sticker" | "video":
            return Unusable("video")
        case _ if move.text.startswith("/"):
            return Command(move.text[1:])
        case _:
            return Text(move.text)


_FILE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
_STICKER = {**_FILE, "type": "regular", "is_animated": False, "is_video": False}
_VIDEO = {**_FILE, "duration": 1}

__all__ = ["TELEGRAM", "Broken", "Found", "prepare", "run_seed"]
