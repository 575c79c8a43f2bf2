"""`baraza query`: questions in SQL to the open views, and to nothing else."""

from __future__ import annotations

import asyncio
import csv
import json
import math
import os
import re
import sqlite3
import sys
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click

from bot.app import House
from bot.cli.dictionary import describe_views, views_as_data
from bot.cli.lists import VIEW_KINDS, scope_of
from bot.cli.printing import plain, print_table
from bot.cli.shell import note, open_house, refuse
from bot.databases import open_reader
from bot.domain.counted import counted
from bot.domain.inbound import clean_text
from bot.exports.csv_file import guard
from storage import open_reading
from storage.open_reading import Answer, NotAllowed, TooLong
from storage.postgres_url import PostgresUrl
from storage.saved_questions import QUESTIONS, SavedQuestion
from storage.views import VIEWS

NAME = re.compile("[A-Za-z0-9_-]+")
"""What a saved question's name looks like; no question in SQL is one word."""


@click.command()
@click.argument("question", required=False)
@click.option("--list", "show", is_flag=True, help="What can be asked: views and saved questions.")
@click.option("--dictionary", is_flag=True, help="The same as a page, with kinds and privacy.")
@click.option("--format", "shape", type=click.Choice(["table", "csv", "json"]), default="table")
@click.option("--limit", type=click.IntRange(1, open_reading.ROWS_MOST), default=200)
def query(question: str | None, show: bool, dictionary: bool, shape: str, limit: int) -> None:
    """Ask the open views a saved question by its NAME, or any in SQL:
    baraza query "select status, count(*) from open_reports …"

    A saved question is of the countries that are served; one in SQL is of whatever it names.
    No words of residents stand there until a person has cleared them, and nothing about who told.
    Each question leaves an audit line.
    """
    if show or dictionary:
        if shape == "csv":
            raise click.UsageError("What can be asked is told as a table or as json.")
        if shape == "json":
            click.echo(json.dumps(views_as_data(), ensure_ascii=False, indent=1))
        else:
            click.echo(describe_views(), nl=False) if dictionary else _list()
        return
    asked = clean_text(question or "")
    if not asked.strip():
        raise click.UsageError("Give a question in SQL, or a saved one's name, or --list.")
    saved = None
    if NAME.fullmatch(name := asked.strip()):
        wanted = name.lower().replace("_", "-")
        saved = next((item for item in QUESTIONS if item.name == wanted), None)
        if saved is None:
            refuse(f"There is no saved question {name!r}. See: baraza query --list")
    if len(asked) > open_reading.SQL_MOST:
        refuse(f"A question has at most {open_reading.SQL_MOST:,} signs.")
    with open_house() as house:
        if saved is None:
            answer = _ask(house, asked, "", limit)
        else:
            answer = _ask(house, _in_words(house, saved), saved.name, limit)
    _tell(answer, shape, limit)


def _in_words(house: House, saved: SavedQuestion) -> str:
    """A saved question, of the countries that are served alone."""
    scope = scope_of(house, VIEW_KINDS[saved.view], None)
    dialect = "sqlite" if house.settings.postgres is None else "postgresql"
    return saved.in_words_of(dialect, scope.only)


def _ask(house: House, sql: str, saved: str, limit: int) -> Answer:
    # Before it is asked: one that is refused, or interrupted, was asked as well.
    note(house, "query", saved, sql)
    try:
        if house.settings.postgres is not None:
            return _ask_server(house, house.settings.postgres, sql, limit)
        zones = {key: ZoneInfo(country.timezone) for key, country in house.countries.items()}
        return open_reading.ask(house.settings.database_file, sql, os.urandom, limit, zones)
    except NotAllowed:
        views = ", ".join(view.name for view in VIEWS)
        refuse(f"Only the open views can be read here: {views}. See: baraza query --list")
    except TooLong as error:
        refuse(f"That was too much: {error}. Ask for less.")
    except (sqlite3.Error, sqlite3.Warning) as error:
        refuse(_cannot_be_asked(str(error)))


def _cannot_be_asked(why: str) -> str:
    unknown = "no such " in why or "does not exist" in why
    return f"That cannot be asked: {why.rstrip('.')}." + (
        " What there is: baraza query --list" if unknown else ""
    )


def _ask_server(house: House, server: PostgresUrl, sql: str, limit: int) -> Answer:
    from storage.open_asking import CannotAsk, NoReader, ask

    reader = open_reader(server, house.keys)
    zones = {key: country.timezone for key, country in house.countries.items()}
    try:
        return asyncio.run(ask(server, reader, sql, limit, zones))
    except CannotAsk as error:
        refuse(_cannot_be_asked(str(error)))
    except NoReader:
        refuse(
            f"The role {reader.name} cannot log in: baraza db upgrade makes it, or an "
            f"administrator does, by\n  {reader.create};"
        )


def _list() -> None:
    for view in VIEWS:
        click.echo(f"{view.name}: {view.meaning}")
        columns = [(f"  {item.name}", item.kind, item.meaning) for item in view.columns]
        print_table(("", "", ""), columns, head=False)
    click.echo("\nSaved questions (baraza query NAME)")
    print_table(("", ""), [(f"  {item.name}", item.meaning) for item in QUESTIONS], head=False)


def _tell(answer: Answer, shape: str, limit: int) -> None:
    if shape == "json":
        names = _distinct(answer.columns)
        rows = [dict(zip(names, map(_for_json, row), strict=True)) for row in answer.rows]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif shape == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(answer.columns)
        writer.writerows([_for_sheet(value) for value in row] for row in answer.rows)
    else:
        rows_of_text = [[_shown(value) for value in row] for row in answer.rows]
        print_table(answer.columns, rows_of_text)
    if answer.cut:
        shown = counted(len(answer.rows), "row is", "rows are")
        click.echo(f"Only the first {shown} shown.{_more(limit)}", err=True)


def _more(limit: int) -> str:
    return " --limit gives more." if limit < open_reading.ROWS_MOST else ""


def _distinct(columns: Sequence[str]) -> list[str]:
    """Each name once: two columns of one name would be one in an object."""
    names: list[str] = []
    for column in columns:
        name, number = column, 2
        while name in names:
            name, number = f"{column}_{number}", number + 1
        names.append(name)
    return names


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _for_json(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _shown(value)


def _for_sheet(value: object) -> object:
    """Text stays text in a spreadsheet; numbers stay numbers."""
    if not isinstance(value, str):
        return _shown(value)
    return guard(plain(value))
