"""What reports and ideas have in common at the shell: how they are chosen, cleared and changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import Enum
from typing import Any, Protocol, TypeVar

import click

from bot.cli.lists import country_option, limit_option
from bot.cli.parameters import Day, StatusName
from bot.cli.shapes import format_option
from bot.cli.shell import actor, choose_key, open_house, read_code, refuse
from bot.domain.country import Country
from bot.domain.outcomes import NotAllowed
from bot.domain.outside import Outside
from storage.database import Connection

Command = TypeVar("Command", bound=Callable[..., Any])


class Changed(Protocol):
    """What came of a change: whether it was so before, and how many residents are told."""

    @property
    def already(self) -> bool: ...

    @property
    def told(self) -> int: ...


class Clear(Protocol):
    """Lets others see what a resident sent, or takes that back."""

    def __call__(
        self, connection: Connection, outside: Outside, actor: str, code: str, undo: bool, /
    ) -> Changed | NotAllowed: ...


def list_options(
    statuses: Iterable[Enum], kind: str, example: str
) -> Callable[[Command], Command]:
    """The options of both lists; `kind` is what a country sorts by: its categories, or themes."""
    options = (
        country_option,
        click.option(
            "--status",
            type=StatusName(statuses),
            multiple=True,
            help="Only these. May be repeated.",
        ),
        click.option(f"--{kind}", help=f"A {kind}'s key, such as {example}."),
        click.option(
            "--area", help="An area's key, such as palermo, or of one that has areas in it."
        ),
        click.option("--since", type=Day(), help="From this day on, as days are counted there."),
        click.option("--until", type=Day(), help="To this day's end there."),
        limit_option,
        format_option,
    )

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def key_of(
    kind: str,
    countries: Mapping[str, Country],
    typed: str | None,
    keys: Callable[[Country], Collection[str]],
) -> str | None:
    """A category's or a theme's key as people type it; None for None."""
    if typed is None:
        return None
    return choose_key(kind, typed, {key for one in countries.values() for key in keys(one)})


def clear_matter(clear: Clear, kind: str, code: str, undo: bool) -> None:
    """Do what `clear` does to a matter of this kind, and say it."""
    with open_house() as house:
        wanted = read_code(code, house, kind)
        outcome = house.database.write_now(clear, house.outside, actor(), wanted, undo)
        if isinstance(outcome, NotAllowed):
            refuse(outcome.why)
        if outcome.already:
            click.echo(f"{wanted} was already so.")
        else:
            click.echo(f"{wanted} is {'not for others any more' if undo else 'cleared'}.")


def tell_change(outcome: Changed | NotAllowed, what: str, became: str) -> None:
    """Say what came of a change; refuses what was not allowed."""
    if isinstance(outcome, NotAllowed):
        refuse(outcome.why)
    if outcome.already:
        click.echo(f"{what} was already so: nobody is told again.")
    else:
        click.echo(f"{what} is {became}. Residents who are told: {outcome.told}.")
