"""What a process serves: the whole house, or one part of it, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

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
    end,
    told_to_stop,
    until_stopped,
)
from storage.later import ANNOUNCE

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


async def serve(house: House, ready: Callable[[str], None], parts: Sequence[str] = PARTS) -> None:
    """Serve these parts until the process is told to stop. `ready` is called once it does, with
    the address of the pages where they are among them. Raises `CannotListen`."""
    # Commands that serve nothing do not pay for the web's libraries.
    from bot.announcing import prepare_announcing
    from bot.channels.metrics import tell
    from bot.channels.server import WebServer
    from bot.channels.web import Limits, WebChat
    from bot.telegram_bots import serve_hook, telegram_bots

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
    # On a server another process may be the one that puts an answer into a page's inbox.
    heartbeat = Limits().heartbeat if settings.postgres is None else SHARED_HEARTBEAT_SECONDS
    chat = WebChat(
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
    web = WebServer(chat, f"http://{settings.listen}", house.is_ready)
    bots = {} if list(parts) == [WEB] else telegram_bots(house, town)
    ports = open_ports(settings, parts, bots)

    async def send(
        bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Step]:
        """To the channel that the address is of."""
        channel = bots[bot].sender if bot in bots else chat
        receipts = await channel.send(bot, address, owed, language)
        metrics.tried(bot.rpartition("/")[2], receipts)
        return receipts

    async def fetch(bot: str, file: str, most: int) -> Fetching:
        if bot in bots:
            return await bots[bot].fetch(file, most)
        return NotYet("channel not served", NOT_SERVED_SECONDS)

    async def retry_update(args: Any) -> None:
        """One that was set aside is tried again, at the operator's wish."""
        if args["bot"] in bots:
            await bots[args["bot"]].intake.retry(args["update"])

    rates: dict[str, float | None] = {}
    if WEB in parts:
        rates |= dict.fromkeys((f"{country}/web" for country in house.countries), None)
    if SEND in parts:
        rates |= dict.fromkeys(bots, settings.telegram_rate)
    sender = prepare(house, send, rates)
    await house.pauses.load()
    announcing = prepare_announcing(house, town, chat, bots if SEND in parts else {})
    taking, working = [], []
    if ports.web is not None:
        taking.append(asyncio.create_task(web.run(ports.web, ready)))
    if TELEGRAM in parts:
        house.tasks.register(RETRY, retry_update)
        taking += [asyncio.create_task(telegram.run()) for telegram in bots.values()]
        if settings.hook is not None and ports.hook is not None:
            hook = serve_hook(settings.hook.secret, bots, ports.hook)
            taking.append(asyncio.create_task(hook))
        working += [
            asyncio.create_task(prepare_fetching(house, fetch).run()),
            asyncio.create_task(prepare_pieces(house).run()),
        ]
    if rates:
        working.append(asyncio.create_task(sender.run()))
    if SEND in parts:
        house.tasks.wake_on(ANNOUNCE, announcing.announcer.wake)
        working.append(asyncio.create_task(announcing.announcer.run()))
    working += [
        asyncio.create_task(house.tasks.run(house.database)),
        asyncio.create_task(house.database.watch(house.tasks.wake, house.tasks.awaited)),
        asyncio.create_task(watch_epoch(house.database)),
    ]
    if bots and settings.postgres is not None:
        working.append(asyncio.create_task(watch_pauses(house)))
    if ports.metrics is not None:
        working.append(asyncio.create_task(tell(metrics, house.gauges, ports.metrics)))
    stopped = asyncio.Event()
    with told_to_stop(stopped.set):
        try:
            if WEB not in parts:
                ready("")
            await until_stopped(stopped, [*taking, *working])
        finally:
            # What came in is taken to its end, what is being sent too; the rest stays owed.
            web.stop()
            for task in taking[WEB in parts :]:
                task.cancel()
            await end(taking, TAKING_SECONDS, ask=False)
            for telegram in bots.values():
                telegram.sender.stop()
            announcing.announcer.stop()
            in_time = await end(working, SENDING_SECONDS)
            for telegram in bots.values():
                # Whatever still waits for an answer now hears that none will come.
                await telegram.bot.session.close()
            await announcing.close()
            if not in_time and not await end(working, CUT_SECONDS, ask=False):
                logger.warning("work under way was left at the stop")
            await end([*taking, *working], CUT_SECONDS)
            await house.database.close()
            house.executor.shutdown()
