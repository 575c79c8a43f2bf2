"""`baraza people`: who waits for a person, and answering them."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from bot.cli.report import age
from bot.cli.shell import actor, open_house, read_messages, refuse
from bot.services import moderation
from bot.services.moderation import NotAllowed
from storage import residents


@click.group()
def people() -> None:
    """See who waits for a person, and answer them in their chat."""


@people.command()
@click.option("--country", help="A country's folder name.")
def waiting(country: str | None) -> None:
    """Who asked for a person and has no answer yet, the longest wait first."""
    with open_house() as house:
        rows = house.database.write_now(residents.waiting, country)
        if not rows:
            click.echo("Nobody waits.")
            return
        table = Table(box=None, header_style="bold")
        for name in ("Number", "Country", "Waits", "Language", "Words"):
            table.add_column(name)
        now = house.outside.clock()
        for row in rows:
            table.add_row(row.code, row.country, age(now - row.at), row.language, row.words or "-")
        Console().print(table)


@people.command()
@click.argument("number")
@click.option("--message", multiple=True, required=True, help='es="Words", once a language.')
def answer(number: str, message: tuple[str, ...]) -> None:
    """Bring your words into the chat of whoever asked under NUMBER."""
    with open_house() as house:
        wanted = number.strip().upper()
        asked = house.database.write_now(residents.find_request, wanted)
        if asked is None or asked.country not in house.countries:
            refuse(f"Nobody asked under {wanted}. See: baraza people waiting")
        messages = read_messages(message, house.countries[asked.country].languages)
        outcome = house.database.write_now(
            moderation.answer_person, house.outside, actor(), wanted, messages
        )
        if isinstance(outcome, NotAllowed):
            refuse(outcome.why)
        click.echo(f"{wanted} is answered.")
