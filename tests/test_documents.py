"""What documents say is what the program does."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import COMMANDS, baraza
from bot.domain.ideas import IDEA_CHANGES
from bot.domain.reports import Status
from bot.metrics import GAUGES, Metrics
from bot.settings import read_settings
from storage.saved_questions import QUESTIONS
from storage.views import VIEWS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def test_the_staff_guide_describes_every_view_column_and_saved_question() -> None:
    guide = (ROOT / "docs/staff.md").read_text(encoding="utf-8")
    assert VIEWS
    for view in VIEWS:
        for column in view.columns:
            assert f"| `{column.name}` | {column.kind} | {column.meaning} |" in guide
    for question in QUESTIONS:
        assert f"| `{question.name}` | {question.meaning} |" in guide


def test_every_command_in_the_documents_exists() -> None:
    named = {
        name
        for page in PAGES
        for name in re.findall(r"(?<![\w/])baraza ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 5
    assert named - COMMANDS.keys() == set()


def test_the_organisers_guide_names_every_status() -> None:
    guide = (ROOT / "docs/organiser.md").read_text(encoding="utf-8")
    for status in Status:
        assert status.value in guide


def test_the_organisers_guide_tells_what_an_idea_may_become() -> None:
    guide = (ROOT / "docs/organiser.md").read_text(encoding="utf-8")
    for status, then in IDEA_CHANGES.items():
        if then:
            assert f"| {status.value} | {', '.join(item.value for item in then)} |" in guide
        else:
            assert status.value in guide


def test_every_link_between_documents_leads_somewhere() -> None:
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 5
    assert [
        (page.name, target) for page, target in links if not (page.parent / target).exists()
    ] == []


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SERVER = ROOT / "docs" / "server"


def blocks(page: Path) -> list[str]:
    """What stands between fences."""
    return re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)


def typed_commands() -> Iterator[tuple[str, list[str]]]:
    """Every `baraza …` of a block, with its words."""
    for page in PAGES:
        for block in blocks(page):
            for typed in re.split(r"\n(?=\S)", block.replace("\\\n", " ")):
                if typed.startswith("baraza "):
                    yield page.name, shlex.split(typed, comments=True)[1:]


def test_every_typed_command_has_the_options_that_it_is_given() -> None:
    typed = list(typed_commands())
    assert len(typed) > 10
    for page, words in typed:
        command: click.Command = baraza
        context = click.Context(baraza)
        while isinstance(command, click.Group):
            found = command.get_command(context, words[0])
            assert found is not None, f"{page}: {words}"
            command, words = found, words[1:]
        context = click.Context(command)
        # Raises for an option that there is none of; files need not be there.
        command.make_parser(context).parse_args(words)


def test_every_shell_block_of_the_server_guide_is_shell() -> None:
    written = blocks(ROOT / "docs" / "server.md")
    assert len(written) > 5
    for block in written:
        subprocess.run(["sh", "-n"], input=block, text=True, check=True)


def test_the_settings_of_the_server_guide_are_settings(tmp_path: Path) -> None:
    [block] = [block for block in blocks(ROOT / "docs" / "server.md") if ".env <<END" in block]
    commands = block.replace("/etc/baraza", str(tmp_path)).replace("-o root -g baraza ", "")
    commands = "\n".join(line for line in commands.splitlines() if "chgrp" not in line)
    subprocess.run(["sh", "-e"], input=commands, text=True, check=True)
    settings = read_settings({}, tmp_path / ".env")
    assert settings.data == Path("/var/lib/baraza")
    assert settings.web_secure
    assert settings.metrics is not None
    assert settings.metrics.loopback
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["baraza.service", "baraza-backup.service"])
def test_a_unit_is_one_and_hardened(name: str, tmp_path: Path) -> None:
    unit = (SERVER / name).read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
        assert line in unit
    [words] = re.findall(r"^ExecStart=\S+/baraza (.+)$", unit, re.M)
    assert words.split()[0] in COMMANDS
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NOT RUN: systemd is missing; apt-get install systemd")
    (tmp_path / name).write_text(re.sub(r"=/opt\S+", "=/bin/true", unit), encoding="utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / name], capture_output=True, text=True, check=True
    )
    assert told.stderr == ""


def test_an_alert_asks_for_numbers_that_there_are() -> None:
    told = Metrics("1", lambda: 0.0).render(known_gauges())
    names = set(re.findall(r"# TYPE (\w+)", told))
    rules = (SERVER / "alerts.yml").read_text(encoding="utf-8")
    alerts = re.findall(r"- alert: (\w+)\n +expr: (.+)", rules)
    guide = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    assert len(alerts) == 5
    for alert, asked in alerts:
        assert set(re.findall(r"baraza_\w+", asked)) <= names
        assert f"| `{alert}` |" in guide


def known_gauges() -> dict[str, float]:
    return {
        f"{name} {state}".strip(): 1.0
        for name, (_meaning, states) in GAUGES.items()
        for state in states
    }
