"""The command line shows its commands without loading them, and tells mistakes in plain lines."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from bot.__main__ import EXIT_TOLD, TOLD, main, read_told
from bot.cli import COMMANDS, Entry, LazyGroup, baraza
from bot.settings import SettingsError
from tests.houses import SECRET, migrated_file

SERVING = (
    "aiogram",
    "aiohttp",
    "aiosqlite",
    "alembic",
    "asyncpg",
    "bot.conversation",
    "bot.flows",
    "bot.services",
    "jinja2",
    "PIL",
    "pgqueuer",
    "pydantic",
    "rapidfuzz",
    "rich",
    "segno",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
    "starlette",
    "telegram",
    "uvicorn",
)
"""What a process that serves needs, and a command that asks the database does not."""


@pytest.mark.parametrize("name", COMMANDS)
def test_command_of_the_table_can_be_called(name: str) -> None:
    shown = CliRunner().invoke(baraza, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith(f"Usage: baraza {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_entry_names_a_module_and_ends_its_sentence(name: str) -> None:
    entry = COMMANDS[name]
    assert entry.module == f"bot.cli.{name}"
    assert entry.attribute
    assert entry.help.endswith(".")
    assert len(entry.help) <= 60


def test_help_lists_every_command_of_the_table_in_its_order() -> None:
    shown = CliRunner().invoke(baraza, ["--help"])
    assert shown.exit_code == 0
    _, _, section = shown.output.partition("Commands:\n")
    assert [line.split()[0] for line in section.splitlines()] == list(COMMANDS)


@pytest.mark.parametrize(
    ("words", "own", "heavy"),
    [
        (["--help"], "bot.cli", (*SERVING, "sqlalchemy", "babel")),
        (["report", "list"], "storage.reports", SERVING),
    ],
)
def test_command_loads_nothing_that_it_does_not_use(
    words: list[str], own: str, heavy: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "baraza.db").write_bytes(migrated_file())
    code = (
        f"import sys; sys.argv = ['baraza', *{words!r}]\n"
        "from bot.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as left: assert not left.code\n"
        "sys.stderr.write(' '.join(sys.modules))\n"
    )
    environ = {"BARAZA_DATA": str(tmp_path), "BARAZA_SECRET_KEY": SECRET}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )
    loaded = set(done.stderr.split())
    assert own in loaded
    assert loaded & set(heavy) == set()


def group_of(*entries: tuple[str, str]) -> LazyGroup:
    table = {name: Entry(target, "Do it.") for name, target in entries}
    return LazyGroup(entries=table, name="test", help="Test.")


def test_command_that_is_not_in_the_table_is_not_found() -> None:
    called = CliRunner().invoke(group_of(), ["ghost"])
    assert called.exit_code == 2
    assert "No such command 'ghost'" in called.output


def test_entry_without_a_module_is_a_programmers_mistake() -> None:
    called = CliRunner().invoke(group_of(("ghost", "bot.cli.ghost:ghost")), ["ghost"])
    assert isinstance(called.exception, ModuleNotFoundError)


def test_entry_that_is_no_command_is_a_programmers_mistake() -> None:
    called = CliRunner().invoke(group_of(("x", "bot.cli:COMMANDS")), ["x"])
    assert isinstance(called.exception, TypeError)


def failing(error: Exception) -> click.Command:
    def fail() -> None:
        raise error

    return click.Command("fail", callback=fail)


def test_settings_error_is_told_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["baraza"])
    monkeypatch.setattr("bot.__main__.baraza", failing(SettingsError(["A is wrong.", "So is B."])))
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == EXIT_TOLD
    assert capsys.readouterr().err == "baraza: A is wrong.\nbaraza: So is B.\n"


def test_any_other_error_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["baraza"])
    monkeypatch.setattr("bot.__main__.baraza", failing(KeyError("x")))
    with pytest.raises(KeyError):
        main()


def test_errors_that_are_told_exist() -> None:
    for module, name in TOLD:
        assert issubclass(getattr(import_module(module), name), Exception)
    assert read_told(SettingsError(["A."])) == ("A.",)
    assert read_told(KeyError("x")) == ()


def test_a_full_disk_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space") as full, open("/dev/full", "wb", 0) as file:
        file.write(b"x")
    assert read_told(full.value) == ("the disk: No space left on device",)
    assert read_told(FileNotFoundError(2, "No such file", "x")) == ()
    closed = PermissionError(13, "Permission denied", "a.key")
    ours = "It must be a file of the user that runs this"
    assert read_told(closed) == (f"a.key: Permission denied. {ours}",)
    engine = create_engine(f"sqlite:///{tmp_path / 'small.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma max_page_count = 2")
        with pytest.raises(OperationalError) as filled:
            connection.exec_driver_sql("create table a as select randomblob(100000)")
        with pytest.raises(OperationalError) as wrong:
            connection.exec_driver_sql("select * from nothing")
    assert read_told(filled.value) == (
        "the database's file: database or disk is full. "
        "Is there room, and may it be written? baraza doctor",
    )
    assert read_told(wrong.value) == ()
    engine.dispose()
