"""What sheets of reports and of ideas have alike: words that cannot pass for ours, and files."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.app import House
from bot.cli.printing import local, plain
from bot.cli.shell import actor, note, refuse, writing
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.files import KEPT, WAITING
from bot.work.store import DamagedMedia, MissingMedia
from storage import ideas, media, reports
from storage.database import Connection
from storage.media import NEWS, Filed, Home

NAMES = 14
"""The width of the names on the left."""

ONLY_OURS = 0o600
"""Copies of photos are for who asked for them."""


def fact_lines(facts: Iterable[tuple[str, str]]) -> list[str]:
    """Names on the left, what is known on the right."""
    return [f"{name + ':':<{NAMES}}{value}" for name, value in facts]


def file_lines(files: Iterable[Filed], told: str, country: Country | None) -> list[str]:
    """What was sent with it, then the team's pictures with its news; `told` is its story."""
    return fact_lines(
        (file.kind.capitalize(), file_in_words(file, told, country))
        for file in sorted(files, key=lambda file: file.kind == NEWS)
    )


def addition_lines(
    connection: Connection, home: Home, zone: ZoneInfo, country: Country | None
) -> list[str]:
    """What was added or changed later, oldest first."""
    return [
        f"{'Added:':<{NAMES}}{local(at, zone)}, {kind} ({language}): "
        f"{indented(for_staff(country, words))}"
        for at, kind, words, language in reports.additions_of(connection, home)
    ]


def history_lines(
    at: str, status: str, actor: str, told: int, messages: Mapping[str, str]
) -> list[str]:
    """One change: when, to what, by whom, how many were told, and in which words."""
    said = [f"    {language}: {indented(words)}" for language, words in messages.items()]
    return [f"  {at}  {status}, by {actor}, told {told}", *said]


def file_in_words(file: Filed, told: str, country: Country | None) -> str:
    """A file in words, with what was written under it where the story does not say it."""
    stands = {KEPT: f"{file.name} ({file.type})", WAITING: "being fetched"}
    where = stands.get(file.state, f"not kept ({file.reason.replace('_', ' ')})")
    return (
        where
        if not file.caption or file.caption in told
        else (f"{where}\n{' ' * NAMES}{indented(for_staff(country, file.caption))}")
    )


def indented(words: str) -> str:
    """Lines of a resident's never begin where ours do, or they could pass for them."""
    return plain(words).replace("\n", "\n" + " " * NAMES)


def show_sheet(
    house: House,
    kind: str,
    read: Callable[[Connection, House, str, str], str | None],
    code: str,
    files: Path | None,
) -> None:
    """Print everything of a report or an idea, and copy its files where a folder is given."""
    sheet = house.database.write_now(read, house, actor(), code)
    if sheet is None:
        refuse(f"There is no {kind} {code}. See: baraza {kind} list")
    click.echo(sheet)
    if files is not None:
        for line in save_files(house, f"{kind} files", code, files):
            click.echo(line)


def save_files(house: House, action: str, code: str, folder: Path) -> Iterator[str]:
    """Copy the photos and voice notes of a report or an idea to a folder, as `MVD-7F3K-1.jpg`;
    tells of each. Pictures that went out with its news come last, as `news-MVD-7F3K-1.jpg`: they
    are the team's own.

    The copies are out of reach of retention and of `forget me`: whoever made them deletes them.
    """
    found = house.database.read_now(_files_of, code)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    note(house, action, code, counted(len(found), "file"))
    for stem, file in _named(code, found):
        path = folder / f"{stem}{mimetypes.guess_extension(file.type) or ''}"
        if file.state != KEPT:
            yield f"{path.stem}: {file_in_words(file, file.caption, None)}."
            continue
        try:
            data = house.store.open(file.name)
        except (MissingMedia, DamagedMedia):
            yield f"{file.name} cannot be had any more."
            continue
        with writing(path):
            path.touch(ONLY_OURS)
            path.write_bytes(data)
        yield f"{path}: delete it once you have looked."
    if not found:
        yield "There are no photos and no voice notes."


def _named(code: str, files: Sequence[Filed]) -> Iterator[tuple[str, Filed]]:
    """Each file with the name of its copy: numbers of residents' files stay whatever is told."""
    theirs = [file for file in files if file.kind != NEWS]
    ours = [file for file in files if file.kind == NEWS]
    yield from ((f"{code}-{number}", file) for number, file in enumerate(theirs, 1))
    yield from ((f"news-{code}-{number}", file) for number, file in enumerate(ours, 1))


def _files_of(connection: Connection, code: str) -> list[Filed]:
    report, idea = reports.find_report(connection, code), ideas.find_idea(connection, code)
    if report is not None:
        return media.media_of(connection, Home(report.id))
    return [] if idea is None else media.media_of(connection, Home(idea_id=idea.id))


def for_staff(country: Country | None, words: str) -> str:
    """What a resident wrote, without the words that the country masks for everybody else."""
    return words if country is None else country.words_for_others(words)
