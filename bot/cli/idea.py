"""`baraza idea`: list, show, publish, decline, merge and update ideas; settle comments on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

import click

from bot.app import House
from bot.cli.idea_comment import comment, comments
from bot.cli.idea_sheet import read_sheet, words_of
from bot.cli.lists import scope_of, tell_more
from bot.cli.matters import clear_matter, key_of, list_options, tell_change
from bot.cli.parameters import StatusName
from bot.cli.places import areas_within
from bot.cli.printing import age, print_table
from bot.cli.shapes import show_list
from bot.cli.sheet_parts import show_sheet
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
from bot.domain.ideas import IdeaStatus
from bot.domain.inbound import clean_text
from bot.services.idea_moderation import IdeaChange, change_idea, clear_idea
from bot.services.reports import masked_text
from storage import codes, ideas
from storage.ideas import IdeaRow

UPDATES = (IdeaStatus.ACCEPTED, IdeaStatus.IN_PROGRESS, IdeaStatus.DONE)
"""What `update` sets. The others have commands of their own, which ask for what they need."""


@click.group()
def idea() -> None:
    """List, show, publish, decline, merge and update ideas."""


idea.add_command(comments)
idea.add_command(comment)


@idea.command("list")
@list_options(IdeaStatus, "theme", "compost")
@click.option("--waiting", is_flag=True, help="Only what nobody has published or declined yet.")
def list_(
    country: str | None,
    status: tuple[IdeaStatus, ...],
    theme: str | None,
    area: str | None,
    since: date | None,
    until: date | None,
    waiting: bool,
    limit: int,
    shape: str,
) -> None:
    """The newest ideas first, whether residents read them yet or not."""
    with open_house() as house:
        scope = scope_of(house, "idea", country)
        countries = scope.countries
        spans = read_spans(countries, since, until) if scope.only or since or until else []
        key = key_of("theme", countries, theme, Country.themes_by_key)
        areas = areas_within(countries, area)
        rows = house.database.read_now(
            lambda connection: ideas.list_ideas(
                connection,
                spans=spans,
                statuses=status or ((IdeaStatus.SUBMITTED,) if waiting else ()),
                theme=key,
                areas=areas,
                most=limit + 1,
            )
        )
        note(house, "idea list", country or "", counted(min(len(rows), limit), "idea"))
        table = partial(_show_list, house)
        show_list(shape, rows[:limit], data=_as_json, table=table, none="No ideas.")
        if since or until:
            tell_bounds(spans, countries)
        tell_more(rows, limit)


def _as_json(row: IdeaRow) -> dict[str, object]:
    return {
        "code": row.code,
        "country": row.country,
        "theme": row.theme,
        "area": row.area,
        "size": row.size,
        "status": row.status.value,
        "author_forgotten": row.resident_id is None,
        "backers": row.backers,
        "received_at": row.created_at.isoformat(),
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "demo": row.demo,
    }


def _forgotten(row: IdeaRow) -> str:
    return "" if row.resident_id else ", author forgotten"


def _show_list(house: House, rows: Sequence[IdeaRow]) -> None:
    words = {key: words_of(house, country) for key, country in house.countries.items()}
    now = house.outside.clock()
    told = []
    for row in rows:
        themes, areas = words.get(row.country, ({}, {}))
        told.append(
            (
                row.code,
                themes.get(row.theme, row.theme),
                areas.get(row.area, row.area),
                f"{row.status.value}{_forgotten(row)}",
                age(now - row.created_at),
                row.backers,
            )
        )
    columns = ("Code", "Theme", "Where", "Status", "Age", "Backers")
    print_table(columns, told, right=frozenset({"Age", "Backers"}))


@idea.command()
@click.argument("code")
@click.option(
    "--files",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder to copy its photos and voice note to, to look at them.",
)
def show(code: str, files: Path | None) -> None:
    """Everything that staff may see of an idea. Reading it leaves an audit line."""
    with open_house() as house:
        show_sheet(house, "idea", read_sheet, read_code(code, house, codes.IDEA), files)


@idea.command()
@click.argument("code")
@click.option("--undo", is_flag=True, help="Take it back: not for others any more.")
def clear(code: str, undo: bool) -> None:
    """Say that a person has looked at its photos, and that who reads the idea may see them.

    What is sent with it later is not covered: look again, and clear again.
    """
    clear_matter(clear_idea, codes.IDEA, code, undo)


@idea.command()
@click.argument("code")
@click.option("--message", multiple=True, help='es="Words" for its author, once a language.')
@click.option("--text", help="The words of an idea that was only spoken, written down.")
def publish(code: str, message: tuple[str, ...], text: str | None) -> None:
    """Let residents read an idea, and tell its author."""
    words = clean_text(text or "").strip()
    _change(code, IdeaStatus.PUBLISHED, message, text=words)


@idea.command()
@click.argument("code")
@click.option(
    "--reason", multiple=True, required=True, help='es="Why", once a language: it is told.'
)
def decline(code: str, reason: tuple[str, ...]) -> None:
    """Do not take an idea up, and tell its author and who follows it why."""
    _change(code, IdeaStatus.DECLINED, reason)


@idea.command()
@click.argument("code")
@click.option("--into", required=True, help="The published idea that it is about the same as.")
@click.option("--message", multiple=True, help='es="Words" for residents, once a language.')
def merge(code: str, into: str, message: tuple[str, ...]) -> None:
    """Join an idea with another: who backs or follows it backs or follows that one, once."""
    _change(code, IdeaStatus.MERGED, message, into=into)


@idea.command()
@click.argument("code")
@click.option("--status", type=StatusName(UPDATES), required=True, help="What it becomes.")
@click.option("--message", multiple=True, help='es="Words" for residents, once a language.')
def update(code: str, status: IdeaStatus, message: tuple[str, ...]) -> None:
    """Say that an idea is accepted, in progress or done, and tell its author and followers."""
    _change(code, status, message)


def _change(
    code: str,
    status: IdeaStatus,
    message: tuple[str, ...],
    *,
    into: str | None = None,
    text: str = "",
) -> None:
    with open_house() as house:
        wanted = read_code(code, house, codes.IDEA)
        country = country_of(wanted, house)
        messages = read_messages(message, country.languages)
        other = None if into is None else read_code(into, house, codes.IDEA)
        outcome = house.database.write_now(
            change_idea,
            house.outside,
            actor(),
            wanted,
            IdeaChange(status, messages or None, other, text, masked_text(country, text)),
        )
        tell_change(outcome, wanted, status.value)
