"""`compose.yaml` and `Dockerfile` name what there is; no daemon is needed to see that."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import click

from bot.cli import baraza
from bot.settings_table import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_every_setting_of_the_stack_is_one() -> None:
    named = set(re.findall(r"\bBARAZA_[A-Z_]+", COMPOSE + IMAGE))
    assert "BARAZA_DATABASE_URL" in named
    assert named - {setting.name for setting in SETTINGS} == set()


def test_every_command_of_the_stack_is_one() -> None:
    commands = re.findall(r'(?:command:|CMD) (\["baraza".*\])', COMPOSE + IMAGE)
    assert len(commands) == 5
    for command in commands:
        words = ast.literal_eval(command)[1:]
        found: click.Command = baraza
        while isinstance(found, click.Group):
            [name, *words] = words
            inner = found.get_command(click.Context(found), name)
            assert inner is not None, command
            found = inner
        found.make_context(found.name, words)


def test_the_image_holds_every_library_that_serves_residents() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    there = set(extras["project"]["optional-dependencies"]) - {"dev"}
    assert set(re.findall(r"more\['(\w+)'\]", IMAGE)) == there


def test_the_database_is_asked_where_only_the_lasting_server_answers() -> None:
    """The server that makes the database at the first start listens on a socket alone."""
    [probe] = re.findall(r'"(pg_isready .*)"', COMPOSE)
    assert "--host=127.0.0.1" in probe
