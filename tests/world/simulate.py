"""Runs a seed: the town as it should go, and the same town killed at every point of it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from unittest import mock

from bot.services import news
from tests.world.acting import begin
from tests.world.announced import Announced
from tests.world.ballots import ballots_wrong
from tests.world.checks import (
    Broken,
    Picture,
    base_of,
    difference,
    find_words,
    take_picture,
)
from tests.world.database import Files, close_left, digest, empty_database, put_files
from tests.world.filed import files_wrong
from tests.world.inhabited import inhabited
from tests.world.outdoors import Outdoors
from tests.world.plans import Doing, Step, plan
from tests.world.promised import count_to_mend, lost_wrong, mended_wrong, told_wrong
from tests.world.restoring import open_again, restore, told
from tests.world.served import countries
from tests.world.telegram import Telegram
from tests.world.town import Town

POWER_CUT_ONE_IN = 20
"""In one seed of so many the log is cut at any byte since the last sync."""

HOOK_ONE_IN = 3
"""In one seed of so many Telegram brings updates to a web hook."""

SECOND_DEATH_ONE_IN = 3
"""So often does a recovery die as well."""

TownMaker = Callable[[Path, str, Outdoors], Town]


@dataclass(slots=True)
class Found:
    """What a run of seeds came to."""

    points: int = 0
    states: int = 0
    doubled: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    course: list[str] = field(default_factory=list)
    """Each death, in order: in which step, when, and what it left of the log."""

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
    at_once = 1 if seed % 2 else news.TOLD_MOST  # Several people are told one at a time, too.
    with (
        tempfile.TemporaryDirectory(dir=base) as folder,
        mock.patch.object(news, "TOLD_MOST", at_once),
    ):
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
        self._free: list[Path] = []
        """Files over which nobody lives any more."""
        self._cast: dict[str, str] = {}
        """What each last put into the vote, in the life without faults."""
        self._erased: list[str] = []
        self._stood: list[str] = []

    def end(self) -> None:
        """Let go of whoever still lives, after something was broken, and of the files."""
        while self._alive:
            self._alive.pop().die()
        close_left(self._folder)

    def _die(self, town: Town) -> None:
        self._alive.remove(town)
        town.die()
        self._free.append(town.path)

    def go(self) -> None:
        steps, ideal = self._run_without_faults()
        town = self._begun()
        backup_at = random.Random(f"backup {self._seed}").randrange(2 * len(steps))
        backup: Files | None = None
        for number, (step, wanted) in enumerate(zip(steps, ideal, strict=True)):
            self._where = f"seed {self._seed}, step {number} ({step})"
            town.database.checkpoint_now()
            if number == backup_at:
                backup = town.keep_files()
            base = base_of(town)
            town.outdoors.telegram.unsure.clear()
            town.outdoors.telegram.faults = list(step.faults)
            town.outdoors.deaths = 0
            self._begin(town.outdoors, step)
            self._erased += self._erased_in(step)
            town = self._operated(town, step)
            points: list[Point] = []
            if step.watched:
                files = town.keep_files()
                points.append(Point(files, len(files[1]), town.outdoors.copy()))
                self._watch(town, points)
            self._live(town)
            self._unwatch(town)
            town.outdoors.telegram.faults.clear()
            self._compare(town, base, wanted, step)
            for at, point in enumerate(points):
                self._found.points += 1
                second = self._chance.randrange(len(points) - at)
                self._recover(point, base, wanted, step, second)
        self._die(town)
        if backup is not None:
            self._where = f"seed {self._seed}, restored as before step {backup_at}"
            self._restore(backup, town.outdoors)

    def _restore(self, backup: Files, outdoors: Outdoors) -> None:
        """Go on with what the database held at an earlier step. Nothing of it is told again."""
        self._found.meet("restore")
        outdoors.telegram.silence.forget()
        town = self._new(backup, outdoors)
        before = told(town)
        restore(town)
        self._live(town)
        wrong = Announced(town).wrong(base_of(town), restored=True) or ballots_wrong(town)
        again = open_again(town)
        if wrong or again or told(town) != before:
            heard = {chat: shown[-2:] for chat, shown in outdoors.telegram.chats.items()}
            raise Broken(f"{self._where}: {wrong}, {again} open, told {before} to {heard}")
        self._check_erased(town)
        self._die(town)

    # A life

    def _run_without_faults(self) -> tuple[list[Step], list[Picture]]:
        """What people really do in each step, and what comes of it where nothing goes wrong."""
        steps, pictures = [], []
        town = self._begun()
        for number, step in enumerate(self._plan.steps):
            self._where = f"seed {self._seed}, step {number} ({step}), without faults"
            base = base_of(town)
            kept = count_to_mend(town)
            steps.append(replace(step, doings=self._look(town, step)))
            self._begin(town.outdoors, replace(steps[-1], late=False))
            town = self._operated(town, step)
            self._live(town)
            try:
                pictures.append(take_picture(town, base, None))
            except Broken as broken:
                raise Broken(f"{self._where}: {broken}") from None
            self._erased += self._erased_in(step)
            self._check_erased(town)
            self._check_files(town, step)
            self._check_counted(steps[-1], pictures[-1])
            self._check(
                mended_wrong(steps[-1], pictures[-1], kept)
                or lost_wrong(self._plan.people, steps[-1], pictures[-1])
            )
        self._check(told_wrong(self._plan.people, pictures[-1]))
        self._die(town)
        self._erased.clear()
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

    def _check(self, wrong: str) -> None:
        if wrong:
            raise Broken(f"{self._where}: {wrong}")

    def _check_files(self, town: Town, step: Step) -> None:
        self._check(files_wrong(town, cleaned=bool(self._erased_in(step))))

    def _check_counted(self, step: Step, picture: Picture) -> None:
        """A vote comes to what people put in last; who was forgotten before took theirs away."""
        for doing in step.doings:
            for move in doing.moves:
                if move.casts and "open" in self._stood:
                    self._cast[doing.who] = move.casts
                elif move.alone and move.text == "yes" and "open" in self._stood:
                    self._cast.pop(doing.who, None)
        stands = [str(row[0]) for row in picture.rows["vote"]]
        counted = sorted(str(row[0]) for row in picture.rows["counted_ballot"])
        if stands in (["closed"], ["published"]) and counted != sorted(self._cast.values()):
            raise Broken(f"{self._where}: counted {counted}, and cast was {self._cast}")
        self._stood = stands

    def _erased_in(self, step: Step) -> list[str]:
        """Words that are in no byte of the files from now on: of those who are forgotten."""
        gone = [
            who
            for doing in step.doings
            if (who := self._plan.people[doing.who]).forgets
            and any(move is who.moves[-1] for move in doing.moves)
        ]
        return [mark for who in gone for mark in who.marks]

    def _begun(self) -> Town:
        """The town before its first step."""
        outdoors = Outdoors(Telegram(lambda: 0.0))
        files: Files = (empty_database(), b"")
        if self._plan.matters:
            files, known = inhabited()
            outdoors = known.copy()
        outdoors.matters = self._plan.matters
        outdoors.sends_files = self._plan.sends_files
        outdoors.hook = self._seed % HOOK_ONE_IN == 1
        self._found.meet("web hook" if outdoors.hook else "polling")
        return self._new(files, outdoors)

    def _new(self, files: Files, outdoors: Outdoors) -> Town:
        self._lives += 1
        path = self._free.pop() if self._free else self._folder / f"town{self._lives}.db"
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

    def _compare(self, town: Town, base: dict[int, int], wanted: Picture, step: Step) -> None:
        before = town.outdoors.doubled
        try:
            picture = take_picture(town, base, wanted)
        except Broken as broken:
            raise Broken(f"{self._where}: {broken}") from None
        self._found.doubled += town.outdoors.doubled - before
        self._check(difference(wanted, picture))
        self._check_erased(town)
        self._check_files(town, step)
        for end in town.ends():
            self._found.meet(end)

    def _check_erased(self, town: Town) -> None:
        found = find_words(town, self._erased)
        if found:
            raise Broken(f"{self._where}: {found!r} is erased, and stands in the files")

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
        begin(outdoors, self._plan.people, step, self._found.meet)

    # Deaths

    def _watch(self, town: Town, points: list[Point], only: int | None = None) -> None:
        """Keep the world at every commit and outside effect; or `only` at one of them."""
        database, outdoors = town.database, town.outdoors
        log = town.path.with_name(town.path.name + "-wal")
        count = 0
        last: tuple[int, int, int] | None = None
        synced = log.stat().st_size

        def note(committing: bool = False) -> None:
            nonlocal count, last, synced
            size = log.stat().st_size
            now = (size, database.whole.times, outdoors.telegram.version)
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
        self,
        point: Point,
        base: dict[int, int],
        wanted: Picture,
        step: Step,
        second: int | None,
    ) -> None:
        """Start from what a death left, and compare what comes of it."""
        files = self._cut(point)
        log = f"{len(files[1])} of {len(point.files[1])} bytes"
        where = self._where.partition(" (")[0]
        self._found.course.append(f"{where}, {point.outdoors.elapsed:.6f} s: {log}")
        mark = blake2b(files[1], digest_size=16)
        mark.update(digest(files[0]))
        mark.update(f"{point.outdoors.telegram.version} {len(point.outdoors.said)}".encode())
        if mark.digest() in self._met:
            return
        self._met.add(mark.digest())
        self._found.states += 1
        outdoors = point.outdoors.copy()
        if files != point.files:
            outdoors.telegram.silence.forget()
        outdoors.deaths += 1
        town = self._new(files, outdoors)
        points: list[Point] = []
        if second is not None and self._chance.randrange(SECOND_DEATH_ONE_IN) == 0:
            self._watch(town, points, second)
        where = self._where
        self._where += f", died {outdoors.deaths} times"
        self._live(town)
        self._unwatch(town)
        self._compare(town, base, wanted, step)
        self._where = where
        self._die(town)
        for later in points[:1]:
            self._found.points += 1
            self._recover(later, base, wanted, step, None)

    def _cut(self, point: Point) -> Files:
        if not self._power or point.synced >= len(point.files[1]):
            return point.files
        self._found.meet("power cut")
        at = self._chance.randrange(point.synced, len(point.files[1]) + 1)
        return point.files[0], point.files[1][:at]


__all__ = ["Broken", "Found", "prepare", "run_seed"]
