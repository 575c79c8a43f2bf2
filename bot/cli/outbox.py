"""`baraza outbox`: what is owed to residents."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from bot.app import House
from bot.cli.shell import actor, open_house, refuse
from bot.domain.counted import counted
from bot.metrics import CHANNELS
from bot.services import upkeep
from storage import audit, budget, facts, later, outbox_counts, stuck
from storage import outbox as rows
from storage.database import Connection
from storage.outbox_counts import BotCounts


@click.group()
def outbox() -> None:
    """See what is owed to residents, and pause or resume its sending."""


@outbox.command()
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
def status(shape: str) -> None:
    """What is owed, being sent, sent today, given up and unknown, by bot; and what is paused.

    Unknown: its answer was lost, it may have arrived. Twice: it was sent again after a lost
    answer, and may stand there two times. A day begins at midnight UTC.
    """
    with open_house() as house:
        now = house.outside.clock()
        bots = house.database.read_now(outbox_counts.by_bot, now)
        told = _told(house, list(bots.values()), now)
    click.echo(json.dumps(told, indent=2) if shape == "json" else "\n".join(_lines(told)))


def _told(house: House, bots: list[BotCounts], now: datetime) -> dict[str, Any]:
    restored = house.database.read_now(facts.restored)
    return {
        "bots": [_of_bot(counts, now) for counts in bots],
        "stuck_updates": house.database.read_now(stuck.count),
        "restored": restored
        and {
            "at": restored.at.isoformat(),
            "doubtful": house.database.read_now(facts.count_doubtful, restored.through),
        },
    }


def _of_bot(counts: BotCounts, now: datetime) -> dict[str, Any]:
    oldest = None if counts.oldest is None else (now - counts.oldest).total_seconds()
    return {
        "bot": counts.bot,
        "owed": counts.owed,
        "sending": counts.sending,
        "sent_today": counts.sent_today,
        "given_up": counts.given_up,
        "unknown": counts.unknown,
        "twice": counts.twice,
        "oldest_owed_seconds": oldest,
        "silent_until": counts.silent_until and counts.silent_until.isoformat(),
        "paused": counts.held,
    }


_AFTER_RESTORE = """\
baraza outbox resume              sends them
baraza outbox resume --drop-owed  gives them up"""

_TOTALS = {
    "owed": "owed",
    "sending": "sending",
    "sent today": "sent_today",
    "unknown": "unknown",
    "twice": "twice",
}


def _lines(told: dict[str, Any]) -> list[str]:
    bots = told["bots"]
    lines = [f"{name:<14} {sum(bot[key] for bot in bots)}" for name, key in _TOTALS.items()]
    given_up = sum(sum(bot["given_up"].values()) for bot in bots)
    lines += [f"{'given up':<14} {given_up}", f"{'stuck updates':<14} {told['stuck_updates']}"]
    for bot in bots:
        parts = [f"{bot[key]} {name}" for name, key in _TOTALS.items() if bot[key]]
        parts += [f"{count} given up ({why})" for why, count in bot["given_up"].items()]
        lines.append(f"{bot['bot']}: {', '.join(parts) or 'nothing'}.")
        if bot["oldest_owed_seconds"] is not None:
            lines.append(f"  The oldest has been owed for {bot['oldest_owed_seconds']:.0f} s.")
        if bot["silent_until"]:
            until = datetime.fromisoformat(bot["silent_until"])
            lines.append(f"  Paused until {until:%Y-%m-%d %H:%M:%S} UTC, as its channel asked.")
        if bot["paused"]:
            lines.append("  Paused by an operator: baraza outbox resume")
    if told["restored"]:
        at = datetime.fromisoformat(told["restored"]["at"])
        doubtful = told["restored"]["doubtful"]
        owed = counted(doubtful, "operation was", "operations were")
        lines += [
            f"Paused: restored or taken back at {at:%Y-%m-%d %H:%M} UTC, nothing is sent.",
            f"{owed} owed when the backup was made, and may have arrived.",
            _AFTER_RESTORE,
        ]
    return lines


@outbox.command()
@click.option("--bot", help="Only this one, such as kenya/telegram.")
def pause(bot: str | None) -> None:
    """Send nothing until `baraza outbox resume`: what people write is taken, and answered then."""
    with open_house() as house:
        names = _bots(house, bot)
        if not house.database.write_now(_hold, house, names, True):
            refuse("It is paused already.")
        click.echo(f"Paused: {', '.join(names)}. Go on with: baraza outbox resume")


@outbox.command()
@click.option("--drop-owed", is_flag=True, help="Give up what was owed when the backup was made.")
@click.option("--bot", help="Only this one, which an operator has paused.")
def resume(drop_owed: bool, bot: str | None) -> None:
    """Send again, after a restore or a pause.

    What was owed when the backup was made may have been sent before the restore: it is sent now,
    perhaps a second time, or given up with --drop-owed. What people wrote since the restore is
    answered either way. The silence that a channel asked for is kept.
    """
    with open_house() as house:
        names = _bots(house, bot)
        restored = house.database.read_now(facts.restored) is not None
        if drop_owed and bot:
            refuse("--drop-owed is of the whole town: leave out --bot.")
        if drop_owed and not restored:
            refuse("No restore waits here, so that nothing is given up: baraza outbox resume")
        held = house.database.write_now(_hold, house, names, False)
        if bot and restored:
            click.echo(f"{bot} sends nothing yet, as no bot does since the restore:")
            click.echo(_AFTER_RESTORE)
            return
        given_up = house.database.write_now(_resume, house, drop_owed) if restored else None
        if given_up is None and not held:
            refuse("Nothing is paused.")
        dropped = ""
        if drop_owed and given_up:
            dropped = f" {counted(given_up, 'operation is', 'operations are')} given up."
        click.echo("Sending again." + dropped)


def _bots(house: House, bot: str | None) -> list[str]:
    """The bots that a command is about: the one named, or all; refuses an unknown one."""
    known = [f"{country}/{channel}" for country in house.countries for channel in CHANNELS]
    if bot is not None and bot not in known:
        refuse(f"There is no bot {bot!r}. There are: {', '.join(known)}.")
    return known if bot is None else [bot]


def _hold(connection: Connection, house: House, bots: list[str], held: bool) -> bool:
    """Pause bots or resume them, with an audit line. Whether that changed anything."""
    now = house.outside.clock()
    changed = [bot for bot in bots if budget.set_held(connection, bot, held, now)]
    for bot in changed:
        act = "outbox pause" if held else "outbox resume"
        audit.note(connection, actor=actor(), action=act, subject=bot, detail="", now=now)
    if changed:
        later.kick(connection, rows.SEND, dedupe=rows.SEND)
    return bool(changed)


def _resume(connection: Connection, house: House, drop_owed: bool) -> int | None:
    """Resume and leave the audit line in one transaction."""
    given_up = upkeep.resume(connection, house.outside, drop_owed=drop_owed)
    if given_up is not None:
        audit.note(
            connection,
            actor=actor(),
            action="outbox resume",
            subject="",
            detail=f"{given_up} given up" if drop_owed else "",
            now=house.outside.clock(),
        )
    return given_up
