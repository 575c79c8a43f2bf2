"""`baraza backup`: the whole town in one sealed file, while it runs."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from bot import app, databases
from bot.app import House
from bot.cli.shell import actor, refuse
from bot.domain.counted import counted
from bot.program import version
from bot.work.backup.folder import clear_unfinished, file_name, rotate
from bot.work.backup.frames import Manifest
from bot.work.backup.sealed import SealedWriter
from bot.work.backup.writing import Progress as WriteProgress
from bot.work.backup.writing import write_town
from bot.work.erased import read_lines
from bot.work.whole_files import whole_file
from storage import audit, facts
from storage.database import Connection


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="Erase all but the newest N there.")
def backup(folder: Path, keep: int | None) -> None:
    """Write a backup into FOLDER, sealed with a key of BARAZA_SECRET_KEY.

    It holds one moment of the database and the files of residents; neither the secret nor the
    folder of keys. Safe while `baraza run` works. Beside it stand copies of the lists of erased
    people and of ended votes, which a restore needs: copy all of them off this machine.
    """
    settings = app.read_environment()
    databases.open_folder(settings)
    if settings.postgres is None and not settings.database_file.exists():
        refuse(f"There is no database at {settings.database_file} to back up.")
    with app.opened(settings, moved=True) as house:
        made_at = house.outside.clock()
        path = folder / file_name(made_at)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            clear_unfinished(folder)
            with (
                whole_file(path) as file,
                Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar,
            ):
                task = bar.add_task("Rows and files", total=None)
                out = SealedWriter(file, house.keys, os.urandom)
                manifest = asyncio.run(
                    _read(
                        house,
                        out,
                        lambda done, of: bar.update(task, completed=done, total=of),
                    )
                )
            _copy_lists(house, folder)
            gone = rotate(folder, keep, path) if keep else []
        except OSError as error:
            refuse(f"The backup could not be written: {error.strerror} ({error.filename}).")
        house.database.write_now(_note, house, path.name, manifest)
    rows = sum(table.rows for table in manifest.tables.values())
    size = path.stat().st_size / 1024**2
    files = counted(manifest.files, "file")
    click.echo(f"{path}: {counted(rows, 'row')}, {files}, {size:.1f} MB.")
    if manifest.missing:
        lost = counted(manifest.missing, "file has", "files have")
        click.echo(f"{lost} a row, and were erased meanwhile or damaged.")
    for old in gone:
        click.echo(f"Erased: {old.name}")


async def _read(house: House, out: SealedWriter, progress: WriteProgress) -> Manifest:
    try:
        return await house.database.read(
            write_town,
            out,
            house.store,
            made_at=house.outside.clock(),
            program=version(),
            # Counted before the snapshot: who stands in the list is gone from the rows.
            erased=len(house.erased.lines()),
            progress=progress,
        )
    finally:
        # Its reading connections belong to this event loop.
        await house.database.close()


def _copy_lists(house: House, folder: Path) -> None:
    """An entry of a copy stays, whatever is here: the folder of keys may be a new one, or not
    mounted."""
    for own in (house.erased, house.ended):
        copy = folder / own.path.name
        if lines := own.lines() | read_lines(copy):
            with whole_file(copy) as file:
                file.writelines(f"{line}\n".encode() for line in sorted(lines))


def _note(connection: Connection, house: House, name: str, manifest: Manifest) -> None:
    now = house.outside.clock()
    facts.note_backup(connection, now)
    audit.note(
        connection,
        actor=actor(),
        action="backup",
        subject=name,
        detail=f"{counted(manifest.files, 'file')}, {manifest.missing} missing",
        now=now,
    )
