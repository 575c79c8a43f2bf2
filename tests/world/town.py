"""The town: the real house over one SQLite file, with everything outside of it made up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection

from bot.channels.telegram_bulk import TelegramBulk
from bot.channels.web_render import change, render
from bot.conversation import Conversations
from bot.domain.country import Country
from bot.domain.inbound import Inbound, Text
from bot.domain.operations import Announce, Operation, Sent, Step
from bot.domain.outside import Outside
from bot.handlers.intake import Intake
from bot.handlers.paced import PacedBot
from bot.handlers.polling import Poller
from bot.handlers.sending import TelegramSender
from bot.handlers.webhook import WebHook, set_hook
from bot.keys import Keys
from bot.services import upkeep
from bot.services.groups import move_in
from bot.services.news import tell_some
from bot.services.pauses import Pauses
from bot.services.residents import CLEAN_FILES
from bot.services.stuck import RETRY, StuckBook
from bot.services.vote_course import END_VOTES
from bot.services.web_town import WebTown
from bot.work import announcer
from bot.work.announcer import Announcer
from bot.work.erased import ENDED_PURPOSE, PURPOSE
from bot.work.outbox import Sender
from bot.work.tasks import EmbeddedTasks
from bot.work.vote_ending import VoteEnding
from storage import deliveries, outbox, tasks
from storage.budget import Drawn
from storage.deliveries import Copy
from storage.residents import NOTE_ERASED
from storage.tellings import TELL
from tests.world.clockwork import VirtualLoop
from tests.world.database import Files, InlineExecutor, WatchedDatabase, keep_files
from tests.world.filing import Filing
from tests.world.hook import SECRET, Bringer
from tests.world.matters import ANNOUNCEMENT, FAILS, FAILS_YET, VOTE
from tests.world.organisers import START, Organisers
from tests.world.outdoors import Outdoors, Said
from tests.world.people import TELEGRAM, Resident
from tests.world.quiet import IS_OPEN, WAITING, asked_at
from tests.world.served import COUNTRY, countries, released
from tests.world.ways_out import BulkWire, KeptList, KeptVoteKeys
from tests.world.wire import TOKEN, Wire

BOT = f"{COUNTRY}/telegram"
RATE = 30.0
RATES = {BOT: RATE, f"{COUNTRY}/web": None}
DUE_SECONDS = 15.0
VOTES_SECONDS = 60.0
QUIET_HOURS = 6
"""Virtual hours after which nothing may be owed any more, whatever went wrong."""


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
        self.country = served[COUNTRY]
        self.keys = Keys(
            "a town of the world that tests simulate",
            random=self.chance.randbytes,
            votes=KeptVoteKeys(outdoors, self.chance.randbytes),
        )
        self.tasks = EmbeddedTasks(self.outside)
        self.executor = InlineExecutor()
        self.database = WatchedDatabase(
            path, self.executor, self.tasks.hand_over, committed=self.tasks.committed
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
        intake = Intake(self.bot, COUNTRY, self._take, stuck)
        self.poller = self.polls(self.bot, intake)
        self.intake = intake
        hook = WebHook({COUNTRY: intake}, SECRET)
        self.bringer = Bringer(outdoors.telegram, hook, COUNTRY)
        self.failures: list[str] = []
        self.started = False
        self.ending = self._ending(self.database)
        self.announcer = self._announcer(served)
        self.filing = Filing(self)
        self.tasks.register(CLEAN_FILES, self._clean)
        self.tasks.register(RETRY, self._retry)
        self.tasks.register(NOTE_ERASED, self._note_erased)
        self.tasks.register(END_VOTES, self._end_votes)
        self.tasks.register(TELL, self._tell)
        self.tasks.register("due", self._due)
        self.tasks.every(DUE_SECONDS, "due")
        if VOTE in outdoors.matters:
            self.tasks.every(VOTES_SECONDS, END_VOTES)
        self.tasks.wake_on(outbox.SEND, self.sender.wake)
        self.spoken: set[int] = set()

    def clock(self) -> datetime:
        return START + self.outdoors.jump + timedelta(seconds=self.loop.time())

    @property
    def announces(self) -> bool:
        """Whether anything can come to be announced here."""
        return bool({ANNOUNCEMENT, VOTE} & set(self.outdoors.matters))

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
            if self.outdoors.sends_files:
                for part in self.filing.parts():
                    self._start(part)
            if self.announces:
                self.database.write_now(announcer.release_all, self.clock())
                self._start(self.announcer.run())
            self.loop.run_until_complete(self.pauses.load())
            self.outdoors.telegram.silence.begin()
            if self.outdoors.hook:
                self._start(set_hook(self.bot, BOT, "https://baraza.example", SECRET))
            for part in (
                self.bringer.run() if self.outdoors.hook else self.poller.run(),
                self.sender.run(),
                self.tasks.run(self.database),
                self.database.watch(self.tasks.wake, self.tasks.awaited),
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
        [open_now] = self.raw().execute(IS_OPEN, asked_at(self.clock())).fetchone()
        return not open_now

    def waiting(self) -> list[tuple[str, ...]]:
        """What keeps the town from being quiet, for whoever reads a failure."""
        rows = self.raw().execute(WAITING, asked_at(self.clock())).fetchall()
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

    def entries_of(self, address: str) -> list[str]:
        """What stands in a browser's inbox, as JSON."""
        rows = self.raw().execute(
            "select a.bot, a.cipher, a.key_id, i.sealed, i.key_id from inbox i"
            " join address a on a.id = i.address_id"
        )
        return [
            self.unseal("inbox", sealed, sealed_id, bot)
            for bot, cipher, key_id, sealed, sealed_id in rows.fetchall()
            if self.unseal("address", cipher, key_id, bot) == address
        ]

    def ends(self) -> list[str]:
        """State and reason of what was sent or is to be, each once."""
        rows = self.raw().execute(
            "select distinct 'ended', state, coalesce(reason, '') from outbox"
            " union select 'copy', state, reason from delivery"
            " union select 'set aside', '', '' from stuck_update where set_aside"
        )
        return [f"{what}: {state} {reason}".strip(" :") for what, state, reason in rows.fetchall()]

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
        return keep_files(self.path, self.database.whole)

    def die(self) -> None:
        self.database.die()
        self.loop.end()

    # What comes in and goes out

    async def _take(self, inbound: Inbound) -> None:
        """A turn of Telegram's; there are words over which it fails, always or for a while."""
        words = inbound.input.words if isinstance(inbound.input, Text) else ""
        if words == FAILS or (words == FAILS_YET and not self.outdoors.mended):
            raise ArithmeticError("these words") if words == FAILS else LookupError("these words")
        await self.web.take(inbound)

    async def _retry(self, args: Any) -> None:
        await self.intake.retry(args["update"])

    async def _hear(self, said: Said) -> None:
        if said.inbound is not None:
            await self.filing.post(said.inbound)
        else:
            self._organise(said)
        self.outdoors.said.remove(said)
        self.outdoors.telegram.version += 1

    def _organise(self, said: Said) -> None:
        """An organiser's command: a process of its own beside ours."""
        database = WatchedDatabase(self.path, InlineExecutor(), self.tasks.hand_over)
        database.committed_now = self.database.committed_now
        database.whole = self.database.whole
        try:
            Organisers(
                database,
                self.outside,
                self.keys,
                self.country,
                self.speech,
                self._ending(database),
                self.conversations.begin,
            ).act(said.act, said.category)
        finally:
            database.close_now()

    async def send(
        self, bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Step]:
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
        await self.filing.keeper.erase_unused(self.database, self.executor)
        if not self.database.checkpoint_now():
            raise BlockingIOError("a reader still needs the log")

    async def _note_erased(self, resident_id: Any) -> None:
        KeptList(self.outdoors, self.keys, self.outdoors.erased, PURPOSE).add(str(resident_id))

    def _ending(self, database: WatchedDatabase) -> VoteEnding:
        ended = KeptList(self.outdoors, self.keys, self.outdoors.ended, ENDED_PURPOSE)
        return VoteEnding(database, self.keys, self.outside, ended)

    async def _tell(self, _args: Any) -> None:
        await self.database.write(tell_some, self.outside, self.conversations.begin)

    async def _end_votes(self, _args: Any) -> None:
        await self.ending.run(self.executor)

    def _announcer(self, served: Mapping[str, Country]) -> Announcer:
        bulks = {}
        if self.announces:
            bulks[BOT] = TelegramBulk(
                BOT,
                TOKEN,
                "http://127.0.0.1",
                self.speech,
                self.pauses,
                self._no_picture,
                self.clock,
                request=BulkWire(self.outdoors),
            )
        self.tasks.wake_on(deliveries.ANNOUNCE, lambda: self.announcer.wake())
        return Announcer(
            self.database,
            self.keys,
            self.outside,
            served,
            bulks=bulks,
            draw=self._draw,
            put=self._put,
            nudge=lambda bot, address: None,
        )

    async def _no_picture(self, name: str) -> bytes | None:
        return None

    def _draw(
        self, connection: Connection, bot: str, most: int, now: datetime, extra: int
    ) -> Drawn:
        return outbox.draw_for_many(connection, bot, RATE, most, now, extra)

    def _put(self, connection: Connection, copy: Copy, operation: Announce) -> None:
        entry = render(operation, copy.language, self.speech, self.clock())
        self.web.put(connection, copy.bot, copy.address_id, entry)


_UNSEALED: dict[bytes, str] = {}
_UNSEALED_MOST = 20_000
