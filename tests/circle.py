"""The closed circle: an idea becomes an option, is voted on, done, told, and written to a file.

Two neighbours of two languages in one channel, and an organiser who types commands beside the
running house. How they talk is each channel's own; what happens is the same.
"""

from __future__ import annotations

import asyncio
import csv
import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from click.testing import CliRunner

from bot.cli import baraza
from bot.domain.announcements import State
from bot.services.vote_course import END_VOTES
from storage import announcements
from storage.later import kick
from tests.end_to_end import ROOT
from tests.telegram.living import Living

ISOLATES = re.compile("[\u2066-\u2069]")

VOTE = """\
key = "square-2027"
country = "uruguay"
owner = "The board"
opens = 2026-11-20T09:00:00
closes = 2026-11-30T20:00:00
method = "plurality"
tie = "file"
most = 1

[question]
es = "¿Qué hacemos en la plaza?"
en = "What shall we do in the square?"

[who]
adult = false

[[options]]
key = "compost"
label = { es = "Compostera", en = "Compost bin" }
text = { es = "La idea CODE.", en = "Idea CODE." }

[[options]]
key = "bench"
label = { es = "Un banco", en = "A bench" }
"""

DONE = """\
country = "uruguay"
[text]
es = "Ustedes lo eligieron, y ya está: la compostera."
en = "You chose it, and it is there: the compost bin."
[button]
opens = "CODE"
[audience]
took_part = ["idea CODE"]
"""


class Neighbour(Protocol):
    """Somebody who has a chat open."""

    async def say(self, *words: str) -> None:
        """Type each, and wait for the answer."""

    async def read(self) -> str:
        """All that stands in the chat."""


async def until_read(neighbour: Neighbour, words: str) -> None:
    """Wait until it stands there. Raises when it does not come."""
    said = ""
    for _look in range(300):
        said = ISOLATES.sub("", await neighbour.read())
        if words in said:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{words!r} did not come: …{said[-600:]}")


async def organise(*words: str) -> str:
    """A command beside the running house; what it prints."""
    runner = CliRunner()
    done = await asyncio.to_thread(runner.invoke, baraza, words, input="y\n")
    assert done.exit_code == 0, f"{words}: {done.output} {done.exception}"
    return str(done.output)


def find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match.group()


async def go_round(life: Living, english: Neighbour, spanish: Neighbour, folder: Path) -> None:
    """From an idea in English, backed in Spanish, to a row in a file."""
    code = await propose(life, english)
    await organise("idea", "publish", code, "--message", "en=Thank you.", "--message", "es=Va.")
    await until_read(english, f"News of {code}")
    await spanish.say(code, "1")
    await until_read(spanish, f"Te sumamos a {code}")
    await vote(life, english, spanish, code, folder)
    await organise("idea", "update", code, "--status", "in-progress")
    await organise("idea", "update", code, "--status", "done")
    await until_read(spanish, f"Noticias de {code}: hecha")
    await announce(life, code, folder)
    await until_read(english, "You chose it, and it is there: the compost bin.")
    await until_read(spanish, "Ustedes lo eligieron, y ya está: la compostera.")
    for neighbour, other in ((english, "Ustedes lo eligieron"), (spanish, "You chose it")):
        assert other not in await neighbour.read(), "each reads it in one language"
    [idea] = await export("ideas", folder)
    assert (idea["code"], idea["status"], idea["text"]) == (code, "done", "Compost in the square")
    assert [row["choices"] for row in await export("ballots", folder)] == ["compost"] * 2
    sent = await export("announcements", folder)
    assert [row["sent"] for row in sent] == ["2", "2"], "the result, and what became of it"


async def propose(life: Living, english: Neighbour) -> str:
    await english.say("idea", "compost", "Compost in the square", "Palermo", "skip", "1", "skip")
    await english.say("without my name", "send it")
    await until_read(english, "Thank you. Your number is MVD-")
    listed = await organise("idea", "list", "--waiting")
    return find(r"MVD-\w+", listed)


async def vote(
    life: Living, english: Neighbour, spanish: Neighbour, idea: str, folder: Path
) -> None:
    """Open it, let both vote, let its last moment come, and publish what came of it."""
    file = folder / "square-2027.toml"
    file.write_text(VOTE.replace("CODE", idea), "utf-8")
    code = find(r"MVD-\w+(?= is open)", await organise("vote", "open", str(file)))
    await english.say("vote", "Compost bin", "send it")
    await until_read(english, "Your vote is in.")
    await spanish.say(code, "Compostera", "enviarlo")
    await until_read(spanish, "Tu voto está registrado.")
    life.clock[0] += timedelta(days=6)
    await life.house.database.write(kick, END_VOTES)
    await life.settled()
    assert "compost" in await organise("vote", "result", code)
    assert "are told: 2" in await organise("vote", "publish", code)
    await life.settled()
    await until_read(english, "Chosen: Compost bin.")
    await until_read(spanish, "Ganó: Compostera.")


async def announce(life: Living, idea: str, folder: Path) -> None:
    """“You said, we did”, to who has to do with the idea; waits until it is over."""
    file = folder / "done.toml"
    file.write_text(DONE.replace("CODE", idea), "utf-8")
    code = find(r"A-\w+", await organise("announce", "new", str(file)))
    assert "2 residents" in await organise("announce", "schedule", code)
    async with asyncio.timeout(20):
        while True:
            row = await life.house.database.read(announcements.find, code)
            if row is not None and row.state is State.DONE:
                return
            await asyncio.sleep(0.05)


async def export(what: str, folder: Path) -> Sequence[dict[str, str]]:
    out = folder / f"{what}.csv"
    # It listens to signals, which is for the main thread of a process.
    words = ("-m", "bot", "export", what, "--out", str(out))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
    assert await process.wait() == 0
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
