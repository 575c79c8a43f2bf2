"""The closed circle: an idea becomes an option, is voted on, done, told, and written to a file.

Two neighbours of two languages in one channel, and an organiser who types commands beside the
running house. How they talk is each channel's own, and what they say and read is their own
language's (`circle.toml`); what happens is the same.
"""

from __future__ import annotations

import asyncio
import csv
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from bot.app import House
from bot.cli import baraza
from bot.domain.announcements import State
from bot.services.vote_course import END_VOTES
from storage import announcements
from storage.announcements import AnnouncementRow
from storage.later import kick
from tests.end_to_end import ROOT

ISOLATES = re.compile("[\u2066-\u2069]")

Words = Mapping[str, str | Sequence[str]]

WORDS: Mapping[str, Mapping[str, Words]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text("utf-8")
)
"""By country and language."""

PAIRS = [(country, *pair) for country, spoken in WORDS.items() for pair in combinations(spoken, 2)]
"""Every two languages that live together, and where."""

VOTE = """\
key = "square-2027"
country = "{country}"
owner = "The board"
opens = 2026-11-20T09:00:00
closes = 2026-11-30T20:00:00
method = "plurality"
tie = "file"
most = 1

[question]
{question}

[who]
adult = false

[[options]]
key = "chosen"
[options.label]
{chosen}
[options.text]
{code}

[[options]]
key = "other"
[options.label]
{other}
"""

DONE = """\
country = "{country}"
[text]
{told}
[button]
opens = "{idea}"
[audience]
took_part = ["idea {idea}"]
"""


EXPORT = """\
import sys
from bot.cli import baraza

_self, folder, *kinds = sys.argv
for kind in kinds:
    baraza.main(["export", kind, "--out", f"{folder}/{kind}.csv"], standalone_mode=False)
"""
"""One process writes each file: a start takes longer than the export."""


class Life(Protocol):
    """A house of one country in which time goes on when it is told to."""

    @property
    def house(self) -> House: ...

    @property
    def country(self) -> str: ...

    @property
    def clock(self) -> list[datetime]: ...

    async def settled(self) -> None:
        """Everything that is due is done."""

    async def organise(self, *words: str) -> str:
        """A command; what it prints."""

    async def export(self, folder: Path, *what: str) -> Sequence[Sequence[dict[str, str]]]:
        """The rows of the files that it writes."""


class Neighbour(Protocol):
    """Somebody who has a chat open."""

    async def say(self, *words: str) -> None:
        """Type each, and wait for the answer."""

    async def read(self) -> str:
        """All that stands in the chat."""


def words_of(country: str, language: str, key: str) -> str:
    found = WORDS[country][language][key]
    assert isinstance(found, str), key
    return found


def said_of(country: str, language: str, key: str) -> Sequence[str]:
    found = WORDS[country][language][key]
    assert not isinstance(found, str), key
    return found


@dataclass(frozen=True, slots=True)
class Resident:
    """A neighbour with a language."""

    country: str
    language: str
    chat: Neighbour

    async def say(self, *keys: str) -> None:
        """Type what `circle.toml` has under each."""
        for key in keys:
            found = WORDS[self.country][self.language][key]
            await self.chat.say(*([found] if isinstance(found, str) else found))

    async def reads(self, key: str, code: str = "") -> None:
        """Wait until it stands there. Raises when it does not come."""
        wanted = words_of(self.country, self.language, key).replace("{code}", code)
        said = ""
        for _look in range(300):
            said = ISOLATES.sub("", await self.chat.read())
            if wanted in said:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{wanted!r} did not come: …{said[-600:]}")


def find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match.group()


async def go_round(life: Life, one: Resident, other: Resident, folder: Path) -> None:
    """From an idea in the one's language, backed in the other's, to a row in a file."""
    idea = await propose(life, one)
    await life.organise("idea", "publish", idea)
    await one.reads("published", idea)
    await other.chat.say(idea)
    await other.say("back")
    await other.reads("joined", idea)
    await vote(life, one, other, idea, folder)
    await life.organise("idea", "update", idea, "--status", "in-progress")
    await other.reads("in_progress", idea)
    await life.organise("idea", "update", idea, "--status", "done")
    for resident in (one, other):
        await resident.reads("done", idea)
    await announce(life, (one, other), idea, folder)
    for resident, stranger in ((one, other), (other, one)):
        await resident.reads("told")
        strange = words_of(life.country, stranger.language, "told")
        assert strange not in await resident.chat.read(), "each reads it in one language"
    [row], ballots, sent = await life.export(folder, "ideas", "ballots", "announcements")
    said = words_of(life.country, one.language, "says")
    assert (row["code"], row["status"], row["text"]) == (idea, "done", said)
    assert [row["choices"] for row in ballots] == ["chosen"] * 2
    assert [row["sent"] for row in sent] == ["2", "2"], "the result, and what became of it"


async def propose(life: Life, one: Resident) -> str:
    await one.say("idea")
    await one.reads("thanks")
    listed = await life.organise("idea", "list", "--waiting")
    return find(rf"{_prefix(life)}-\w+", listed)


async def vote(life: Life, one: Resident, other: Resident, idea: str, folder: Path) -> None:
    """Open it, let both vote, let its last moment come, and publish what came of it."""
    both = (one, other)
    labels = {key: _by_language(both, key) for key in ("question", "chosen", "other")}
    file = folder / "square-2027.toml"
    text = _in_languages(both, {resident.language: idea for resident in both})
    file.write_text(VOTE.format(country=life.country, code=text, **labels), "utf-8")
    opened = await life.organise("vote", "open", str(file))
    code = find(rf"{_prefix(life)}-\w+(?= is open)", opened)
    await one.say("vote", "chosen", "send")
    await one.reads("cast")
    await other.chat.say(code)
    await other.say("chosen", "send")
    await other.reads("cast")
    await _until_morning(life, days=6)
    await life.house.database.write(kick, END_VOTES)
    await life.settled()
    assert "chosen" in await life.organise("vote", "result", code)
    assert "are told: 2" in await life.organise("vote", "publish", code)
    await life.settled()
    for resident in both:
        await resident.reads("won")


async def announce(life: Life, both: Sequence[Resident], idea: str, folder: Path) -> None:
    """“You said, we did”, to who has to do with the idea; waits until it is over."""
    # Some countries let a week pass after the result.
    await _until_morning(life, days=7)
    file = folder / "done.toml"
    told = _by_language(both, "told")
    file.write_text(DONE.format(country=life.country, told=told, idea=idea), "utf-8")
    code = find(r"A-\w+", await life.organise("announce", "new", str(file)))
    assert "2 residents" in await life.organise("announce", "schedule", code)
    async with asyncio.timeout(20):
        while True:
            await life.settled()
            row: AnnouncementRow | None = await life.house.database.read(announcements.find, code)
            if row is not None and row.state is State.DONE:
                return
            await asyncio.sleep(0.05)


async def _until_morning(life: Life, days: int) -> None:
    """So many days later, at ten in the morning there: no country is quiet then."""
    zone = ZoneInfo(life.house.countries[life.country].timezone)
    day = life.clock[0].astimezone(zone) + timedelta(days=days)
    life.clock[0] = day.replace(hour=10, minute=life.clock[0].minute + 1).astimezone(UTC)


def _prefix(life: Life) -> str:
    return life.house.countries[life.country].prefix


def _by_language(both: Sequence[Resident], key: str) -> str:
    return _in_languages(
        both,
        {person.language: words_of(person.country, person.language, key) for person in both},
    )


def _in_languages(both: Sequence[Resident], words: Mapping[str, str]) -> str:
    """Lines of a TOML table; the country's other languages say it as the first of them."""
    spoken = WORDS[both[0].country]
    first = words[both[0].language]
    return "\n".join(f'{language} = "{words.get(language, first)}"' for language in spoken)


class AtTheShell:
    """Commands beside a house that is running in this process."""

    async def organise(self, *words: str) -> str:
        return await asyncio.to_thread(command, *words)

    async def export(self, folder: Path, *what: str) -> Sequence[Sequence[dict[str, str]]]:
        # It listens to signals, which is for the main thread of a process.
        words = ("-c", EXPORT, str(folder), *what)
        process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
        assert await process.wait() == 0
        return [read_rows(folder / f"{name}.csv") for name in what]


def command(*words: str) -> str:
    done = CliRunner().invoke(baraza, words, input="y\n")
    assert done.exit_code == 0, f"{words}: {done.output} {done.exception}"
    return str(done.output)


def read_rows(file: Path) -> Sequence[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
