"""What a process serves: the whole house, or one part of it, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.app import House
from bot.domain.files import Fetching, NotYet
from bot.domain.operations import Operation, Step
from bot.duties import prepare, prepare_fetching, prepare_pieces, watch_epoch
from bot.metrics import Metrics
from bot.program import version
from bot.services.residents import secret_fits
from bot.services.stuck import RETRY
from bot.services.vote_records import VoteRecords
from bot.services.web_town import WebTown
from bot.settings import Listen, Settings, SettingsError
from bot.stopping import (
    CUT_SECONDS,
    SENDING_SECONDS,
    TAKING_SECONDS,
    Task,
    end,
    told_to_stop,
    until_stopped,
)
from bot.work.outbox import Sender
from storage.later import ANNOUNCE

if TYPE_CHECKING:
    from bot.announcing import Announcing
    from bot.channels.server import WebServer
    from bot.channels.web import WebChat
    from bot.telegram_bots import Telegram

logger = logging.getLogger(__name__)

WEB, TELEGRAM, SEND = "web", "telegram", "send"
PARTS = (WEB, TELEGRAM, SEND)
"""The pages with what is owed to them; Telegram's updates and files; what is owed to Telegram,
and announcements. What falls due is done by whichever process comes first."""

NOT_SERVED_SECONDS = 60.0
"""How long a file of a channel that is not served now waits until the next look."""

PAUSES_SECONDS = 5.0

SHARED_HEARTBEAT_SECONDS = 5.0
"""How often an open page looks into its inbox where other processes may fill it."""


def check_part(settings: Settings, part: str) -> None:
    """Raises `SettingsError` where this part cannot run by itself."""
    problems = []
    if settings.postgres is None:
        problems.append(
            f"BARAZA_DATABASE_URL: `baraza run {part}` needs PostgreSQL, since only one process "
            "may serve a SQLite file. Start all parts in one: baraza run"
        )
    if part != WEB and not settings.telegram_tokens:
        problems.append(f"BARAZA_TELEGRAM_TOKEN is not set: `baraza run {part}` has no bot.")
    if problems:
        raise SettingsError(problems)


def check_secret(house: House) -> None:
    """Raises `SettingsError` where the master secret is another one than before: all that is owed
    would be given up, and everybody met anew."""
    if house.database.write_now(secret_fits, house.keys) is False:
        raise SettingsError(
            [
                "BARAZA_SECRET_KEY is not the one that addresses here were sealed with: nobody "
                "could be written to, and everybody would be met as somebody new. Set the old one "
                "again; where it is lost for good: baraza run --new-secret"
            ]
        )


async def watch_pauses(house: House) -> None:
    """Know within seconds when another process was told to be silent."""
    while True:
        await asyncio.sleep(PAUSES_SECONDS)
        try:
            await house.pauses.load()
        except Exception:
            # Whoever sends asks the database itself; this is for what only fetches.
            logger.exception("pauses could not be read")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where this process listens; None where it does not."""

    web: socket.socket | None
    hook: socket.socket | None
    metrics: socket.socket | None


def open_ports(settings: Settings, parts: Sequence[str], bots: Collection[str]) -> Ports:
    """All of them, before anybody is told that one is served. Raises `CannotListen` for one that
    is taken or not this machine's."""
    from bot.asgi import listen

    with ExitStack() as opened:

        def bind(where: Listen | None, what: str) -> socket.socket | None:
            if where is None:
                return None
            return opened.enter_context(listen(where.host, where.port, what))

        hooked = settings.hook is not None and bots and TELEGRAM in parts
        ports = Ports(
            bind(settings.listen if WEB in parts else None, "the web chat"),
            bind(settings.hook_listen if hooked else None, "the web hook"),
            bind(settings.metrics, "the metrics"),
        )
        opened.pop_all()
    return ports


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Finds the channel that an address is of: one of the `bots` by its name, or the pages."""

    chat: WebChat
    bots: Mapping[str, Telegram]
    metrics: Metrics

    async def send(
        self, bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Step]:
        channel = self.bots[bot].sender if bot in self.bots else self.chat
        receipts = await channel.send(bot, address, owed, language)
        self.metrics.tried(bot.rpartition("/")[2], receipts)
        return receipts

    async def fetch(self, bot: str, file: str, most: int) -> Fetching:
        if bot in self.bots:
            return await self.bots[bot].fetch(file, most)
        return NotYet("channel not served", NOT_SERVED_SECONDS)

    async def retry_update(self, args: Any) -> None:
        """One that was set aside is tried again, at the operator's wish."""
        if args["bot"] in self.bots:
            await self.bots[args["bot"]].intake.retry(args["update"])


@dataclass(frozen=True, slots=True)
class Serving:
    """What runs in a process that serves these parts. `taking` takes what comes, the pages first
    where they are among the parts; `working` does what is to be done about it."""

    house: House
    parts: Sequence[str]
    ports: Ports
    web: WebServer
    board: Switchboard
    sender: Sender
    announcing: Announcing
    taking: list[Task] = field(default_factory=list)
    working: list[Task] = field(default_factory=list)

    def begin(self, ready: Callable[[str], None]) -> None:
        """Begin all of it. `ready` is told the address of the pages once they are there."""
        self.taking.extend(asyncio.create_task(each) for each in self._taking(ready))
        self.working.extend(asyncio.create_task(each) for each in self._working())

    def _taking(self, ready: Callable[[str], None]) -> Iterator[Coroutine[Any, Any, None]]:
        from bot.telegram_bots import serve_hook

        house, ports, bots = self.house, self.ports, self.board.bots
        if ports.web is not None:
            yield self.web.run(ports.web, ready)
        if TELEGRAM in self.parts:
            house.tasks.register(RETRY, self.board.retry_update)
            for telegram in bots.values():
                yield telegram.run()
            if house.settings.hook is not None and ports.hook is not None:
                yield serve_hook(house.settings.hook.secret, bots, ports.hook)

    def _working(self) -> Iterator[Coroutine[Any, Any, None]]:
        from bot.channels.metrics import tell

        house, parts = self.house, self.parts
        if TELEGRAM in parts:
            yield prepare_fetching(house, self.board.fetch).run()
            yield prepare_pieces(house).run()
        if WEB in parts or (SEND in parts and self.board.bots):
            yield self.sender.run()
        if SEND in parts:
            house.tasks.wake_on(ANNOUNCE, self.announcing.announcer.wake)
            yield self.announcing.announcer.run()
        yield house.tasks.run(house.database)
        yield house.database.watch(house.tasks.wake, house.tasks.awaited)
        yield watch_epoch(house.database)
        if self.board.bots and house.settings.postgres is not None:
            yield watch_pauses(house)
        if self.ports.metrics is not None:
            yield tell(self.board.metrics, house.gauges, self.ports.metrics)

    async def stop(self) -> None:
        """What came in is taken to its end, what is being sent too; the rest stays owed."""
        bots, taking, working = self.board.bots, self.taking, self.working
        self.web.stop()
        for task in taking[WEB in self.parts :]:
            task.cancel()
        await end(taking, TAKING_SECONDS, ask=False)
        for telegram in bots.values():
            telegram.sender.stop()
        self.announcing.announcer.stop()
        in_time = await end(working, SENDING_SECONDS)
        for telegram in bots.values():
            # Whatever still waits for an answer now hears that none will come.
            await telegram.bot.session.close()
        await self.announcing.close()
        if not in_time and not await end(working, CUT_SECONDS, ask=False):
            logger.warning("work under way was left at the stop")
        await end([*taking, *working], CUT_SECONDS)
        await self.house.database.close()
        self.house.executor.shutdown()


async def serve(house: House, ready: Callable[[str], None], parts: Sequence[str] = PARTS) -> None:
    """Serve these parts until the process is told to stop. `ready` is called once it does, with
    the address of the pages where they are among them. Raises `CannotListen`."""
    # Commands that serve nothing do not pay for the web's libraries.
    from bot.announcing import prepare_announcing
    from bot.channels.server import WebServer
    from bot.telegram_bots import telegram_bots

    settings = house.settings
    metrics = Metrics(version(), time.perf_counter)
    town = WebTown(
        house.database,
        house.keys,
        house.conversations.take_turn,
        house.outside.clock,
        lambda: sender.next_pass(),
        house.files.settle,
        metrics.turn,
    )
    chat = _web_chat(house, town)
    web = WebServer(chat, f"http://{settings.listen}", house.is_ready)
    bots = {} if list(parts) == [WEB] else telegram_bots(house, town)
    ports = open_ports(settings, parts, bots)
    board = Switchboard(chat, bots, metrics)
    rates: dict[str, float | None] = {}
    if WEB in parts:
        rates |= dict.fromkeys((f"{country}/web" for country in house.countries), None)
    if SEND in parts:
        rates |= dict.fromkeys(bots, settings.telegram_rate)
    sender = prepare(house, board.send, rates)
    await house.pauses.load()
    announcing = prepare_announcing(house, town, chat, bots if SEND in parts else {})
    serving = Serving(house, parts, ports, web, board, sender, announcing)
    serving.begin(ready)
    stopped = asyncio.Event()
    with told_to_stop(stopped.set):
        try:
            if WEB not in parts:
                ready("")
            await until_stopped(stopped, [*serving.taking, *serving.working])
        finally:
            await serving.stop()


def _web_chat(house: House, town: WebTown) -> WebChat:
    from bot.channels.web import Limits, WebChat

    settings = house.settings
    # On a server another process may be the one that puts an answer into a page's inbox.
    heartbeat = Limits().heartbeat if settings.postgres is None else SHARED_HEARTBEAT_SECONDS
    return WebChat(
        countries=house.countries,
        speeches=house.speeches,
        town=town,
        records=VoteRecords(house.database, house.countries),
        files=house.files,
        keys=house.keys,
        executor=house.executor,
        clock=house.outside.clock,
        random=house.outside.random,
        limits=Limits(file_bytes=settings.upload_bytes, heartbeat=heartbeat),
        trusts=settings.trusts,
        secure=settings.web_secure,
        demo=settings.demo,
    )
