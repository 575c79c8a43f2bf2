"""`baraza report`: list, show, answer and clear reports.

The list is asked for most, so what only the others need is loaded by them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.app import House
from bot.cli.lists import country_option, limit_option, scope_of
from bot.cli.parameters import Day, StatusName
from bot.cli.places import areas_within, labels_and_areas
from bot.cli.printing import age, print_table
from bot.cli.shell import (
    actor,
    choose_key,
    country_of,
    note,
    open_house,
    read_code,
    read_messages,
    refuse,
)
from bot.cli.spans import read_spans, tell_bounds
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.reports import OPEN, Status
from storage import alerts, reports
from storage.alerts import AlertRow
from storage.reports import ReportRow

URGENT_DAYS = 7
"""Alerts that `--urgent` looks back for."""


@click.group()
def report() -> None:
    """List, show, answer and clear reports."""


@report.command("list")
@country_option
@click.option(
    "--status", type=StatusName(Status), multiple=True, help="Only these. May be repeated."
)
@click.option("--category", help="A category's key, such as full_bin.")
@click.option("--area", help="An area's key, such as palermo, or of one that has areas in it.")
@click.option("--since", type=Day(), help="From this day on, as days are counted there.")
@click.option("--until", type=Day(), help="To this day's end there.")
@click.option("--open", "only_open", is_flag=True, help="Only what is still to be worked on.")
@click.option("--urgent", is_flag=True, help="Alerts of late, and open reports with a danger.")
@limit_option
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
        scope = scope_of(house, "report", country)
        countries = scope.countries
        statuses = status or (tuple(OPEN) if only_open or urgent else ())
        spans = read_spans(countries, since, until) if scope.only or since or until else []
        rows = house.database.write_now(
            lambda connection: reports.list_reports(
                connection,
                spans=spans,
                statuses=statuses,
                category=_category(countries, category),
                areas=areas_within(countries, area),
                danger="yes" if urgent else None,
                most=limit,
            )
        )
        alerted: list[AlertRow] = []
        if urgent:
            alerted = house.database.write_now(
                alerts.recent_alerts,
                house.outside.clock(),
                timedelta(days=URGENT_DAYS),
                scope.only,
            )
        note(house, "report list", country or "", counted(len(rows), "report"))
        if shape == "json":
            told = [_as_json(row) for row in rows]
            raised = [_alert_as_json(alert) for alert in alerted]
            shown = {"alerts": raised, "reports": told} if urgent else told
            click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        else:
            if urgent:
                _show_alerts(house, alerted)
            _show_list(house, rows)
        if since or until:
            tell_bounds(spans, countries)
        if len(rows) == limit:
            click.echo(f"There may be more: --limit {limit * 2}", err=True)


def _category(countries: Mapping[str, Country], typed: str | None) -> str | None:
    if typed is None:
        return None
    known = {key for country in countries.values() for key in country.categories_by_key()}
    return choose_key("category", typed, known)


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
    if not rows:
        click.echo("No reports.")
        return
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
def show(code: str, files: Path | None) -> None:
    """Everything that staff may see of a report. Reading it leaves an audit line."""
    from bot.cli.report_sheet import read_sheet
    from bot.cli.sheet_parts import show_sheet

    with open_house() as house:
        show_sheet(house, "report", read_sheet, read_code(code, house), files)


@report.command()
@click.argument("code")
@click.option("--status", type=StatusName(Status), required=True, help="What it becomes.")
@click.option("--date", "day", type=Day(), help="With --status planned: for which day.")
@click.option("--message", multiple=True, help='es="Words" for residents, once a language.')
@click.option("--into", help="With --status merged: the report it is joined with.")
def update(
    code: str, status: Status, day: date | None, message: tuple[str, ...], into: str | None
) -> None:
    """Change a report's status, and tell who reported it and who backed it, in their language."""
    from bot.domain.outcomes import NotAllowed
    from bot.services import moderation
    from bot.services.moderation import Change

    with open_house() as house:
        wanted = read_code(code, house)
        country = country_of(wanted, house)
        messages = read_messages(message, country.languages)
        other = None if into is None else read_code(into, house)
        today = house.outside.clock().astimezone(ZoneInfo(country.timezone)).date()
        outcome = house.database.write_now(
            moderation.change_report,
            house.outside,
            actor(),
            wanted,
            Change(status, day, messages or None, other),
            house.conversations.begin,
        )
        match outcome:
            case NotAllowed(why):
                refuse(why)
            case _ if outcome.already:
                click.echo(f"{wanted} was already so: nobody is told again.")
            case _:
                click.echo(f"{wanted} is {status.value}. Residents who are told: {outcome.told}.")
                if day is not None and day < today:
                    click.echo(f"Mind that {day} is past: there it is {today}.", err=True)


@report.command()
@click.argument("code")
@click.option("--undo", is_flag=True, help="Take it back: not for others any more.")
def clear(code: str, undo: bool) -> None:
    """Say that a person has read the words and photos, and that others may see them."""
    from bot.domain.outcomes import NotAllowed
    from bot.services import moderation

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
