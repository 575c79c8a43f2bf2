"""`baraza query`: questions in SQL to the open views, and to nothing else."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import sys

import click
from rich.console import Console
from rich.table import Table

from bot.cli.shell import actor, open_house, refuse
from storage import audit, open_reading
from storage.open_reading import Answer, NotAllowed, TooLong
from storage.views import QUESTIONS, VIEWS

AUDITED_WORDS = 500
"""So much of a question stands in its audit line."""


@click.command()
@click.argument("sql", required=False)
@click.option("--list", "show", is_flag=True, help="What can be asked: views and saved questions.")
@click.option("--saved", help="Ask a saved question by its name.")
@click.option("--format", "shape", type=click.Choice(["table", "csv", "json"]), default="table")
@click.option("--limit", type=click.IntRange(1, open_reading.ROWS_MOST), default=200)
def query(sql: str | None, show: bool, saved: str | None, shape: str, limit: int) -> None:
    """Ask the open views in SQL: baraza query "select status, count(*) from open_reports …"

    No words of residents stand there until a person has cleared them, and nothing about who told.
    Each question leaves an audit line.
    """
    if show:
        _list()
        return
    if saved is not None:
        found = next((item for item in QUESTIONS if item.name == saved), None)
        if found is None:
            refuse(f"There is no saved question {saved!r}. See: baraza query --list")
        sql = found.sql
    if not sql or not sql.strip():
        raise click.UsageError("Give a question in SQL, or --saved NAME, or --list.")
    with open_house() as house:
        house.database.write_now(
            lambda connection: audit.note(
                connection,
                actor=actor(),
                action="query",
                subject=saved or "",
                detail=sql[:AUDITED_WORDS],
                now=house.outside.clock(),
            )
        )
        try:
            answer = open_reading.ask(house.database.path, sql, os.urandom, limit)
        except NotAllowed:
            views = ", ".join(view.name for view in VIEWS)
            refuse(f"Only the open views can be read here: {views}. See: baraza query --list")
        except TooLong as error:
            refuse(f"That took too long: {error}. Ask for less.")
        except (sqlite3.Error, sqlite3.Warning) as error:
            refuse(f"That cannot be asked: {error}.")
    _tell(answer, shape, limit)


def _list() -> None:
    console = Console()
    for view in VIEWS:
        console.print(f"[bold]{view.name}[/bold]  {view.meaning}")
        table = Table(box=None, show_header=False)
        for column in view.columns:
            table.add_row(f"  {column.name}", column.kind, column.meaning)
        console.print(table)
    console.print("\n[bold]Saved questions[/bold] (baraza query --saved NAME)")
    table = Table(box=None, show_header=False)
    for question in QUESTIONS:
        table.add_row(f"  {question.name}", question.meaning)
    console.print(table)


def _tell(answer: Answer, shape: str, limit: int) -> None:
    if shape == "json":
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif shape == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(answer.columns)
        writer.writerows(answer.rows)
    else:
        table = Table(box=None, header_style="bold")
        for name in answer.columns:
            table.add_column(name)
        for row in answer.rows:
            table.add_row(*("" if value is None else str(value) for value in row))
        Console().print(table)
    if answer.cut:
        click.echo(f"Only the first {limit} rows are shown: --limit gives more.", err=True)
