"""One report as staff may see it: its words, where it is, what came of it, and its files."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.app import House
from bot.cli.places import labels_and_areas
from bot.cli.printing import local, plain
from bot.cli.sheet_parts import (
    addition_lines,
    fact_lines,
    file_lines,
    for_staff,
    history_lines,
    indented,
)
from bot.domain.country import Country
from bot.services import moderation, phones
from storage import media, reports
from storage.database import Connection
from storage.media import Home
from storage.reports import ReportRow


def read_sheet(
    connection: Connection, house: House, actor: str, code: str, reason: str | None = None
) -> str | None:
    """Everything of a report in lines; None when there is none. Leaves an audit line. With a
    `reason` there is the number of who asks to be called, too."""
    row = reports.find_report(connection, code)
    if row is None:
        return None
    moderation.mark_seen(connection, house.outside, actor, row, reason)
    phone = phones.read_phone(connection, house.keys, row.id)
    country = house.countries.get(row.country)
    zone = ZoneInfo(country.timezone if country else "UTC")
    lines = fact_lines(_facts(house, country, zone, row, phone is not None))
    if reason is not None:
        lines += fact_lines([("Call", plain(phone or "-"))])
    lines += file_lines(media.media_of(connection, Home(row.id)), row.text, country)
    lines += addition_lines(connection, Home(row.id), zone, country)
    lines.append("History:")
    for item in reports.updates_of(connection, row.id):
        day = f" for {item.planned_for.isoformat()}" if item.planned_for else ""
        lines += history_lines(
            local(item.at, zone), f"{item.status.value}{day}", item.actor, item.told, item.messages
        )
    return "\n".join(lines)


def _facts(
    house: House, country: Country | None, zone: ZoneInfo, row: ReportRow, calls_wanted: bool
) -> list[tuple[str, str]]:
    categories: dict[str, str] = {}
    areas: dict[str, str] = {}
    if country is not None:
        categories, areas = labels_and_areas(house, country, country.categories_by_key())
    point = f"{row.point.lat:.5f}, {row.point.lon:.5f}" if row.point else "no point"
    planned = f" for {row.planned_for.isoformat()}" if row.planned_for else ""
    told = "no: asks with the code" if row.quiet else "in the chat"
    told += "; wants a call: number known" if calls_wanted else ""
    return [
        ("Code", row.code + ("  (demo)" if row.demo else "")),
        ("Problem", categories.get(row.category, row.category)),
        ("Where", f"{areas.get(row.area, row.area)} ({point})"),
        ("Near", indented(for_staff(country, row.detail)) or "-"),
        ("Status", f"{row.status.value}{planned}, {local(row.status_at, zone)}"),
        ("Received", f"{local(row.created_at, zone)} ({zone.key})"),
        ("Since", row.since or "-"),
        ("Danger", row.danger or "-"),
        ("People", str(row.affected)),
        ("Told", told),
        ("Language", row.language),
        ("Cleared", local(row.cleared_at, zone) if row.cleared_at else "no: not for others yet"),
        ("Joined with", row.merged_into or "-"),
        ("Words", indented(for_staff(country, row.text)) or "-"),
    ]
