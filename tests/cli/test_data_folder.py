"""A data folder that will not do is named in a line, whatever the command."""

from __future__ import annotations

import os
import pwd
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from bot.__main__ import read_told
from bot.cli import baraza
from bot.settings import DEMO_KEY_FILE
from tests.cli.conftest import Shell

COMMANDS = (
    "run",
    "report list",
    "db check",
    "db copy --to postgresql://a@127.0.0.1/a",
    "backup there",
    "demo",
    "run --demo",
)


def told(words: str) -> str:
    """The line with which a command ends."""
    error = CliRunner().invoke(baraza, words.split()).exception
    assert error is not None
    [line] = read_told(error)
    return line


@pytest.fixture
def closed_to_us(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Somebody else's, as far as this user can see. Nothing is closed to root, who runs tests."""

    def close(path: Path) -> None:
        may = os.access
        monkeypatch.setattr(os, "access", lambda asked, how: asked != path and may(asked, how))

    return close


@pytest.mark.parametrize("words", COMMANDS)
def test_a_folder_that_is_somebody_elses(
    words: str, shell: Shell, closed_to_us: Callable[[Path], None]
) -> None:
    closed_to_us(shell.data)
    assert told(words).startswith(f"{shell.data} cannot be written by ")


@pytest.mark.parametrize("words", COMMANDS)
def test_a_folder_that_cannot_be_made(
    words: str, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del shell
    (tmp_path / "file").touch()
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "file" / "data"))
    line = told(words)
    assert line.startswith("BARAZA_DATA: ")
    assert "cannot be made (Not a directory)" in line


def test_another_folder_to_restore_into_is_named_as_it_was_given(
    shell: Shell, tmp_path: Path
) -> None:
    del shell
    (tmp_path / "file").touch()
    line = told(f"restore {tmp_path}/file --into {tmp_path}/file/data")
    assert line == f"--into: {tmp_path}/file/data cannot be made (Not a directory)."


def test_a_database_that_is_somebody_elses_or_in_no_folder(
    shell: Shell, closed_to_us: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54_321)
    closed_to_us(shell.data / "baraza.db")
    line = told("report list")
    owner = pwd.getpwuid((shell.data / "baraza.db").stat().st_uid).pw_name
    told_so = (
        f"baraza.db cannot be written by user 54321: it is {owner}'s, so run this as {owner}."
    )
    assert line.endswith(told_so)
    monkeypatch.setenv("BARAZA_DATABASE_URL", f"sqlite:///{shell.data}/none/baraza.db")
    assert f"there is no folder {shell.data}/none" in told("report list")


def test_a_lock_that_is_somebody_elses(
    shell: Shell, closed_to_us: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root leaves it, who ran a command once."""
    monkeypatch.setattr(os, "geteuid", lambda: 54_321)
    (shell.data / "baraza.lock").touch()
    closed_to_us(shell.data / "baraza.lock")
    assert "baraza.lock cannot be written by user 54321: it is " in told("report list")


def test_the_doctor_says_so_and_looks_at_the_rest(
    shell: Shell, closed_to_us: Callable[[Path], None]
) -> None:
    closed_to_us(shell.data)
    lines = [line for line in shell.refused("doctor").splitlines() if line.startswith("BAD")]
    assert [line.split()[1] for line in lines] == ["data", "database"]
    assert f"Not looked at: {shell.data} cannot be written by " in lines[1]


@pytest.mark.parametrize("name", ["keys", "keys/votes"])
def test_the_doctor_names_a_folder_of_keys_that_cannot_be_written(
    name: str, shell: Shell, closed_to_us: Callable[[Path], None]
) -> None:
    (shell.data / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    closed_to_us(shell.data / name)
    lines = [line for line in shell.refused("doctor").splitlines() if line.startswith("BAD")]
    assert [line.split()[1] for line in lines] == ["keys"]
    assert f"{shell.data / name} cannot be written by " in lines[0]


def test_a_file_system_that_is_read_only_is_nobodys_rights(
    shell: Shell, closed_to_us: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_to_us(shell.data)
    as_it_is = os.statvfs(shell.data)
    flags = SimpleNamespace(f_flag=as_it_is.f_flag | os.ST_RDONLY)
    monkeypatch.setattr(os, "statvfs", lambda _path: flags)
    why = f"{shell.data} cannot be written by anybody: its file system is mounted read-only"
    assert told("report list").startswith(why)
    lines = [line for line in shell.refused("doctor").splitlines() if line.startswith("BAD")]
    assert [why in line for line in lines] == [True, True]
    assert "give it" not in "".join(lines)


def test_a_server_that_is_away_is_named_without_its_password(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    del shell
    monkeypatch.setenv("BARAZA_DATABASE_URL", "postgresql://ana:geheim@127.0.0.1:1/town")
    line = told("report list")
    assert line.startswith("the database server (127.0.0.1, port 1) cannot be reached (")
    assert "geheim" not in line


def test_who_may_not_look_into_the_folder_is_asked_for_the_secret(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a demo made it is then not to be seen."""
    (shell.data / DEMO_KEY_FILE).write_text("x" * 40)
    monkeypatch.delenv("BARAZA_SECRET_KEY")
    stat = os.stat

    def refuse(path: Any, **how: Any) -> os.stat_result:
        if str(path).endswith(DEMO_KEY_FILE):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **how)

    monkeypatch.setattr(os, "stat", refuse)
    assert told("report list").startswith("BARAZA_SECRET_KEY is not set")


@pytest.fixture
def without_room(shell: Shell) -> Iterator[Shell]:
    """A town whose files cannot grow any more, as where the disk is full."""
    shell.told("report", "list")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    yield shell
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_no_reason_to_restore(without_room: Shell) -> None:
    for words in ("db check", "db upgrade", "report list"):
        assert told(words).startswith("the database's file: disk I/O error. Is there room")
    seen = without_room.refused("doctor")
    assert "look at the disk's room" in seen
    assert "Restore" not in seen
