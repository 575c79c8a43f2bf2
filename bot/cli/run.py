"""`baraza run`: serve the chat, or one part of it, until it is stopped."""

from __future__ import annotations

import asyncio
import gc
import sys

import click
import uvloop

from bot import app, databases, serving
from bot.logs import log_uncaught, set_up_logs

_DOES = {
    serving.WEB: "Baraza listens at {}",
    serving.TELEGRAM: "Baraza takes what Telegram brings",
    serving.SEND: "Baraza sends to Telegram",
}


def _settle_memory() -> None:
    """What a process has by now it keeps: libraries, countries and words are no garbage, and are
    not looked through for any again."""
    gc.collect()
    gc.freeze()


@click.command()
@click.argument("part", required=False, type=click.Choice(serving.PARTS))
@click.option("--demo", is_flag=True, help="Serve a made-up town: makes its own secret key.")
@click.option(
    "--new-secret", is_flag=True, help="Go on although the old BARAZA_SECRET_KEY is lost for good."
)
def run(part: str | None, demo: bool, new_secret: bool) -> None:
    """Serve the web chat (BARAZA_WEB_LISTEN, 127.0.0.1:8080 by default) and Telegram. Ctrl-C
    stops it.

    On PostgreSQL the parts may run apart, each as often as needed: `web` has the pages,
    `telegram` takes Telegram's updates and files, `send` sends to Telegram and announces.

    Everything that was said stands in the database at once: a process that was stopped or killed
    goes on where it was when it is started again.
    """
    settings = app.read_environment(demo)
    if part is not None:
        serving.check_part(settings, part)
    set_up_logs(settings.log, sys.stderr, settings.secrets)
    log_uncaught()
    with databases.serving(settings):
        house = app.build(settings)
        app.bring_up(house)
        if not new_secret:
            serving.check_secret(house)
        databases.check_waking(settings)

        def ready(address: str) -> None:
            _settle_memory()
            click.echo(f"{_DOES[part or serving.WEB].format(address)}  (Ctrl-C stops it)")

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            parts = serving.PARTS if part is None else (part,)
            runner.run(serving.serve(house, ready, parts))
    click.echo("Stopped. Everything said is kept; start again to go on.")
