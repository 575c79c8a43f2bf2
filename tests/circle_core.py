"""A house that is not served, for the circle without a channel: what is owed is read at once."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from bot import app
from bot.domain.inbound import Inbound, Text
from bot.domain.operations import Announce, Operation
from bot.domain.outside import Outside
from bot.duties import votes_ending
from bot.services import upkeep
from bot.services.locked import read_owed
from bot.settings import read_settings
from bot.work.announcer import Announcer
from storage import outbox
from storage.database import Connection
from storage.deliveries import Copy
from tests.announced import plenty
from tests.circle import ISOLATES, command, read_rows
from tests.houses import SECRET, START, migrated_file
from tests.player import lines_of


@dataclass
class Core:
    """One country's house; what everybody was told stands under their address."""

    house: app.House
    country: str
    clock: list[datetime]
    heard: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    """Whose an address is, by its id."""
    updates: int = 0

    def __post_init__(self) -> None:
        self._announcer = Announcer(
            self.house.database,
            self.house.keys,
            self.house.outside,
            {self.country: self.house.countries[self.country]},
            bulks={},
            draw=plenty,
            put=self._put,
            nudge=lambda bot, address: None,
        )

    async def settled(self) -> None:
        await votes_ending(self.house).run(self.house.executor)
        while await self.house.database.write(upkeep.do_due, self.house.outside):
            continue
        while await self._announcer.announce_ready() is True:
            continue
        await self.listen()

    async def listen(self) -> None:
        """Take what is owed to whom it is owed to."""
        rows = await self.house.database.write(outbox.claim, self.clock[0], 100)
        await self.house.database.write(outbox.mark_sent, [(row.id, "") for row in rows])
        for row in rows:
            keys = self.house.keys
            who = keys.open("address", row.cipher, row.key_id, row.bot.encode()).decode()
            self.addresses[row.address_id] = who
            self._hear(who, read_owed(row.payload, keys), row.language)

    async def take(self, who: str, language: str, words: str) -> None:
        self.updates += 1
        inbound = Inbound(
            bot=f"{self.country}/web",
            country=self.country,
            channel="web",
            address=who,
            update=f"update {self.updates}",
            input=Text(words),
            language=language,
        )
        await self.house.database.write(self.house.conversations.take_turn, inbound)
        await self.listen()

    async def organise(self, *words: str) -> str:
        printed = command(*words)
        await self.listen()
        return printed

    async def export(self, folder: Path, *what: str) -> Sequence[Sequence[dict[str, str]]]:
        for name in what:
            command("export", name, "--out", str(folder / f"{name}.csv"))
        return [read_rows(folder / f"{name}.csv") for name in what]

    def _put(self, _connection: Connection, copy: Copy, operation: Announce) -> None:
        self._hear(self.addresses[copy.address_id], operation, copy.language)

    def _hear(self, who: str, operation: Operation, language: str) -> None:
        said = lines_of([operation], self.house.speeches[self.country], language)
        self.heard.setdefault(who, []).extend(said)


@dataclass
class InTheCore:
    """Somebody whose words go straight into a turn."""

    life: Core
    language: str

    async def say(self, *words: str) -> None:
        for said in words:
            await self.life.take(self.language, self.language, said)

    async def read(self) -> str:
        return ISOLATES.sub("", "\n".join(self.life.heard.get(self.language, [])))


@asynccontextmanager
async def core(folder: Path, country: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Core]:
    """A house over a fresh file; commands of this process find it, on its clock."""
    _settle(folder)
    environ = {"BARAZA_DATA": str(folder), "BARAZA_SECRET_KEY": SECRET}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    clock, chance = [START], random.Random(1)
    outside = Outside(lambda: clock[0], chance.randbytes)
    with patch.object(app, "outside", lambda: outside):
        house = app.build(read_settings(environ, None))
        try:
            yield Core(house, country, clock)
        finally:
            await house.database.close()
            house.executor.shutdown()


def _settle(folder: Path) -> None:
    folder.mkdir()
    (folder / "baraza.db").write_bytes(migrated_file())
