"""`baraza flow`: talk with a conversation here in the terminal."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot import app
from bot.app import House
from bot.cli.shapes import format_option, show_list
from bot.cli.shell import refuse
from bot.conversation.links import OPENS
from bot.domain.inbound import Attachment, Command, Inbound, Input, Location, Press, Text
from bot.domain.messages import Label, Message, Value
from bot.domain.operations import Ask, Operation, OwnData, Say, Show, Tell
from bot.flows import FLOWS
from bot.services.locked import read_owed
from bot.settings import read_settings
from storage import outbox, schema

PLAYER = "somebody at the terminal"


@click.group()
def flow() -> None:
    """Talk with a flow, without a database and without telling anybody."""


@flow.command("list")
@format_option
def list_(shape: str) -> None:
    """The flows there are."""
    show_list(
        shape,
        list(FLOWS),
        data=lambda name: {"name": name},
        table=lambda names: click.echo("\n".join(names)),
        none="No flows.",
    )


@flow.command()
@click.argument("country")
@click.argument("name", default="report")
@click.option("--language", help="The language to begin in; the country's first without it.")
def play(country: str, name: str, language: str | None) -> None:
    """Talk with flow NAME of COUNTRY: baraza flow play uruguay report

    Type what a resident would type: numbers, words, a command such as /menu. `!key` presses the
    button of that key, `+photo` and `+voice` send one, `+here LAT LON` a location. An empty line
    or Ctrl-D ends it. Nothing is kept.
    """
    if name not in FLOWS:
        refuse(f"There is no flow {name!r}. There are: {', '.join(FLOWS)}.")
    if name not in OPENED:
        refuse(f"{name!r} begins by itself, once there is a report. Play report first.")
    with _house_for_one() as house:
        if country not in house.countries:
            refuse(f"There is no country {country!r}. There are: {', '.join(house.countries)}.")
        wanted = language or house.countries[country].languages[0]
        if wanted not in house.countries[country].languages:
            spoken = ", ".join(house.countries[country].languages)
            refuse(f"{wanted!r} is not spoken in {country}: {spoken}.")
        Talk(house, country, wanted).go(name)


@contextmanager
def _house_for_one() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        environ = {"BARAZA_DATA": folder, "BARAZA_SECRET_KEY": "of a talk that nobody keeps" * 2}
        house = app.build(read_settings(environ, None))
        try:
            house.database.write_now(schema.upgrade)
            yield house
        finally:
            house.database.close_now()
            house.executor.shutdown()


class Talk:
    """One resident's chat, in lines of text."""

    def __init__(self, house: House, country: str, language: str) -> None:
        self._house = house
        self._country = country
        self._language = language
        self._updates = 0
        self._asked: Ask | None = None

    def go(self, flow: str) -> None:
        """Pass the door, open the flow, and talk until the line is empty."""
        self._take(Command("start"))
        if flow != "welcome":
            self._hear()
            if self._house.countries[self._country].languages[1:]:
                self._press(self._language)
                self._hear()
            self._press("yes")
            self._hear()
            self._take(Command(OPENED[flow]))
        while True:
            self._show()
            try:
                words = click.prompt("", prompt_suffix="> ", default="", show_default=False)
            except (click.Abort, EOFError):
                return
            if not words.strip():
                return
            if words.startswith("!"):
                self._press(words.removeprefix("!"))
            else:
                self._take(_read(words))

    def _press(self, key: str) -> None:
        if self._asked is not None:
            self._take(Press(self._asked.conversation, self._asked.serial, key))

    def _take(self, input: Input) -> None:
        self._updates += 1
        inbound = Inbound(
            bot=f"{self._country}/terminal",
            country=self._country,
            channel="terminal",
            address=PLAYER,
            update=str(self._updates),
            input=input,
            language=self._language,
        )
        self._house.database.write_now(self._house.conversations.take_turn, inbound)

    def _hear(self) -> list[Operation]:
        """What is owed, taken out of the outbox."""
        database = self._house.database
        rows = database.write_now(outbox.claim, self._house.outside.clock(), 1)
        database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
        heard = [read_owed(row.payload, self._house.keys) for row in rows]
        for row, operation in zip(rows, heard, strict=True):
            self._language = row.language
            if isinstance(operation, Ask):
                self._asked = operation
        return heard

    def _show(self) -> None:
        for operation in self._hear():
            match operation:
                case Tell(line):
                    click.echo(self._text(line))
                case Say(versions):
                    click.echo(dict(versions).get(self._language, versions[0][1]))
                case Show(_picture, line):
                    click.echo(f"(a picture) {self._text(line)}")
                case OwnData():
                    click.echo("(a file)")
                case Ask():
                    self._show_question(operation)
                case _:
                    continue

    def _show_question(self, ask: Ask) -> None:
        click.secho(self._text(ask.line), bold=True)
        for name, value in ask.summary:
            click.echo(f"    {self._text(name)}: {self._value(value)}")
        for number, button in enumerate(ask.buttons, start=1):
            mark = " ✓" if button.ticked else ""
            click.echo(f"  {number}. {button.emoji} {self._text(button.label)}{mark}")
        if ask.controls:
            labels = "  ".join(f"[{self._text(button.label)}]" for button in ask.controls)
            click.secho(f"  {labels}", dim=True)

    def _text(self, label: Label) -> str:
        return self._house.speeches[self._country].text(label, self._language)

    def _value(self, value: Value) -> str:
        return value if isinstance(value, str) else self._text(_VALUE(value=value))


_VALUE = Message("{value}")


OPENED = {"welcome": "start", **{flow: command for command, flow in OPENS.items()}}
"""The command that opens each flow that a resident can open."""

PHOTO = Attachment("photo", "0" * 64, "image/jpeg", 1)
VOICE = Attachment("voice", "0" * 64, "audio/ogg", 1, 5.0)


def _read(words: str) -> Input:
    """What a line stands for; a file is one in name only, since nothing is kept."""
    match words.split():
        case ["+photo"]:
            return PHOTO
        case ["+voice"]:
            return VOICE
        case ["+here", lat, lon]:
            try:
                return Location(float(lat), float(lon))
            except ValueError:
                return Text(words)
        case _ if words.startswith("/"):
            name, _space, payload = words[1:].partition(" ")
            return Command(name, payload)
        case _:
            return Text(words)
