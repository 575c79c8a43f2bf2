"""The town: the real house over one SQLite file, with everything outside of it made up."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection, Dialect

from bot.channels.web_render import change
from bot.conversation import Conversations
from bot.country import load_countries
from bot.domain.country import Country
from bot.domain.inbound import Inbound
from bot.domain.operations import Operation, Receipt, Sent
from bot.domain.outside import Outside
from bot.i18n import Speech
from bot.i18n.served import with_words
from bot.keys import Keys
from bot.services import upkeep
from bot.services.residents import CLEAN_FILES
from bot.services.web_town import WebTown
from bot.work.outbox import Sender
from bot.work.tasks import EmbeddedTasks
from storage import outbox, schema, tasks
from storage.database import call_with
from storage.residents import NOTE_ERASED
from storage.sqlite import SqliteDatabase

LOCALES = Path(__file__).resolve().parents[2] / "locales"
START = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Crash(BaseException):
    """The process dies here."""


class InlineExecutor(Executor):
    """Runs at once, in the caller's thread: what comes when is then the seed's to decide."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # as a pool does
            future.set_exception(error)
        return future


class WatchedDatabase(SqliteDatabase):
    """A database that tells when it has committed, and reads through its own writer."""

    committed_now: Callable[[], None] = staticmethod(lambda: None)
    compiled: ClassVar[dict[Any, Any]] = {}
    """Statements compiled once for all the lives of all the towns, so for one dialect."""
    shared: ClassVar[list[Dialect]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.shared:
            self.shared.append(self._writer.dialect)
        self._writer.dialect = self.shared[0]

    def _connected(self) -> Connection:
        connection = super()._connected()
        return connection.execution_options(compiled_cache=self.compiled)

    def _commit(self, calls: list[Callable[[Connection], Any]]) -> list[Any]:
        outcomes = super()._commit(calls)
        self.committed_now()
        return outcomes

    async def read(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Not through aiosqlite, whose threads no seed decides about.
        [outcome] = SqliteDatabase._commit(self, [partial(call_with, fn, args, kwargs)])
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


@lru_cache(maxsize=1)
def countries() -> tuple[dict[str, Country], dict[str, Speech]]:
    """The countries, with their retention short enough to come up within a seed."""
    return with_words(load_countries(LOCALES / "countries"), LOCALES)


@lru_cache(maxsize=1)
def empty_database() -> bytes:
    """A migrated file, to be copied."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.db"
        database = SqliteDatabase(path, InlineExecutor(), lambda connection, kicks: None)
        database.write_now(schema.upgrade)
        database.checkpoint_now()
        database.close_now()
        return path.read_bytes()


class Town:
    """One process's life over the file at `path`: made, used, and killed."""

    def __init__(self, path: Path, seed: str, now: datetime) -> None:
        self.path = path
        self.now = now
        self.chance = random.Random(seed)
        self.outside = Outside(lambda: self.now, self.chance.randbytes)
        self.countries, self.speeches = countries()
        self.keys = Keys("a town of the world that tests simulate", random=self.chance.randbytes)
        self.tasks = EmbeddedTasks(self.outside)
        self.database = WatchedDatabase(path, InlineExecutor(), self.tasks.hand_over)
        self.conversations = Conversations(self.countries, self.speeches, self.keys, self.outside)
        self.web = WebTown(
            self.database,
            self.keys,
            self.conversations.take_turn,
            self.outside.clock,
            asyncio.Event,
        )
        self.sender = Sender(self.database, self.keys, self.outside, self.send)
        self.sent: list[tuple[str, str]] = []
        """Address and operation id, as the channel got them."""
        self.acknowledged = True
        """Whoever said the last thing knows that it was heard, and will not say it again."""
        self.effect: Callable[[], None] = lambda: None
        """Called before and after each outside effect: a crash may come there."""
        self.tasks.register(CLEAN_FILES, self._clean)
        self.tasks.register(NOTE_ERASED, self._note_erased)
        self.tasks.wake_on(outbox.SEND, lambda: None)
        self.database.write_now(outbox.release_all, self.now)
        self.database.write_now(tasks.release_all)

    async def take(self, inbound: Inbound) -> None:
        await self.web.take(inbound)
        self.acknowledged = True

    async def send(
        self,
        bot: str,
        address: str,
        owed: Sequence[tuple[str, Operation]],
        language: str,
    ) -> Sequence[Receipt]:
        self.effect()
        self.sent += [(address, operation_id) for operation_id, _operation in owed]
        speech = self.speeches[bot.partition("/")[0]]
        changes = [
            (operation_id, change(operation, language, speech, self.now))
            for operation_id, operation in owed
        ]
        # In two parts, so that a death may come between them.
        for part in (changes[:1], changes[1:]):
            await self.web.keep(bot, address, part)
            self.effect()
        return [Sent() for _change in changes]

    async def work(self, passes: int = 1) -> None:
        """What the loops of a process do, so many times."""
        for _pass in range(passes):
            await self.sender.send_ready()
            await self.tasks.run_ready(self.database)

    async def due(self) -> None:
        while await self.database.write(upkeep.do_due, self.outside):
            pass

    async def settle(self) -> None:
        """Work until nothing is left to do."""
        await self.due()
        while await self.sender.send_ready() or await self.tasks.run_ready(self.database):
            pass

    async def _clean(self, _args: Any) -> None:
        if not self.database.checkpoint_now():
            raise BlockingIOError("a reader still needs the log")

    async def _note_erased(self, _resident_id: Any) -> None:
        """A line in a file outside; once more is as good as once."""
        self.effect()

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def die(self) -> None:
        """Let go of the file as it is: nothing is written back."""
        connection = self.database._connection
        if connection is not None:
            connection.detach()
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.close()
        self.database._connection = None


def keep_files(path: Path) -> tuple[bytes, bytes]:
    """The database file and its log, as a crash at this moment leaves them."""
    log = path.with_name(path.name + "-wal")
    return path.read_bytes(), log.read_bytes() if log.exists() else b""


def put_files(path: Path, kept: tuple[bytes, bytes]) -> None:
    """Lay a kept database down, without what another process had open."""
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    path.write_bytes(kept[0])
    if kept[1]:
        path.with_name(path.name + "-wal").write_bytes(kept[1])
