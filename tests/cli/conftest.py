"""Commands over a real data folder, and a town in it to talk about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import pytest
from click.testing import CliRunner, Result

from bot import app
from bot.app import House
from bot.cli import baraza
from bot.domain.inbound import Attachment, Command, Inbound, Input, Text
from bot.settings import read_settings
from storage import audit, ideas, outbox, reports
from storage.database import Connection
from tests.houses import SECRET, migrated_file

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Shell:
    """Runs commands as a person would, and residents beside them."""

    data: Path
    updates: int = 0
    countries: str = ""
    """Which are served; all without. Reading all takes most of a command's time."""

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(baraza, list(words), catch_exceptions=False)

    def told(self, *words: str) -> str:
        """What a command that succeeds prints."""
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *words: str) -> str:
        """What a command that is refused prints."""
        result = self.run(*words)
        assert result.exit_code in {1, 2}, result.output
        return result.output

    def house(self) -> Iterator[House]:
        with app.opened(read_settings(self._environ(), None)) as house:
            yield house

    def _environ(self) -> dict[str, str]:
        served = {"BARAZA_COUNTRIES": self.countries} if self.countries else {}
        return {"BARAZA_DATA": str(self.data), "BARAZA_SECRET_KEY": SECRET, **served}

    def talk(
        self, who: str, *said: str | Attachment, language: str = "en", country: str = "uruguay"
    ) -> None:
        """Somebody types or sends a file, one turn each."""
        for house in self.house():
            for words in said:
                self.updates += 1
                input: Input = _input(words)
                inbound = Inbound(
                    bot=f"{country}/web",
                    country=country,
                    channel="web",
                    address=who,
                    update=str(self.updates),
                    input=input,
                    language=language,
                )
                house.database.write_now(house.conversations.take_turn, inbound)

    def report(self, who: str, story: str = "It is full", language: str = "English") -> str:
        """A resident files a report; its code."""
        agreed = {"English": "yes", "Español": "sí"}[language]
        sent = {"English": "send it", "Español": "enviarlo"}[language]
        skip = {"English": "skip", "Español": "saltar"}[language]
        place = ("Palermo", skip, skip, skip, skip)
        opening = {"English": "report", "Español": "reporte"}[language]
        self.talk(who, "/start", language, agreed, opening, "full bin", story, *place, sent)
        for house in self.house():
            return house.database.write_now(reports.list_reports)[0].code
        raise AssertionError("no house")

    def idea(self, who: str, words: str = "A compost bin in every square") -> str:
        """A resident proposes an idea; its code."""
        self.talk(who, "/start", "English", "yes", "/idea", "compost", words, "Palermo", "skip")
        self.talk(who, "1", "skip", "without my name", "send it")
        for house in self.house():
            return house.database.write_now(ideas.list_ideas)[0].code
        raise AssertionError("no house")

    def support(self, who: str, code: str, *how: str) -> None:
        """Somebody types a published idea's code, and says what they want of it."""
        self.talk(who, "/start", "English", "yes", code, *how)

    def back(self, who: str, story: str = "It is full") -> None:
        """Somebody else says that it is the same, of a bin in Palermo."""
        self.talk(who, "/start", "English", "yes", "report", "full bin", story, "Palermo")
        self.talk(who, "skip", "yes")

    def read(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What a function of storage answers."""
        for house in self.house():
            return house.database.write_now(fn, *args, **kwargs)
        raise AssertionError("no house")

    def execute(self, sql: str) -> None:
        """Change rows behind the program's back, such as to make them old."""
        self.read(lambda connection: connection.exec_driver_sql(sql))

    def audits(self) -> list[tuple[str, str, str]]:
        """Action, about what, and more of it: the oldest first."""
        lines = self.read(audit.lines)
        return [
            (action, subject, detail) for _at, _who, action, subject, detail in reversed(lines)
        ]

    def owed(self) -> list[bytes]:
        """What residents are still to be told, taken out of the outbox."""
        for house in self.house():
            rows = house.database.write_now(outbox.claim, house.outside.clock(), 100)
            house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
            return [row.payload for row in rows]
        return []


def _input(said: str | Attachment) -> Input:
    if isinstance(said, Attachment):
        return said
    return Command(said[1:]) if said.startswith("/") else Text(said)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BARAZA_SECRET_KEY", SECRET)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "baraza.db").write_bytes(migrated_file())
    return Shell(data)
