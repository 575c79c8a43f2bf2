"""`baraza run`: serve the chat until it is stopped."""

from __future__ import annotations

import asyncio
import sys

import click
import uvloop

from bot import app, databases
from bot.logs import log_uncaught, set_up_logs


@click.command()
@click.option("--demo", is_flag=True, help="Serve a made-up town: makes its own secret key.")
def run(demo: bool) -> None:
    """Serve the web chat (BARAZA_WEB_LISTEN, 127.0.0.1:8080 by default). Ctrl-C stops it.

    Everything that was said stands in the database at once: a process that was stopped or killed
    goes on where it was when it is started again.
    """
    settings = app.read_environment(demo)
    set_up_logs(settings.log, sys.stderr, settings.secrets)
    log_uncaught()
    with databases.serving(settings):
        house = app.build(settings)
        app.bring_up(house)
        databases.check_waking(settings)

        def ready(address: str) -> None:
            click.echo(f"Baraza listens at {address}  (Ctrl-C stops it)")

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(app.serve(house, ready))
    click.echo("Stopped. Everything said is kept; start again to go on.")
