"""The town: the real house over one SQLite file, with everything outside of it made up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection

from bot.channels.web_render import change
from bot.conversation import Conversations
from bot.country import load_countries
from bot.domain.country import Country
from bot.domain.operations import Operation, Receipt, Sent
from bot.domain.outside import Outside
from bot.domain.reports import Status
from bot.handlers.intake import Intake
from bot.handlers.paced import PacedBot
from bot.handlers.polling import Poller
from bot.handlers.sending import TelegramSender
from bot.i18n import Speech
from bot.i18n.served import with_words
from bot.keys import Keys
from bot.services import upkeep
from bot.services.groups import move_in
from bot.services.moderation import Change, change_report
from bot.services.pauses import Pauses
from bot.services.residents import CLEAN_FILES
from bot.services.stuck import StuckBook
from bot.services.web_town import WebTown
from bot.work.outbox import Sender
from bot.work.tasks import EmbeddedTasks
from storage import outbox, reports, tasks
from storage.residents import NOTE_ERASED
from tests.world.clockwork import VirtualLoop
from tests.world.database import Files, InlineExecutor, WatchedDatabase, keep_files
from tests.world.outdoors import Outdoors, Said
from tests.world.people import TELEGRAM, Resident
from tests.world.wire import TOKEN, Wire

LOCALES = Path(__file__).resolve().parents[2] / "locales"
START = datetime(2026, 11, 25, 12, tzinfo=UTC)
COUNTRY = "uruguay"
BOT = f"{COUNTRY}/telegram"
RATES = {BOT: 30.0, f"{COUNTRY}/web": None}
DUE_SECONDS = 15.0
QUIET_HOURS = 6
"""Virtual hours after which nothing may be owed any more, whatever went wrong."""


@lru_cache(maxsize=1)
def countries() -> tuple[dict[str, Country], dict[str, Speech]]:
    return with_words(load_countries(LOCALES / "countries", [COUNTRY]), LOCALES)


@lru_cache(maxsize=2)
def released(release: int) -> dict[str, Country]:
    """The countries of a release: the second one asks less in a report."""
    found, _speeches = countries()
    if release == 0:
        return found
    return {
        key: replace(country, report=replace(country.report, since=False, photos=0))
        for key, country in found.items()
    }


class Town:
    """One process's life over the file at `path`: made, used, and killed.

    A test that plants a bug puts a part of its own in the place of `polls` or `sends`.
    """

    polls: ClassVar[type[Poller]] = Poller
    sends: ClassVar[type[Sender]] = Sender

    def __init__(self, path: Path, seed: str, outdoors: Outdoors) -> None:
        self.path = path
        self.outdoors = outdoors
        self.loop = VirtualLoop(outdoors.elapsed)
        outdoors.telegram.clock = self.loop.time
        outdoors.telegram.said = asyncio.Event()
        self.chance = random.Random(seed)
        self.outside = Outside(self.clock, self.chance.randbytes)
        served, speeches = released(outdoors.release), countries()[1]
        self.keys = Keys("a town of the world that tests simulate", random=self.chance.randbytes)
        self.tasks = EmbeddedTasks(self.outside)
        executor = InlineExecutor()
        self.database = WatchedDatabase(
            path, executor, self.tasks.hand_over, committed=self.tasks.committed
        )
        self.conversations = Conversations(served, speeches, self.keys, self.outside)
        self.speech = speeches[COUNTRY]
        self.web = WebTown(
            self.database,
            self.keys,
            self.conversations.take_turn,
            self.outside.clock,
            asyncio.Event,
        )
        self.sender = self.sends(self.database, self.keys, self.outside, self.send, RATES)
        self.pauses = Pauses(self.database, self.clock, self.keys)
        self.bot = PacedBot(TOKEN, BOT, self.pauses, session=Wire(outdoors.telegram))
        moved = move_in(self.database, self.keys)
        self.telegram_sender = TelegramSender(self.bot, self.speech, moved, self.web.own_data)
        stuck = StuckBook(self.database, self.keys, self.outside.clock)
        intake = Intake(self.bot, COUNTRY, self.web.take, stuck)
        self.poller = self.polls(self.bot, intake)
        self.failures: list[str] = []
        self.started = False
        self.tasks.register(CLEAN_FILES, self._clean)
        self.tasks.register(NOTE_ERASED, self._note_erased)
        self.tasks.register("due", self._due)
        self.tasks.every(DUE_SECONDS, "due")
        self.tasks.wake_on(outbox.SEND, self.sender.wake)
        self.spoken: set[int] = set()

    def clock(self) -> datetime:
        return START + self.outdoors.jump + timedelta(seconds=self.loop.time())

    # A life

    def go(self) -> None:
        """Live until nothing is left to do.

        Raises `TimeoutError` when something is still owed after `QUIET_HOURS`, and
        `RuntimeError` when a part of the process has stopped.
        """
        if not self.started:
            self.started = True
            self.database.write_now(outbox.release_all, self.clock())
            self.database.write_now(tasks.release_all)
            self.loop.run_until_complete(self.pauses.load())
            if not self.pauses.bot_seconds(BOT):
                # Whoever heard of a wait has died before it was kept.
                self.outdoors.telegram.silence.begin()
            for part in (
                self.poller.run(),
                self.sender.run(),
                self.tasks.run(self.database),
                self.database.watch(self.tasks.wake),
            ):
                self._start(part)
        for said in self.outdoors.said:
            if said.number not in self.spoken:
                self.spoken.add(said.number)
                self._start(self._hear(said))
        deadline = self.loop.time() + QUIET_HOURS * 3600

        def rests() -> bool:
            if self.failures or self.is_quiet():
                return True
            if self.loop.time() > deadline:
                self.failures.append(f"still owed after {QUIET_HOURS} hours: {self.waiting()}")
            return False

        self.loop.rests = rests
        self.loop.run_forever()
        self.outdoors.elapsed = self.loop.time()
        if self.failures:
            raise RuntimeError("; ".join(self.failures))

    def _start(self, part: Coroutine[Any, Any, None]) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and task.exception() is not None:
                self.failures.append(f"{task.get_coro()} stopped: {task.exception()!r}")

        self.loop.create_task(part).add_done_callback(ended)

    def is_quiet(self) -> bool:
        """Whether nothing waits: no update, no request, no operation, no task."""
        telegram = self.outdoors.telegram
        if telegram.busy or telegram.waiting or self.outdoors.said:
            return False
        [open_now] = (
            self.raw().execute(_OPEN, (f"{self.clock():%Y-%m-%dT%H:%M:%S.%fZ}",)).fetchone()
        )
        return not open_now

    def waiting(self) -> list[tuple[str, ...]]:
        """What keeps the town from being quiet, for whoever reads a failure."""
        now = f"{self.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
        rows = self.raw().execute(_WAITING, (now,)).fetchall()
        return [tuple(str(item) for item in row) for row in rows]

    def raw(self) -> Any:
        return self.database.raw()

    def unseal(self, purpose: str, sealed: bytes, key_id: str, bot: str) -> str:
        """What is sealed in a row. The same bytes come up in every life of a seed."""
        found = _UNSEALED.get(sealed)
        if found is None:
            found = self.keys.open(purpose, sealed, key_id, bot.encode()).decode()
            if len(_UNSEALED) > _UNSEALED_MOST:
                _UNSEALED.clear()
            _UNSEALED[sealed] = found
        return found

    def ends(self) -> list[tuple[str, str]]:
        """State and reason of what is in the outbox, each once."""
        rows = self.raw().execute("select distinct state, coalesce(reason, '') from outbox")
        return [(str(state), str(reason)) for state, reason in rows.fetchall()]

    def asked(self, who: Resident) -> set[str]:
        """The keys of the buttons of the newest question somebody sees."""
        if who.channel == TELEGRAM:
            shown = self.outdoors.telegram.chats.get(who.chat, [])
            asked = next((item for item in reversed(shown) if item.buttons), None)
            return set() if asked is None else {data.split(":", 2)[2] for _, data in asked.buttons}
        entries = self.loop.run_until_complete(
            self.web.entries(f"{COUNTRY}/web", f"browser of {who.name}")
        )
        entry = next((item for item in reversed(entries) if item.open), None)
        if entry is None:
            return set()
        return {button.key for button in (*entry.buttons, *entry.controls)}

    def keep_files(self) -> Files:
        return keep_files(self.path)

    def die(self) -> None:
        self.database.die()
        self.loop.end()

    # What comes in and goes out

    async def _hear(self, said: Said) -> None:
        if said.inbound is not None:
            await self.web.take(said.inbound)
        else:
            self._organise(said)
        self.outdoors.said.remove(said)
        self.outdoors.telegram.version += 1

    def _organise(self, said: Said) -> None:
        """An organiser's command: a process of its own beside ours."""
        database = WatchedDatabase(self.path, InlineExecutor(), self.tasks.hand_over)
        database.committed_now = self.database.committed_now
        try:
            database.write_now(self._change, said)
        finally:
            database.die()

    def _change(self, connection: Connection, said: Said) -> None:
        code = next(
            (
                row.code
                for row in reports.list_reports(connection)
                if row.category == said.category
            ),
            "MVD-NONE",
        )
        match said.act:
            case "done":
                change = Change(Status.DONE, message={"es": "Listo.", "en": "Done."})
            case _:
                change = Change(Status.PLANNED, planned_for=START.date())
        begin = self.conversations.begin
        change_report(connection, self.outside, "ana", code, change, begin)

    async def send(
        self, bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Receipt]:
        if bot.endswith("/telegram"):
            return await self.telegram_sender.send(bot, address, owed, language)
        changes = [
            (operation_id, change(operation, language, self.speech, self.clock()))
            for operation_id, operation in owed
        ]
        # In two parts, so that a death may come between them.
        for part in (changes[:1], changes[1:]):
            await self.web.keep(bot, address, part)
        return [Sent() for _change in changes]

    async def _due(self, _args: Any) -> None:
        while await self.database.write(upkeep.do_due, self.outside):
            pass

    async def _clean(self, _args: Any) -> None:
        if not self.database.checkpoint_now():
            raise BlockingIOError("a reader still needs the log")

    async def _note_erased(self, resident_id: Any) -> None:
        """A line in a file outside; once more is as good as once."""
        self.outdoors.erased.add(str(resident_id))
        self.outdoors.telegram.version += 1
        self.outdoors.telegram.effect()


_OPEN = (
    "select exists (select 1 from outbox where state in ('owed', 'sending'))"
    " or exists (select 1 from task where held = 0)"
    " or exists (select 1 from due where at <= ? and done_at is null)"
)

_WAITING = (
    "select 'outbox', state, coalesce(reason, '') from outbox where state in ('owed', 'sending')"
    " union all select 'task', name, coalesce(reason, '') from task where held = 0"
    " union all select 'due', kind, '' from due where at <= ? and done_at is null"
)

_UNSEALED: dict[bytes, str] = {}
_UNSEALED_MOST = 20_000
