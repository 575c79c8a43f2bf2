"""`baraza idea comments` and `baraza idea comment`: what residents said about ideas."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import click

from bot.cli.lists import country_option, limit_option, scope_of, tell_more
from bot.cli.matters import tell_change
from bot.cli.parameters import NUMBER
from bot.cli.printing import age, plain, print_table
from bot.cli.shapes import format_option, show_list
from bot.cli.sheet_parts import for_staff
from bot.cli.shell import (
    actor,
    country_of,
    note,
    open_house,
    read_code,
    read_messages,
)
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.ideas import CommentStatus
from bot.services.idea_moderation import settle_comment
from storage import codes, idea_comments
from storage.database import Connection
from storage.idea_comments import CommentRow
from storage.media import Home
from storage.reports import additions_of

Found = tuple[CommentRow, Sequence[str]]
"""A comment, and what its author made of it since."""


@click.command()
@country_option
@click.option("--all", "every", is_flag=True, help="Those that were settled, too.")
@limit_option
@format_option
def comments(country: str | None, every: bool, limit: int, shape: str) -> None:
    """Comments that wait to be published or declined, the longest first."""
    with open_house() as house:
        scope = scope_of(house, "idea", country)
        rows = house.database.read_now(
            lambda connection: [
                (row, _edits(connection, row))
                for row in idea_comments.list_comments(
                    connection,
                    countries=list(scope.countries),
                    status=None if every else CommentStatus.SUBMITTED,
                    most=limit + 1,
                )
            ]
        )
        note(house, "idea comments", country or "", counted(min(len(rows), limit), "comment"))
        now = house.outside.clock()

        def as_data(found: Found) -> dict[str, object]:
            row, edits = found
            its = country_of(row.code, house)
            return {
                "idea": row.code,
                "country": its.key,
                "number": row.number,
                "status": row.status.value,
                "received_at": row.created_at,
                "language": row.language,
                "text": plain(for_staff(its, row.text)),
                "edits": [plain(for_staff(its, words)) for words in edits if words],
            }

        def show(found: Sequence[Found]) -> None:
            told = [
                (
                    row.code,
                    row.number,
                    row.status.value,
                    age(now - row.created_at),
                    row.language,
                    _words(country_of(row.code, house), row.text, edits),
                )
                for row, edits in found
            ]
            columns = ("Idea", "Number", "Status", "Age", "Language", "Words")
            print_table(columns, told, right=frozenset({"Number", "Age"}))

        show_list(shape, rows[:limit], data=as_data, table=show, none="No comments.")
        tell_more(rows, limit)


def _edits(connection: Connection, row: CommentRow) -> list[str]:
    home = Home(idea_id=row.idea_id, comment=row.number)
    return [words for _at, _kind, words, _language in additions_of(connection, home)]


def _words(country: Country, text: str, edits: Sequence[str]) -> str:
    """What was sent, and what its author made of it since."""
    later = [f"(edited to: {for_staff(country, words)})" for words in edits if words]
    return " ".join((for_staff(country, text) or "(erased)", *later))


@click.group()
def comment() -> None:
    """Publish or decline a comment, by its idea's code and its number."""


@comment.command()
@click.argument("code")
@click.argument("number", type=NUMBER)
def publish(code: str, number: int) -> None:
    """Let residents read a comment, and tell its author and who follows the idea."""
    _settle(code, number, CommentStatus.PUBLISHED, ())


@comment.command()
@click.argument("code")
@click.argument("number", type=NUMBER)
@click.option("--reason", multiple=True, help='es="Why", once a language: its author is told.')
def decline(code: str, number: int, reason: tuple[str, ...]) -> None:
    """Show a comment to nobody, and tell its author."""
    _settle(code, number, CommentStatus.DECLINED, reason)


def _settle(code: str, number: int, status: CommentStatus, reason: tuple[str, ...]) -> None:
    with open_house() as house:
        wanted = read_code(code, house, codes.IDEA)
        country = country_of(wanted, house)
        messages = read_messages(reason, country.languages)
        settle = partial(settle_comment, country=country)
        outcome = house.database.write_now(
            settle, house.outside, actor(), wanted, number, status, messages or None
        )
        tell_change(outcome, f"Comment {number} on {wanted}", status.value)
