"""The organisers' guide, lived through: every command in it, in its order, over one town."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import baraza
from bot.pictures import demo_photo
from tests.cli.conftest import Shell
from tests.end_to_end import free_port

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "organiser.md"
PAST, FUTURE = "2020-11-", "2099-12-"
"""What the guide calls November is over, and its December is still to come, whenever it runs."""


def blocks() -> Iterator[tuple[str, str]]:
    """What stands between fences, in order, with the kind of each."""
    text = GUIDE.read_text(encoding="utf-8").replace("2026-11-", PAST).replace("2026-12-", FUTURE)
    yield from re.findall(r"^```(\w*)\n(.*?)^```", text, re.S | re.M)


def commands(block: str) -> list[str]:
    return [line for line in block.replace("\\\n", " ").splitlines() if line.strip()]


class Month:
    """A town of a few residents, and what the guide's codes stand for in it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.codes: dict[str, str] = {}
        self.results: dict[str, Result] = {}

    def begin(self) -> None:
        """What residents tell before the guide asks for it."""
        shell = self._shell
        self.codes["MVD-7F3K"] = shell.report("ana")
        self.codes["MVD-8G4M"] = shell.report("beto", "Lleno desde ayer", "Español")
        self.codes["MVD-C4TX"] = shell.idea("ana")
        self.codes["MVD-H6PW"] = shell.idea("caro", "Worms for what the kitchen leaves")
        self.codes["MVD-N3RD"] = shell.idea("beto", "Somewhere to bring our leaves in autumn")
        shell.talk("caro", "/person", "Where do old batteries go?")

    def live(self, typed: str) -> None:
        """One command as the guide has it, and what residents do then."""
        for written, real in self.codes.items():
            typed = typed.replace(written, real)
        words = shlex.split(typed, comments=True)
        assert words[0] == "baraza", typed
        if words[1] == "run":
            serve(self._shell.data)
            return
        result = CliRunner().invoke(baraza, words[1:], input="y\n", catch_exceptions=False)
        # The doctor may find something to say of the machine that this runs on.
        assert result.exit_code == 0 or words[1] == "doctor", f"{typed}\n{result.output}"
        self.results[typed] = result
        for begins, then in MEANWHILE.items():
            if typed.startswith(begins):
                then(self, result.output)

    def comment(self, output: str) -> None:
        for words in ("Ours works well", "It smells"):
            code = self.codes["MVD-C4TX"]
            self._shell.talk("caro", code, "say something", words)

    def cast(self, output: str) -> None:
        for who in ("ana", "caro"):
            self._shell.talk(who, "/start", "/vote", "Compost bin", "that is all", "send it")

    def note_person(self, output: str) -> None:
        self.codes["P-7F3KM"] = found(r"P-\w+", output)

    def note_announcement(self, output: str) -> None:
        self.codes["A-7F3KM"] = found(r"A-\w+", output)


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match.group()


MEANWHILE: Mapping[str, Callable[[Month, str], None]] = {
    "baraza people waiting": Month.note_person,
    "baraza idea merge": Month.comment,
    "baraza vote open": Month.cast,
    "baraza announce new": Month.note_announcement,
}


def serve(data: Path) -> None:
    """`baraza run` as a process of its own, until it listens and is stopped."""
    environ = {**os.environ, "BARAZA_WEB_LISTEN": f"127.0.0.1:{free_port()}"}
    words = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(
        words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "Ctrl-C stops it" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert "Everything said is kept" in process.stdout.read()
    assert process.returncode == 0


def test_the_first_month_goes_as_the_guide_has_it(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.countries = "uruguay"
    monkeypatch.setenv("BARAZA_COUNTRIES", shell.countries)
    (tmp_path / "locales").symlink_to(ROOT / "locales")
    for picture in ("square.png", "mended.jpg"):
        (tmp_path / picture).write_bytes(demo_photo("bin_full", 1))
    month = Month(shell)
    month.begin()
    for kind, block in blocks():
        if kind == "toml":
            file = found(r"[\w-]+\.toml", block)
            for written, real in month.codes.items():
                block = block.replace(written, real)
            (tmp_path / file).write_text(block, encoding="utf-8")
            continue
        for typed in commands(block):
            month.live(typed)
    said = {typed: result.output for typed, result in month.results.items()}
    assert len(said) > 50
    assert "Residents who are told: 2." in said["baraza vote publish plaza-2027"]
    assert "compost" in said["baraza tally plaza-2027.pb"]
    assert (tmp_path / "map.geojson").exists()
    exported = {path.name.partition("-")[0] for path in tmp_path.glob("*-2*")}
    assert {"reports", "ideas", "votes", "ballots", "announcements", "deliveries"} <= exported
