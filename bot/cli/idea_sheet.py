"""One idea as staff may see it: its words, what came of it, comments and files."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.app import House
from bot.cli.places import labels_and_areas
from bot.cli.printing import local
from bot.cli.sheet_parts import (
    NAMES,
    addition_lines,
    fact_lines,
    file_lines,
    for_staff,
    history_lines,
    indented,
)
from bot.domain.country import Country
from bot.services import idea_moderation
from storage import idea_comments, ideas, media
from storage.database import Connection
from storage.ideas import IdeaRow
from storage.media import Home


def words_of(house: House, country: Country) -> tuple[dict[str, str], dict[str, str]]:
    """Themes and areas by key, in the language of whoever sits at the shell."""
    return labels_and_areas(house, country, country.themes_by_key())


def read_sheet(connection: Connection, house: House, actor: str, code: str) -> str | None:
    """Everything of an idea in lines; None when there is none. Leaves an audit line."""
    row = ideas.find_idea(connection, code)
    if row is None:
        return None
    idea_moderation.mark_read(connection, house.outside, actor, row)
    country = house.countries.get(row.country)
    zone = ZoneInfo(country.timezone if country else "UTC")
    lines = fact_lines(_facts(house, country, zone, row))
    lines += file_lines(media.media_of(connection, Home(idea_id=row.id)), row.text, country)
    lines += addition_lines(connection, Home(idea_id=row.id), zone, country)
    for item in idea_comments.comments_of(connection, row.id):
        said = f"{item.number}, {item.status.value}, {local(item.created_at, zone)}"
        words = indented(for_staff(country, item.text)) or "(erased)"
        lines.append(f"{'Comment:':<{NAMES}}{said} ({item.language}): {words}")
        home = Home(idea_id=row.id, comment=item.number)
        lines += addition_lines(connection, home, zone, country)
    lines.append("History:")
    for change in ideas.updates_of(connection, row.id):
        lines += history_lines(
            local(change.at, zone), change.status.value, change.actor, change.told, change.messages
        )
    return "\n".join(lines)


def _facts(
    house: House, country: Country | None, zone: ZoneInfo, row: IdeaRow
) -> list[tuple[str, str]]:
    themes, areas = words_of(house, country) if country else ({}, {})
    point = f"{row.point.lat:.5f}, {row.point.lon:.5f}" if row.point else "no point"
    return [
        ("Code", row.code + ("  (demo)" if row.demo else "")),
        ("Theme", themes.get(row.theme, row.theme)),
        ("Where", f"{areas.get(row.area, row.area)} ({point})"),
        ("Size", row.size),
        ("Could give", row.gives.replace(",", ", ") or "-"),
        ("Status", f"{row.status.value}, {local(row.status_at, zone)}"),
        ("Received", f"{local(row.created_at, zone)} ({zone.key})"),
        ("Published", local(row.published_at, zone) if row.published_at else "never"),
        ("Backers", str(row.backers)),
        ("Name shown", indented(for_staff(country, row.name)) or "-"),
        ("Language", row.language),
        (
            "Cleared",
            f"photos, {local(row.cleared_at, zone)}"
            if row.cleared_at
            else "no: not for others yet",
        ),
        ("Joined with", row.merged_into or "-"),
        ("Words", indented(for_staff(country, row.text)) or _no_words(row)),
    ]


def _no_words(row: IdeaRow) -> str:
    return "-" if row.resident_id else "erased: its author wrote “forget me”"
