"""`baraza people`: who waits for a person, and answering them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.cli.lists import country_option, scope_of
from bot.cli.parameters import read_request
from bot.cli.printing import age, plain, print_table
from bot.cli.shapes import format_option, show_list
from bot.cli.sheet_parts import for_staff
from bot.cli.shell import (
    REQUEST,
    actor,
    note,
    open_house,
    read_messages,
    refuse,
    refuse_any_other,
    refuse_unserved,
)
from bot.domain.counted import counted
from bot.domain.outcomes import NotAllowed
from bot.services import moderation
from storage import person_requests
from storage.person_requests import RequestRow


@click.group()
def people() -> None:
    """See who waits for a person, and answer them in their chat."""


@people.command()
@country_option
@format_option
def waiting(country: str | None, shape: str) -> None:
    """Who asked for a person and has no answer yet, the longest wait first."""
    with open_house() as house:
        scope = scope_of(house, "request", country)
        rows = house.database.read_now(person_requests.waiting, scope.only)
        note(house, "people waiting", country or "", counted(len(rows), "waits", "wait"))
        now = house.outside.clock()

        def words(row: RequestRow) -> str:
            return for_staff(house.countries.get(row.country), row.words)

        def as_data(row: RequestRow) -> dict[str, object]:
            return {
                "code": row.code,
                "country": row.country,
                "asked_at": row.at,
                "language": row.language,
                "words": plain(words(row)),
            }

        def show(rows: Sequence[RequestRow]) -> None:
            told = [
                (row.code, row.country, age(now - row.at), row.language, words(row) or "-")
                for row in rows
            ]
            print_table(("Number", "Country", "Waits", "Language", "Words"), told)

        show_list(shape, rows, data=as_data, table=show, none="Nobody waits.")


@people.command()
@click.argument("number")
@click.option("--message", multiple=True, required=True, help='es="Words", once a language.')
@click.option("--again", is_flag=True, help="Write once more to who has an answer already.")
def answer(number: str, message: tuple[str, ...], again: bool) -> None:
    """Bring your words into the chat of whoever asked under NUMBER."""
    with open_house() as house:
        wanted = read_request(number)
        asked = house.database.read_now(person_requests.find, wanted)
        if asked is None:
            refuse_any_other(number, house, REQUEST)
            refuse(f"Nobody asked under {wanted}. See: baraza people waiting")
        if asked.country not in house.countries:
            refuse_unserved(wanted, asked.country)
        messages = read_messages(message, house.countries[asked.country].languages)
        outcome = house.database.write_now(
            moderation.answer_person, house.outside, actor(), wanted, messages, again
        )
        if isinstance(outcome, NotAllowed):
            more = " Add --again to write once more." if asked.answered_at and not again else ""
            refuse(f"{outcome.why}{more}")
        click.echo(f"{wanted} is answered.")
