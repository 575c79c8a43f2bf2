"""A backup is whole and sealed; a restore gives back the same town, paused, the erased erased."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot import databases
from bot.work.backup.errors import (
    Altered,
    BackupError,
    CutShort,
    NewerTables,
    NoErasedList,
    NotEmpty,
    OtherSecret,
)
from bot.work.erased import ENDED_FILE_NAME, FILE_NAME, read_lines
from storage import facts, schema, table_rows
from storage.errors import SecondProcess
from tests.cli.backups import (
    NAME,
    PHOTO,
    STORY,
    count,
    fill,
    make,
    make_older,
    records,
    restore,
    restored,
    work,
)
from tests.cli.conftest import Shell
from tests.houses import SECRET


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def test_a_restore_gives_back_every_row_and_file(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    fill(shell)
    before = shell.read(records)
    file = make(shell, folder)
    other = restored(tmp_path)
    told = restore(other, file)
    assert "Nothing is sent until: baraza outbox resume" in told
    after = other.read(records)
    assert after.pop("meta") != before.pop("meta")
    assert after.pop("audit") != before.pop("audit")
    assert after == before
    assert before["media"]
    assert before["conversation"]
    assert (other.data / "media" / NAME[:2] / NAME).read_bytes() == PHOTO
    assert [action for action, *_rest in shell.audits()] == ["backup"]
    assert [action for action, *_rest in other.audits()] == ["restore"]


def test_numbers_go_on_where_they_were(shell: Shell, folder: Path, tmp_path: Path) -> None:
    fill(shell)
    shell.execute("delete from outbox")
    before = shell.read(table_rows.read_numbers)
    other = restored(tmp_path)
    restore(other, make(shell, folder))
    after = other.read(table_rows.read_numbers)
    assert after["outbox"] == before["outbox"] > 0


def test_a_backup_is_sealed_and_only_its_owner_can_read_it(shell: Shell, folder: Path) -> None:
    fill(shell)
    data = make(shell, folder).read_bytes()
    for words in (STORY.encode(), b"Palermo", PHOTO[:40], SECRET.encode(), b"resident"):
        assert words not in data
    assert stat.S_IMODE(next(folder.glob("*.backup")).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_keys_folder_is_never_in_it(shell: Shell, folder: Path, tmp_path: Path) -> None:
    fill(shell)
    keys = shell.data / "keys"
    keys.mkdir(exist_ok=True)
    (keys / "vote-1").write_bytes(b"a key that dies one day")
    other = restored(tmp_path)
    restore(other, make(shell, folder))
    assert sorted(path.name for path in other.data.iterdir() if path.is_dir()) == ["media"]


def test_a_check_reads_it_whole_and_restores_nothing(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    fill(shell)
    told = shell.told(
        "restore", str(make(shell, folder)), "--check", "--into", str(tmp_path / "x")
    )
    assert "is whole." in told
    assert ["1", "report"] in [line.split() for line in told.splitlines()]
    assert not (tmp_path / "x" / "baraza.db").exists()


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda data: data[:-1], Altered),
        (lambda data: data[: len(data) // 2], (Altered, CutShort)),
        (lambda data: data[:-40] + bytes(40), Altered),
        (lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:], Altered),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_is_restored(
    shell: Shell,
    folder: Path,
    tmp_path: Path,
    damage: object,
    kind: type[BackupError] | tuple[type[BackupError], ...],
) -> None:
    fill(shell)
    file = make(shell, folder)
    whole = file.read_bytes()
    assert callable(damage)
    file.write_bytes(damage(whole))
    other = restored(tmp_path)
    for words in (("--check",), ()):
        with pytest.raises(kind):
            other.run("restore", str(file), "--into", str(other.data), *words)
    assert not (other.data / "baraza.db").exists()
    assert not (other.data / "media").exists()
    file.write_bytes(whole)
    restore(other, file)


def test_another_secret_is_named(
    shell: Shell, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make(shell, folder)
    monkeypatch.setenv("BARAZA_SECRET_KEY", "another secret of forty signs that tests")
    with pytest.raises(OtherSecret):
        restored(tmp_path).run("restore", str(file), "--into", str(tmp_path / "other"))


def test_a_town_is_never_written_over(shell: Shell, folder: Path) -> None:
    fill(shell)
    file = make(shell, folder)
    before = shell.read(records)
    with pytest.raises(NotEmpty):
        shell.run("restore", str(file))
    assert shell.read(records) == before


def test_a_restore_under_a_running_process_is_refused(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    file = make(shell, folder)
    (tmp_path / "other").mkdir()
    with databases.alone(tmp_path / "other"), pytest.raises(SecondProcess):
        shell.run("restore", str(file), "--into", str(tmp_path / "other"))


def test_a_backup_of_newer_tables_is_named(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = make(shell, folder)
    monkeypatch.setattr(schema, "HEAD", "0001")
    with pytest.raises(NewerTables):
        shell.run("restore", str(file), "--into", str(tmp_path / "other"))


def test_a_backup_of_older_tables_is_brought_up_to_date(
    shell: Shell, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shell)
    reports = shell.read(records)["report"]
    file = make_older(shell, folder, monkeypatch)
    assert "tables at 0001" in shell.told("restore", str(file), "--check")
    other = restored(tmp_path)
    restore(other, file)
    assert other.read(schema.revision) == schema.HEAD
    assert other.read(records)["report"] == reports


def test_only_the_newest_are_kept_and_what_was_interrupted_is_cleared(
    shell: Shell, folder: Path
) -> None:
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"baraza-2026-11-0{day}T101500.000Z.backup").write_bytes(b"x")
    (folder / "notes.txt").write_text("mine")
    (folder / ".baraza-2026-11-05T101500.000Z.backup.abc.part").write_bytes(b"half")
    (folder / ".erased.list.abc.part").write_bytes(b"half")
    file = make(shell, folder, "--keep", "3")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            "baraza-2026-11-04T101500.000Z.backup",
            "baraza-2026-11-05T101500.000Z.backup",
            file.name,
            "notes.txt",
        ]
    )


def test_a_backup_of_a_clock_that_was_behind_is_not_erased_as_the_oldest(
    shell: Shell, folder: Path
) -> None:
    folder.mkdir()
    later = [folder / f"baraza-2099-11-0{day}T101500.000Z.backup" for day in (1, 2)]
    for path in later:
        path.write_bytes(b"x")
    file = make(shell, folder, "--keep", "2")
    assert sorted(folder.iterdir()) == [file, later[1]]


def test_the_copy_of_a_list_keeps_who_stands_in_no_list_here(shell: Shell, folder: Path) -> None:
    folder.mkdir()
    for name in (FILE_NAME, ENDED_FILE_NAME):
        (folder / name).write_text(f"{'a' * 64}\n")
    for house in shell.house():
        house.erased.add("somebody")
    make(shell, folder)
    assert len(read_lines(folder / FILE_NAME)) == 2
    assert len(read_lines(folder / ENDED_FILE_NAME)) == 1


def test_a_folder_that_cannot_be_written_is_told_in_a_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "could not be written" in shell.refused("backup", str(tmp_path / "file" / "in"))


def test_who_was_forgotten_since_is_erased_again(
    shell: Shell, folder: Path, tmp_path: Path
) -> None:
    fill(shell)
    file = make(shell, folder)
    shell.talk("ana", "forget me", "yes")
    work(shell)
    assert (shell.data / "keys" / FILE_NAME).exists()
    assert len((shell.data / "keys" / FILE_NAME).read_text().split()) == 1
    newer = make(shell, folder)
    assert (folder / FILE_NAME).read_text() == (shell.data / "keys" / FILE_NAME).read_text()
    entries = (shell.data / "keys" / FILE_NAME).read_text()
    (shell.data / "keys" / FILE_NAME).unlink()

    other = restored(tmp_path)
    # The list beside the file is enough.
    told = restore(other, file)
    assert "1 person who was forgotten since the backup is erased again." in told
    assert (shell.data / "keys" / FILE_NAME).read_text() == entries
    (shell.data / "keys" / FILE_NAME).unlink()
    assert other.read(count, "select count(*) from resident") == 2
    assert other.read(count, f"select count(*) from report where text = '{STORY}'") == 0
    assert other.read(count, "select count(*) from report") == 1

    (folder / FILE_NAME).unlink()
    third = Shell(tmp_path / "third")
    with pytest.raises(NoErasedList):
        third.run("restore", str(newer), "--into", str(third.data))
    assert "is BACK" in restore(third, newer, "--without-erased-list")


OPEN = "select count(*) from outbox where state in ('owed', 'sending')"


def test_a_restored_town_sends_nothing_until_it_is_resumed(
    shell: Shell, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shell)
    owed = shell.read(count, OPEN)
    assert owed
    other = restored(tmp_path)
    restore(other, make(shell, folder))
    monkeypatch.setenv("BARAZA_DATA", str(other.data))
    assert other.owed() == []
    told = other.told("outbox", "status")
    assert "Paused: restored or taken back at" in told
    assert f"{owed} operations were owed" in told
    assert f"{owed} operations are owed, until it is resumed." in other.told("doctor")
    bot = ("--bot", "uruguay/web")
    assert "leave out --bot" in other.refused("outbox", "resume", "--drop-owed", *bot)
    assert "nothing yet, as no bot does since" in other.told("outbox", "resume", *bot)
    assert other.owed() == []
    other.told("outbox", "resume")
    assert len(other.owed()) == owed
    assert "Nothing is paused" in other.refused("outbox", "resume")
    assert [action for action, *_rest in other.audits()] == ["restore", "outbox resume"]


def test_what_was_owed_can_be_given_up_and_what_came_since_is_answered(
    shell: Shell, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shell)
    owed = shell.read(count, OPEN)
    other = restored(tmp_path)
    restore(other, make(shell, folder))
    monkeypatch.setenv("BARAZA_DATA", str(other.data))
    before = other.read(facts.last_number)
    other.talk("dora", "/start")
    since = other.read(facts.last_number) - before
    assert since
    assert f"{owed} operations are given up." in other.told("outbox", "resume", "--drop-owed")
    assert other.read(count, OPEN) == since
    reasons = "select count(*) from outbox where state = 'given up' and reason = 'restored'"
    assert other.read(count, reasons) == owed
    assert len(other.owed()) == since


def test_what_fell_due_is_done_once_and_told_only_where_it_is_resumed(
    shell: Shell, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = shell.report("ana")
    shell.told("report", "update", code, "--status", "done")
    shell.owed()
    shell.execute("update due set at = '2026-01-01T00:00:00.000000Z' where kind like 'close%'")
    file = make(shell, folder)
    for drop, told in ((True, 0), (False, 1)):
        other = Shell(tmp_path / f"other {drop}")
        restore(other, file)
        monkeypatch.setenv("BARAZA_DATA", str(other.data))
        for house in other.house():
            from bot.services import upkeep

            assert house.database.write_now(upkeep.do_due, house.outside) == 0
        other.told("outbox", "resume", *(["--drop-owed"] if drop else []))
        for house in other.house():
            house.database.write_now(upkeep.do_due, house.outside)
        status = "select count(*) from report where status = 'closed unconfirmed'"
        assert other.read(count, status) == 1
        assert len(other.owed()) == told
