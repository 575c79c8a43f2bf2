"""`baraza report`: list, show, answer and clear reports.

The list is asked for most, so what only the others need is loaded by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import click

from bot.app import House
from bot.cli.lists import scope_of, tell_more
from bot.cli.matters import clear_matter, key_of, list_options, tell_change
from bot.cli.parameters import Day, StatusName, check_reason
from bot.cli.places import areas_within, labels_and_areas
from bot.cli.printing import age, print_table
from bot.cli.shapes import print_json, show_list
from bot.cli.shell import (
    actor,
    country_of,
    note,
    open_house,
    read_code,
    read_messages,
)
from bot.cli.spans import read_spans, tell_bounds
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.reports import OPEN, Status
from storage import alerts, codes, reports
from storage.alerts import AlertRow
from storage.reports import ReportRow

URGENT_DAYS = 7
"""Alerts that `--urgent` looks back for."""


@click.group()
def report() -> None:
    """List, show, answer and clear reports."""


@report.command("list")
@list_options(Status, "category", "full_bin")
@click.option("--open", "only_open", is_flag=True, help="Only what is still to be worked on.")
@click.option("--urgent", is_flag=True, help="Alerts of late, and open reports with a danger.")
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
        scope = scope_of(house, "report", country)
        countries = scope.countries
        statuses = status or (tuple(OPEN) if only_open or urgent else ())
        spans = read_spans(countries, since, until) if scope.only or since or until else []
        key = key_of("category", countries, category, Country.categories_by_key)
        areas = areas_within(countries, area)
        rows = house.database.read_now(
            lambda connection: reports.list_reports(
                connection,
                spans=spans,
                statuses=statuses,
                category=key,
                areas=areas,
                danger="yes" if urgent else None,
                most=limit + 1,
            )
        )
        alerted: list[AlertRow] = []
        if urgent:
            alerted = house.database.read_now(
                alerts.recent_alerts,
                house.outside.clock(),
                timedelta(days=URGENT_DAYS),
                scope.only,
            )
        note(house, "report list", country or "", counted(min(len(rows), limit), "report"))
        shown = rows[:limit]
        if urgent and shape == "json":
            alerts_told = [_alert_as_json(alert) for alert in alerted]
            print_json({"alerts": alerts_told, "reports": [_as_json(row) for row in shown]})
        else:
            if urgent:
                _show_alerts(house, alerted)
            table = partial(_show_list, house)
            show_list(
                shape, shown, data=_as_json, table=table, none=f"No {'urgent ' * urgent}reports."
            )
        if since or until:
            tell_bounds(spans, countries)
        tell_more(rows, limit)


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


def _alert_as_json(alert: AlertRow) -> dict[str, object]:
    return {
        "raised_at": alert.at.isoformat(),
        "country": alert.country,
        "category": alert.category,
        "area": alert.area,
        "state": alert.state,
        "code": alert.code,
    }


def _words_of(house: House, country: Country) -> tuple[dict[str, str], dict[str, str]]:
    return labels_and_areas(house, country, country.categories_by_key())


def _show_list(house: House, rows: Sequence[ReportRow]) -> None:
    shown = {row.country for row in rows} & house.countries.keys()
    words = {key: _words_of(house, house.countries[key]) for key in shown}
    now = house.outside.clock()
    told = []
    for row in rows:
        categories, areas = words.get(row.country, ({}, {}))
        day = f" {row.planned_for.isoformat()}" if row.planned_for else ""
        told.append(
            (
                row.code,
                categories.get(row.category, row.category),
                areas.get(row.area, row.area),
                f"{row.status.value}{day}",
                age(now - row.created_at),
                row.affected,
                "danger" if row.danger == "yes" else "",
            )
        )
    columns = ("Code", "Problem", "Where", "Status", "Age", "People", "")
    print_table(columns, told, right=frozenset({"Age", "People"}))


def _show_alerts(house: House, alerted: Sequence[AlertRow]) -> None:
    if not alerted:
        click.echo(f"No alerts in {URGENT_DAYS} days.")
        return
    now = house.outside.clock()
    told = []
    for alert in alerted:
        country = house.countries.get(alert.country)
        categories, areas = ({}, {}) if country is None else _words_of(house, country)
        told.append(
            (
                f"{age(now - alert.at)} ago",
                categories.get(alert.category, alert.category),
                areas.get(alert.area, alert.area) or "-",
                f"sent as {alert.code}" if alert.code else alert.state,
            )
        )
    print_table(("Raised", "Problem", "Where", "State"), told, title="Alerts")


@report.command()
@click.argument("code")
@click.option(
    "--files",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder to copy its photos and voice notes to, to look at them.",
)
@click.option("--personal", is_flag=True, help="The number of who asks to be called, too.")
@click.option("--reason", help="With --personal: for what it is read; kept in the audit.")
def show(code: str, files: Path | None, personal: bool, reason: str | None) -> None:
    """Everything that staff may see of a report. Reading it leaves an audit line."""
    from bot.cli.report_sheet import read_sheet
    from bot.cli.sheet_parts import show_sheet

    check_reason(personal, reason)
    with open_house() as house:
        read = partial(read_sheet, reason=reason)
        show_sheet(house, "report", read, read_code(code, house, codes.REPORT), files)


@report.command()
@click.argument("code")
@click.option("--status", type=StatusName(Status), required=True, help="What it becomes.")
@click.option("--date", "day", type=Day(), help="With --status planned: for which day.")
@click.option("--message", multiple=True, help='es="Words" for residents, once a language.')
@click.option("--into", help="With --status merged: the report it is joined with.")
@click.option(
    "--photo",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A picture (JPEG or PNG) that goes out with the news.",
)
def update(
    code: str,
    status: Status,
    day: date | None,
    message: tuple[str, ...],
    into: str | None,
    photo: Path | None,
) -> None:
    """Change a report's status, and tell who reported it and who backed it, in their language."""
    from bot.cli.pictures import keep_picture
    from bot.services import moderation
    from bot.services.hours import day_there
    from bot.services.moderation import Change

    with open_house() as house:
        wanted = read_code(code, house, codes.REPORT)
        country = country_of(wanted, house)
        messages = read_messages(message, country.languages)
        other = None if into is None else read_code(into, house, codes.REPORT)
        picture = None if photo is None else keep_picture(house, photo)
        today = day_there(country, house.outside.clock())
        outcome = house.database.write_now(
            moderation.change_report,
            house.outside,
            actor(),
            wanted,
            Change(status, day, messages or None, other, picture, today),
            house.conversations.begin,
        )
        if picture is not None:
            house.files.settle(picture.name)
        tell_change(outcome, wanted, status.value)
        if day is not None and day < today:
            click.echo(f"Mind that {day} is past: there it is {today}.", err=True)


@report.command()
@click.argument("code")
@click.option("--undo", is_flag=True, help="Take it back: not for others any more.")
def clear(code: str, undo: bool) -> None:
    """Say that a person has read the words and photos, and that others may see them."""
    from bot.services.moderation import clear_report

    clear_matter(clear_report, codes.REPORT, code, undo)
