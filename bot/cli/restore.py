"""`baraza restore`: check a backup, or bring a town back from it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from bot import app, databases
from bot.app import House
from bot.cli.db import let_read
from bot.cli.shell import actor
from bot.domain.counted import counted
from bot.work.backup.errors import NoErasedList, NotEmpty
from bot.work.backup.frames import Manifest
from bot.work.backup.reading import Backup, check
from bot.work.backup.restoring import (
    EPOCH_BYTES,
    Came,
    Epoch,
    is_taken,
    restore_files,
    restore_rows,
)
from bot.work.erased import ENDED_FILE_NAME, FILE_NAME, read_lines


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Read it whole and restore nothing.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Another data folder than BARAZA_DATA; on a server only the files go there.",
)
@click.option(
    "--without-erased-list",
    is_flag=True,
    help="Restore even though nobody can say who was forgotten since.",
)
def restore(file: Path, only_check: bool, into: Path | None, without_erased_list: bool) -> None:
    """Bring a town back from the backup FILE, into an empty data folder or database.

    It comes up paused: nothing is sent until `baraza outbox resume`. Whoever was forgotten since
    the backup is erased again, by the lists in BARAZA_KEYS and beside FILE.
    """
    settings = app.read_environment()
    if into is not None:
        databases.make_folder(into, "--into")
        file_of = settings.database_file if settings.postgres else into / "baraza.db"
        settings = replace(settings, data=into, database_file=file_of)
    if only_check:
        house = app.build(settings)
        with file.open("rb") as stream, _bar("Checking", None) as _step:
            backup, manifest = check(stream, house.keys)
        house.executor.shutdown()
        _tell(file, backup, manifest)
        return
    with databases.serving(settings):
        house = app.build(settings)
        try:
            came, backup = _restore(house, file, without_erased_list)
            if settings.postgres is not None:
                let_read(house, settings.postgres, house.database)
        finally:
            house.database.close_now()
            house.executor.shutdown()
    since = "forgotten since the backup"
    erased = counted(
        came.erased_again, f"person who was {since} is", f"people who were {since} are"
    )
    owed = counted(came.doubtful, "operation was", "operations were")
    click.echo(
        f"Restored: {counted(came.rows, 'row')}, of {backup.head.made_at:%Y-%m-%d %H:%M} UTC."
    )
    click.echo(
        f"{erased} erased again."
        if not without_erased_list
        else "Whoever was forgotten since the backup is BACK: forget them again by your records."
    )
    click.echo(f"{owed} owed then, and may have been sent since.")
    click.echo("Nothing is sent until: baraza outbox resume  (or: resume --drop-owed)")


def _restore(house: House, file: Path, without_list: bool) -> tuple[Came, Backup]:
    # Told at once where it can be; the transaction that restores looks again.
    server, file_of = house.settings.postgres, house.settings.database_file
    there = server is not None or file_of.exists()
    if there and house.database.write_now(is_taken):
        raise NotEmpty(str(house.settings.data) if server is None else server.place)
    # Whole before anything is written: a backup that is damaged near its end restores nothing.
    with file.open("rb") as stream, _bar("Checking", None):
        backup, manifest = check(stream, house.keys)
    lines = house.erased.lines() | read_lines(file.parent / FILE_NAME)
    if len(lines) < backup.head.erased and not without_list:
        raise NoErasedList(backup.head.erased, len(lines))
    ended = house.ended.lines() | read_lines(file.parent / ENDED_FILE_NAME)
    with file.open("rb") as stream, _bar("Files", manifest.files) as step:
        restore_files(Backup(stream, house.keys), house.store, step)
    epoch = Epoch(
        house.outside.random(EPOCH_BYTES).hex(), house.outside.clock(), actor(), file.name
    )
    rows = sum(table.rows for table in manifest.tables.values())
    with _bar("Rows", rows) as step, ExitStack() as stack:
        came = house.database.write_now(
            restore_rows,
            lambda: Backup(stack.enter_context(file.open("rb")), house.keys),
            epoch,
            house.keys,
            lambda ids: house.erased.erased(ids, lines),
            lambda codes: house.ended.erased(codes, ended),
            step,
        )
    # An even older backup may be restored one day: what the copy knew must not be lost.
    house.erased.take_over(lines)
    house.ended.take_over(ended)
    return came, backup


def _tell(file: Path, backup: Backup, manifest: Manifest) -> None:
    head = backup.head
    click.echo(f"{file.name} is whole.")
    click.echo(f"Made at {head.made_at:%Y-%m-%d %H:%M} UTC by Baraza {head.program},")
    click.echo(f"from {head.database}, tables at {head.revision}.")
    for name, table in manifest.tables.items():
        click.echo(f"{table.rows:>10}  {name}")
    click.echo(f"{manifest.files:>10}  files, {manifest.file_bytes / 1024**2:.1f} MB")
    if manifest.missing:
        click.echo(f"{manifest.missing:>10}  files that were gone or damaged already")


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    console = Console(stderr=True)
    with Progress(console=console, disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)
