"""`baraza report`: list, show, answer and clear reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.app import House
from bot.cli.shell import (
    actor,
    open_house,
    read_code,
    read_messages,
    refuse,
    shell_language,
)
from bot.domain.country import Country
from bot.domain.reports import OPEN, Status
from bot.services import moderation
from bot.services.moderation import Change, NotAllowed
from storage import alerts, media, reports
from storage.alerts import AlertRow
from storage.database import Connection
from storage.reports import ReportRow

URGENT_DAYS = 7
"""Alerts that `--urgent` looks back for."""

LIST_MOST = 50


class StatusName(click.ParamType[Status]):
    """A status as it is stored, with spaces or dashes."""

    name = "status"

    def convert(
        self, value: str | Status, param: click.Parameter | None, ctx: click.Context | None
    ) -> Status:
        if isinstance(value, Status):
            return value
        wanted = value.strip().lower().replace("-", " ").replace("_", " ")
        by_name = {status.value: status for status in Status}
        if wanted not in by_name:
            self.fail(f"{value!r} is no status. There are: {', '.join(by_name)}.", param, ctx)
        return by_name[wanted]


class Day(click.ParamType[date]):
    """A day as 2026-12-01."""

    name = "day"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is no day. Write it as 2026-12-01.", param, ctx)


@click.group()
def report() -> None:
    """List, show, answer and clear reports."""


@report.command("list")
@click.option("--country", help="A country's folder name.")
@click.option("--status", type=StatusName(), multiple=True, help="Only these. May be repeated.")
@click.option("--category", help="A category's key, such as full_bin.")
@click.option("--area", help="An area's key, such as palermo.")
@click.option("--since", type=Day(), help="From this day on, as days are counted there.")
@click.option("--until", type=Day(), help="To this day's end there.")
@click.option("--open", "only_open", is_flag=True, help="Only what is still to be worked on.")
@click.option("--urgent", is_flag=True, help="Alerts of late, and open reports with a danger.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=LIST_MOST, show_default=True)
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
def list_(
    country: str | None,
    status: tuple[Status, ...],
    category: str | None,
    area: str | None,
    since: date | None,
    until: date | None,
    only_open: bool,
    urgent: bool,
    limit: int,
    shape: str,
) -> None:
    """The newest reports first."""
    with open_house() as house:
        if country is not None and country not in house.countries:
            refuse(f"{country!r} is not served. There are: {', '.join(house.countries)}.")
        statuses = status or (tuple(OPEN) if only_open or urgent else ())
        zone = ZoneInfo(house.countries[country].timezone if country else _first_zone(house))
        rows = house.database.write_now(
            lambda connection: reports.list_reports(
                connection,
                country=country,
                statuses=statuses,
                category=category,
                area=area,
                since=_start(since, zone),
                until=_start(until + timedelta(days=1) if until else None, zone),
                danger="yes" if urgent else None,
                most=limit,
            )
        )
        alerted: list[AlertRow] = []
        if urgent:
            alerted = house.database.write_now(
                alerts.recent_alerts, house.outside.clock(), timedelta(days=URGENT_DAYS), country
            )
        if shape == "json":
            click.echo(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=1))
            return
        console = Console()
        if urgent:
            _show_alerts(console, house, alerted)
        _show_list(console, house, rows)
        if since or until:
            click.echo(f"Days are those of {zone.key}, both ends included.")
        if len(rows) == limit:
            click.echo(f"There may be more: --limit {limit * 2}")


def _first_zone(house: House) -> str:
    return next(iter(house.countries.values())).timezone


def _start(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The moment at which a day begins there."""
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=zone)


def _as_json(row: ReportRow) -> dict[str, object]:
    return {
        "code": row.code,
        "country": row.country,
        "category": row.category,
        "area": row.area,
        "status": row.status.value,
        "planned_for": row.planned_for.isoformat() if row.planned_for else None,
        "danger": row.danger,
        "affected": row.affected,
        "received_at": row.created_at.isoformat(),
        "demo": row.demo,
    }


def _words(house: House, country: Country) -> tuple[dict[str, str], dict[str, str]]:
    """Categories and areas by key, in the language of whoever sits at the shell."""
    speech = house.speeches[country.key]
    language = shell_language(country, speech)
    categories = {
        key: speech.text(item.label, language) for key, item in country.categories_by_key().items()
    }
    areas = {key: place.name.text for key, place in country.places_by_key().items()}
    return categories, areas


def _show_list(console: Console, house: House, rows: Sequence[ReportRow]) -> None:
    if not rows:
        console.print("No reports.")
        return
    table = Table(box=None, header_style="bold")
    for name in ("Code", "Problem", "Where", "Status", "Age", "People", ""):
        table.add_column(name, justify="right" if name in {"Age", "People"} else "left")
    words = {key: _words(house, country) for key, country in house.countries.items()}
    now = house.outside.clock()
    for row in rows:
        categories, areas = words.get(row.country, ({}, {}))
        status = row.status.value
        if row.planned_for is not None:
            status = f"{status} {row.planned_for.isoformat()}"
        table.add_row(
            row.code,
            categories.get(row.category, row.category),
            areas.get(row.area, row.area),
            status,
            age(now - row.created_at),
            str(row.affected),
            "danger" if row.danger == "yes" else "",
        )
    console.print(table)


def _show_alerts(console: Console, house: House, alerted: Sequence[AlertRow]) -> None:
    if not alerted:
        console.print(f"No alerts in {URGENT_DAYS} days.")
        return
    table = Table(title="Alerts", title_justify="left", box=None, header_style="bold")
    for name in ("Raised", "Problem", "Where", "State"):
        table.add_column(name)
    now = house.outside.clock()
    for alert in alerted:
        country = house.countries.get(alert.country)
        categories, areas = ({}, {}) if country is None else _words(house, country)
        table.add_row(
            f"{age(now - alert.at)} ago",
            categories.get(alert.category, alert.category),
            areas.get(alert.area, alert.area),
            f"sent as {alert.code}" if alert.code else alert.state,
        )
    console.print(table)


def age(past: timedelta) -> str:
    """How long, in the largest unit that fits: `5 min`, `3 h`, `12 d`."""
    minutes = max(0, int(past.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"


@report.command()
@click.argument("code")
def show(code: str) -> None:
    """Everything that staff may see of a report. Reading it leaves an audit line."""
    with open_house() as house:
        wanted = read_code(code, house)
        found = house.database.write_now(_read, house, wanted)
        if found is None:
            refuse(f"There is no report {wanted}.")
        click.echo(found)


def _read(connection: Connection, house: House, code: str) -> str | None:
    row = reports.find_report(connection, code)
    if row is None:
        return None
    moderation.mark_seen(connection, house.outside, actor(), row)
    country = house.countries.get(row.country)
    zone = ZoneInfo(country.timezone if country else "UTC")
    categories, areas = _words(house, country) if country else ({}, {})
    point = f"{row.point.lat:.5f}, {row.point.lon:.5f}" if row.point else "no point"
    told = [
        ("Code", row.code + ("  (demo)" if row.demo else "")),
        ("Problem", categories.get(row.category, row.category)),
        ("Where", f"{areas.get(row.area, row.area)} ({point})"),
        ("Near", row.detail or "-"),
        ("Status", row.status.value),
        ("Planned for", row.planned_for.isoformat() if row.planned_for else "-"),
        ("Received", _local(row.created_at, zone)),
        ("Since", row.since or "-"),
        ("Danger", row.danger or "-"),
        ("People", str(row.affected)),
        ("Language", row.language),
        ("Cleared", _local(row.cleared_at, zone) if row.cleared_at else "no: not for others yet"),
        ("Joined with", row.merged_into or "-"),
        ("Words", row.text or "-"),
    ]
    lines = [f"{name + ':':<13} {value}" for name, value in told]
    lines += [
        f"{kind.capitalize() + ':':<13} {name} ({type})"
        for kind, name, type in media.media_of(connection, row.id)
    ]
    for at, kind, words, language in reports.additions_of(connection, row.id):
        lines.append(f"{'Added:':<13} {_local(at, zone)}, {kind} ({language}): {words}")
    lines.append("History:")
    for item in reports.updates_of(connection, row.id):
        day = f" for {item.planned_for.isoformat()}" if item.planned_for else ""
        words = f": {item.message}" if item.message else ""
        lines.append(
            f"  {_local(item.at, zone)}  {item.status.value}{day}, by {item.actor},"
            f" told {item.told}{words}"
        )
    return "\n".join(lines)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@report.command()
@click.argument("code")
@click.option("--status", type=StatusName(), required=True, help="What it becomes.")
@click.option("--date", "day", type=Day(), help="With --status planned: for which day.")
@click.option("--message", multiple=True, help='es="Words" for residents, once a language.')
@click.option("--into", help="With --status merged: the report it is joined with.")
def update(
    code: str, status: Status, day: date | None, message: tuple[str, ...], into: str | None
) -> None:
    """Change a report's status, and tell who reported it and who backed it, in their language."""
    with open_house() as house:
        wanted = read_code(code, house)
        country = next(
            item for item in house.countries.values() if wanted.startswith(f"{item.prefix}-")
        )
        messages = read_messages(message, country.languages)
        other = None if into is None else read_code(into, house)
        change = Change(status, day, messages or None, other)
        outcome = house.database.write_now(
            moderation.change_report,
            house.outside,
            actor(),
            wanted,
            change,
            house.conversations.begin,
        )
        match outcome:
            case NotAllowed(why):
                refuse(why)
            case _ if outcome.already:
                click.echo(f"{wanted} was already so: nobody is told again.")
            case _:
                click.echo(f"{wanted} is {status.value}. Residents who are told: {outcome.told}.")


@report.command()
@click.argument("code")
@click.option("--undo", is_flag=True, help="Take it back: not for others any more.")
def clear(code: str, undo: bool) -> None:
    """Say that a person has read the words and photos, and that others may see them."""
    with open_house() as house:
        wanted = read_code(code, house)
        outcome = house.database.write_now(
            moderation.clear_report, house.outside, actor(), wanted, undo
        )
        if isinstance(outcome, NotAllowed):
            refuse(outcome.why)
        if outcome.already:
            click.echo(f"{wanted} was already so.")
        else:
            click.echo(f"{wanted} is {'not for others any more' if undo else 'cleared'}.")
