"""The commands, each in a module of its own that is loaded only when it is called.

`baraza --help` is asked for often, and loading every command would cost more than most of them
take. So the table below holds the one line that the help shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, as `module:attribute`, and its line in the help."""

    target: str
    help: str

    @property
    def module(self) -> str:
        return self.target.partition(":")[0]

    @property
    def attribute(self) -> str:
        return self.target.partition(":")[2]


COMMANDS: dict[str, Entry] = {
    "run": Entry("bot.cli.run:run", "Serve the chat until it is stopped."),
    "demo": Entry("bot.cli.demo:demo", "Fill a made-up town to look at, or clear it away."),
    "country": Entry("bot.cli.country:country", "Check a country's folder."),
    "poster": Entry("bot.cli.poster:poster", "Draw a poster with a code to scan."),
    "messages": Entry("bot.cli.messages:messages", "Collect and check the texts to translate."),
    "report": Entry("bot.cli.report:report", "List, show, answer and clear reports."),
    "idea": Entry("bot.cli.idea:idea", "List, show, publish, decline, merge, update ideas."),
    "vote": Entry("bot.cli.vote:vote", "Write, open, close and publish votes."),
    "people": Entry("bot.cli.people:people", "See who waits for a person, and answer them."),
    "announce": Entry("bot.cli.announce:announce", "Say something to many, see it arrive."),
    "query": Entry("bot.cli.query:query", "Ask the open views a question in SQL."),
    "export": Entry("bot.cli.export:export", "Write an open view to a file."),
    "tally": Entry("bot.cli.tally:tally", "Count a published file of ballots again."),
    "flow": Entry("bot.cli.flow:flow", "Talk with a flow here in the terminal."),
    "doctor": Entry("bot.cli.doctor:doctor", "Say in words whether this installation is well."),
    "sweep": Entry("bot.cli.sweep:sweep", "Erase what has been kept long enough."),
    "outbox": Entry("bot.cli.outbox:outbox", "See what is owed to residents."),
    "backup": Entry("bot.cli.backup:backup", "Seal the whole town into one file, while it runs."),
    "restore": Entry("bot.cli.restore:restore", "Check a backup, or bring a town back from it."),
    "updates": Entry("bot.cli.updates:updates", "See updates that failed, try them again."),
    "tasks": Entry("bot.cli.tasks:tasks", "See later work, run it again, cancel it."),
    "db": Entry("bot.cli.db:db", "Bring the database up to date."),
}


class LazyGroup(click.Group):
    """A group whose commands are named by a table."""

    def __init__(self, *, entries: dict[str, Entry], name: str, help: str) -> None:
        super().__init__(name=name, help=help)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command = getattr(import_module(entry.module), entry.attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.target} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])


baraza = LazyGroup(
    entries=COMMANDS,
    name="baraza",
    help="A public meeting in a chat: residents tell, organisers answer.",
)
click.version_option(package_name="baraza", prog_name="baraza")(baraza)
