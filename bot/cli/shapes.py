"""As what a list is shown: a table for people, or JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import click

Row = TypeVar("Row")

format_option = click.option(
    "--format", "shape", type=click.Choice(["table", "json"]), default="table"
)


def show_list(
    shape: str,
    rows: Sequence[Row],
    *,
    data: Callable[[Row], Mapping[str, object]],
    table: Callable[[Sequence[Row]], None],
    none: str,
) -> None:
    """Print rows as they are asked for: each as `data` has it, or all as `table` prints them;
    `none` says that there are none."""
    if shape == "json":
        print_json([data(row) for row in rows])
    elif rows:
        table(rows)
    else:
        click.echo(none)


def print_json(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=datetime.isoformat))
