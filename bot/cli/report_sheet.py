"""One report as staff may see it: its words, where it is, what came of it, and its files."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import House
from bot.cli.printing import local, plain
from bot.cli.shell import note, shell_language
from bot.domain.country import Country
from bot.domain.files import KEPT, WAITING
from bot.services import moderation
from bot.work.store import DamagedMedia, MissingMedia
from storage import media, reports
from storage.database import Connection
from storage.media import Filed, Home
from storage.reports import ReportRow

NAMES = 14
"""The width of the names on the left."""

ONLY_OURS = 0o600
"""Copies of photos are for who asked for them."""


def words_of(house: House, country: Country) -> tuple[dict[str, str], dict[str, str]]:
    """Categories and areas by key, in the language of whoever sits at the shell."""
    speech = house.speeches[country.key]
    language = shell_language(country, speech)
    categories = {
        key: speech.text(item.label, language) for key, item in country.categories_by_key().items()
    }
    areas = {key: place.name.within(language) for key, place in country.places_by_key().items()}
    return categories, areas


def read_sheet(connection: Connection, house: House, actor: str, code: str) -> str | None:
    """Everything of a report in lines; None when there is none. Leaves an audit line."""
    row = reports.find_report(connection, code)
    if row is None:
        return None
    moderation.mark_seen(connection, house.outside, actor, row)
    country = house.countries.get(row.country)
    zone = ZoneInfo(country.timezone if country else "UTC")
    lines = [f"{name + ':':<{NAMES}}{value}" for name, value in _facts(house, country, zone, row)]
    lines += [
        f"{file.kind.capitalize() + ':':<{NAMES}}{_file(file, row.text)}"
        for file in media.media_of(connection, Home(row.id))
    ]
    for at, kind, words, language in reports.additions_of(connection, row.id):
        added = f"{local(at, zone)}, {kind} ({language}): {_indented(words)}"
        lines.append(f"{'Added:':<{NAMES}}{added}")
    lines.append("History:")
    for item in reports.updates_of(connection, row.id):
        day = f" for {item.planned_for.isoformat()}" if item.planned_for else ""
        lines.append(
            f"  {local(item.at, zone)}  {item.status.value}{day}, by {item.actor},"
            f" told {item.told}"
        )
        lines += [f"    {key}: {_indented(words)}" for key, words in item.messages.items()]
    return "\n".join(lines)


def _facts(
    house: House, country: Country | None, zone: ZoneInfo, row: ReportRow
) -> list[tuple[str, str]]:
    categories, areas = words_of(house, country) if country else ({}, {})
    point = f"{row.point.lat:.5f}, {row.point.lon:.5f}" if row.point else "no point"
    planned = f" for {row.planned_for.isoformat()}" if row.planned_for else ""
    return [
        ("Code", row.code + ("  (demo)" if row.demo else "")),
        ("Problem", categories.get(row.category, row.category)),
        ("Where", f"{areas.get(row.area, row.area)} ({point})"),
        ("Near", _indented(row.detail) or "-"),
        ("Status", f"{row.status.value}{planned}, {local(row.status_at, zone)}"),
        ("Received", f"{local(row.created_at, zone)} ({zone.key})"),
        ("Since", row.since or "-"),
        ("Danger", row.danger or "-"),
        ("People", str(row.affected)),
        ("Told", "no: asks with the code" if row.quiet else "in the chat"),
        ("Language", row.language),
        ("Cleared", local(row.cleared_at, zone) if row.cleared_at else "no: not for others yet"),
        ("Joined with", row.merged_into or "-"),
        ("Words", _indented(row.text) or "-"),
    ]


def _file(file: Filed, told: str) -> str:
    """A file in words, with what was written under it where the story does not say it."""
    stands = {KEPT: f"{file.name} ({file.type})", WAITING: "being fetched"}
    where = stands.get(file.state, f"not kept ({file.reason.replace('_', ' ')})")
    return (
        where
        if not file.caption or file.caption in told
        else (f"{where}\n{' ' * NAMES}{_indented(file.caption)}")
    )


def _indented(words: str) -> str:
    """Lines of a resident's never begin where ours do, or they could pass for them."""
    return plain(words).replace("\n", "\n" + " " * NAMES)


def save_files(house: House, code: str, folder: Path) -> Iterator[str]:
    """Copy a report's photos and voice notes to a folder, as `MVD-7F3K-1.jpg`; tells of each.

    The copies are out of reach of retention and of `forget me`: whoever made them deletes them.
    """
    found = house.database.write_now(_files_of, code)
    note(house, "report files", code, f"{len(found)} files")
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(found, 1):
        path = folder / f"{code}-{number}{mimetypes.guess_extension(file.type) or ''}"
        if file.state != KEPT:
            yield f"{path.stem}: {_file(file, file.caption)}."
            continue
        try:
            data = house.store.open(file.name)
        except (MissingMedia, DamagedMedia):
            yield f"{file.name} cannot be had any more."
            continue
        path.touch(ONLY_OURS)
        path.write_bytes(data)
        yield f"{path}: delete it once you have looked."
    if not found:
        yield "There are no photos and no voice notes."


def _files_of(connection: Connection, code: str) -> list[Filed]:
    row = reports.find_report(connection, code)
    return [] if row is None else media.media_of(connection, Home(row.id))
