"""Operators look after an installation from the shell: sweep, doctor, database, later work."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from sqlalchemy import Connection, func, select, update

from bot import app
from bot.cli import doctor, finding, waiting
from bot.keys import Keys
from bot.services.residents import ADDRESS, secret_fits
from bot.settings import SettingsError
from storage import schema, stuck, tasks
from storage.later import Kick
from storage.tables import Address
from tests.cli.conftest import Shell
from tests.telegram.state import TOKEN

OLD = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-9000 days')"

OLD_LINE = (
    f"insert into audit (at, actor, action, subject, detail) values ({OLD}, 'ana', 'old', '', '')"
)


def found(told: str, about: str) -> list[str]:
    """The doctor's lines about one thing."""
    return [line for line in told.splitlines() if line[6:].split()[0] == about]


def test_a_dry_run_counts_what_a_sweep_then_erases_and_both_leave_a_line(shell: Shell) -> None:
    shell.report("ana")
    shell.execute(f"update report set status_at = {OLD}")
    shell.execute(OLD_LINE)
    words = "select count(*) from report where text != ''"
    dry = shell.told("sweep", "--dry-run")
    assert "Would go" in dry
    assert shell.read(lambda connection: connection.exec_driver_sql(words).scalar()) == 1
    wet = shell.told("sweep")
    for told in (dry, wet):
        rows = [line.split() for line in told.splitlines()]
        assert ["uruguay", "report", "730", "days", "1"] in rows
        assert ["kenya", "report", "730", "days", "0"] in rows
        assert ["all", "audit", "1825", "days", "1"] in rows
    assert shell.read(lambda connection: connection.exec_driver_sql(words).scalar()) == 0
    assert [action for action, *_rest in shell.audits()] == ["sweep", "sweep"]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--dry-run",), "Counting what is old"), ((), "Erasing what is old")],
)
def test_a_sweep_shows_at_a_terminal_that_it_is_under_way_and_nothing_of_it_elsewhere(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    assert said not in shell.told("sweep", *arguments)
    terminal = Terminal()
    monkeypatch.setattr(waiting, "sys", SimpleNamespace(stderr=terminal))
    monkeypatch.setattr(waiting, "Console", lambda **_more: Console(file=terminal))
    shell.told("sweep", *arguments)
    assert said in terminal.getvalue()


def test_the_sweep_of_one_country_leaves_the_others_and_the_audit_alone(shell: Shell) -> None:
    shell.report("ana")
    shell.execute(f"update report set status_at = {OLD}")
    shell.execute(OLD_LINE)
    told = shell.told("sweep", "--country", "kenya")
    assert "uruguay" not in told
    assert "audit" not in told
    assert [action for action, *_rest in shell.audits()] == ["old", "sweep"]
    assert "is not served" in shell.refused("sweep", "--country", "atlantis")


def test_the_doctor_finds_a_fresh_installation_well_and_makes_no_database(shell: Shell) -> None:
    (shell.data / "baraza.db").unlink()
    told = shell.told("doctor")
    assert finding.BAD not in told
    assert "There is none yet" in found(told, "database")[0]
    assert not (shell.data / "baraza.db").exists()


def test_the_doctor_names_all_that_is_wrong_with_the_settings(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARAZA_SECRET_KEY", "short")
    monkeypatch.setenv("BARAZA_LOG", "loud")
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya,atlantis")
    told = found(shell.refused("doctor"), "settings")
    assert len(told) == 3
    with pytest.raises(SettingsError) as refused:
        shell.run("run")
    assert [line.removeprefix("BAD   settings    ") for line in told] == list(
        refused.value.problems
    )


@pytest.mark.parametrize(
    ("served", "setting", "told"),
    [
        (
            "uruguay,atlantis",
            "",
            "BARAZA_COUNTRIES: there is no country 'atlantis'. There are: in",
        ),
        ("uruguay", "__KENYA", "no country 'kenya' is served"),
        ("uruguay,kenya", "", "say for which country"),
    ],
)
def test_the_doctor_names_what_a_start_refuses_of_the_countries(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, served: str, setting: str, told: str
) -> None:
    monkeypatch.setenv("BARAZA_COUNTRIES", served)
    monkeypatch.setenv(f"BARAZA_TELEGRAM_TOKEN{setting}", TOKEN)
    monkeypatch.setenv("BARAZA_TELEGRAM_API", "http://127.0.0.1:9")
    [line] = found(shell.refused("doctor"), "settings")
    assert line.startswith("BAD")
    assert told in line
    with pytest.raises(SettingsError, match=re.escape(told)):
        shell.run("run")


def test_a_country_is_checked_by_its_key_from_any_folder(shell: Shell) -> None:
    assert "uruguay" in shell.told("country", "check", "uruguay")
    assert "there is no such file" in shell.refused("country", "check", "atlantis")


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("0001", "look  database    It is at 0001: the next start"),
        ("9999", "newer than this prog"),
    ],
)
def test_the_doctor_tells_older_tables_from_newer_ones(
    shell: Shell, revision: str, told: str
) -> None:
    shell.execute(f"update alembic_version set version_num = '{revision}'")
    done = shell.run("doctor")
    assert told in done.output
    assert done.exit_code == (1 if revision > schema.HEAD else 0)


@pytest.mark.parametrize(("secret", "state"), [("abcdefg" * 5, "look"), ("abcdefgh" * 4, "ok")])
def test_the_doctor_warns_of_a_secret_that_repeats_few_signs(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, secret: str, state: str
) -> None:
    monkeypatch.setenv("BARAZA_SECRET_KEY", secret)
    [line] = found(shell.told("doctor"), "secret")
    assert line.startswith(state)
    assert secret not in line


def test_the_doctor_finds_another_secret(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.report("ana")
    assert "opens what is sealed" in shell.told("doctor")
    monkeypatch.setenv("BARAZA_SECRET_KEY", "another secret of more than thirty-two signs")
    assert "Set the old one again" in shell.refused("doctor")
    with pytest.raises(SettingsError, match="Set the old one again; where it is lost for good"):
        shell.run("run")


def test_a_secret_that_was_wrong_for_a_while_leaves_the_right_one_right(shell: Shell) -> None:
    shell.report("ana")
    shell.report("beto")
    other = Keys("another secret of more than thirty-two signs", random=os.urandom)
    sealed = other.seal(ADDRESS, b"beto", b"uruguay/web")
    for house in shell.house():
        assert house.database.write_now(secret_fits, other) is False
        house.database.write_now(_reseal_newest, sealed, other.key_id)
        assert house.database.write_now(secret_fits, other) is True
    assert "opens what is sealed" in shell.told("doctor")


def _reseal_newest(connection: Connection, sealed: bytes, key_id: str) -> None:
    newest = select(func.max(Address.id)).scalar_subquery()
    values = {"cipher": sealed, "key_id": key_id}
    connection.execute(update(Address).where(Address.id == newest).values(values))


@pytest.mark.parametrize(
    ("free", "state"), [(500, "ok"), (499, "look"), (20, "look"), (19, "BAD")]
)
def test_the_doctor_tells_little_room_from_none(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    usage = SimpleNamespace(free=free * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    done = shell.refused("doctor") if state == "BAD" else shell.told("doctor")
    [line] = found(done, "disk")
    assert line.startswith(state)


@pytest.mark.parametrize(
    ("now", "state"), [("2027-11-01T12:00Z", "ok"), ("2027-11-02T12:00Z", "look")]
)
def test_the_doctor_warns_before_the_days_end_that_were_looked_up(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, now: str, state: str
) -> None:
    clock = replace(app.outside(), clock=lambda: datetime.fromisoformat(now))
    monkeypatch.setattr(app, "outside", lambda: clock)
    for line in found(shell.told("doctor"), "country"):
        assert line.startswith(state)
        assert ("are known until 2027-12-31 only" in line) is (state == "look")


def test_the_doctor_finds_a_damaged_file_and_says_what_to_do(shell: Shell) -> None:
    shell.report("ana")
    damage(shell)
    assert "Restore a backup" in shell.refused("doctor")
    assert "Restore a backup" in shell.refused("db", "check")


def damage(shell: Shell) -> None:
    path = shell.data / "baraza.db"
    data = bytearray(path.read_bytes())
    data[8192:16384] = b"\xff" * 8192
    path.write_bytes(data)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)


def test_the_doctor_tells_of_a_broken_country_and_goes_on(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.report("ana")
    shutil.copytree(app.LOCALES, tmp_path / "locales")
    (tmp_path / "locales/countries/kenya/country.toml").write_text("prefix = 1\n", "utf-8")
    monkeypatch.setattr(app, "LOCALES", tmp_path / "locales")
    monkeypatch.setattr(app.build, "__defaults__", (tmp_path / "locales",))
    told = shell.refused("doctor")
    assert any("kenya" in line for line in found(told, "country") if line.startswith("BAD"))
    assert "first mend the country folders" in found(told, "database")[0]


def test_the_doctor_sees_a_clock_that_is_behind_what_was_written(shell: Shell) -> None:
    shell.report("ana")
    assert len(found(shell.told("doctor"), "clock")) == 1
    shell.execute("update report set created_at = '2999-01-01T00:00:00.000000Z'")
    [_now, line] = found(shell.told("doctor"), "clock")
    assert line.startswith("look")
    assert "2999-01-01" in line


def test_the_doctor_finds_a_clock_from_before_baraza_was_made() -> None:
    assert doctor._clock(doctor.WRITTEN).state == finding.WELL
    assert doctor._clock(doctor.WRITTEN - timedelta(seconds=1)).state == finding.BAD


def test_the_doctor_finds_a_folder_that_others_can_look_into(shell: Shell) -> None:
    shell.report("ana")
    assert found(shell.told("doctor"), "data")[0].startswith("ok")
    shell.data.chmod(0o755)
    [line] = found(shell.told("doctor"), "data")
    assert line.startswith("look")
    assert f"chmod o-rwx {shell.data}" in line


def test_the_doctor_finds_a_data_folder_that_cannot_be_made(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "file" / "data"))
    assert found(shell.refused("doctor"), "data")[0].startswith("BAD")


def test_the_doctor_tells_who_serves_and_what_is_owed_for_long(shell: Shell) -> None:
    shell.report("ana")
    assert "none for long" in found(shell.told("doctor"), "outbox")[0]
    shell.execute(f"update outbox set due_at = {OLD}")
    assert "start it: baraza run" in found(shell.told("doctor"), "outbox")[0]
    with (shell.data / "baraza.lock").open("w") as lock:
        lock.write("4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = shell.told("doctor")
    assert "Process 4711 serves this folder." in found(told, "process")[0]
    assert "look at its log" in found(told, "outbox")[0]
    shell.owed()
    assert "Nothing is owed" in found(shell.told("doctor"), "outbox")[0]


def test_a_check_of_no_database_makes_none_and_an_upgrade_does(shell: Shell) -> None:
    (shell.data / "baraza.db").unlink()
    assert "There is no database" in shell.refused("db", "check")
    assert not (shell.data / "baraza.db").exists()
    assert "From nothing to" in shell.told("db", "upgrade")
    assert "already" in shell.told("db", "upgrade")
    assert "as it should be" in shell.told("db", "check")
    assert shell.audits() == [], "nothing stands in new tables, so that a backup may go there"


def test_the_outbox_counts_what_is_owed_and_what_was_sent(shell: Shell) -> None:
    shell.talk("ana", "/start")
    rows = dict(line.rsplit(maxsplit=1) for line in shell.told("outbox", "status").splitlines())
    assert int(rows["owed"]) > 0
    shell.owed()
    after = dict(line.rsplit(maxsplit=1) for line in shell.told("outbox", "status").splitlines())
    assert (after["owed"], after["sent today"]) == ("0", rows["owed"])


def test_later_work_is_listed_run_again_and_cancelled(shell: Shell) -> None:
    assert "Nothing waits" in shell.told("tasks", "list")
    assert json.loads(shell.told("tasks", "list", "--format", "json")) == []
    for house in shell.house():
        now = house.outside.clock()
        house.database.write_now(tasks.put_tasks, [Kick("count", None)], now)
        ready = house.database.write_now(tasks.take, now, ["count"])
        assert ready is not None
        house.database.write_now(tasks.fail, ready.id, tasks.MOST_ATTEMPTS, "broke", now)
    number = str(ready.id if ready else None)
    assert "held: broke" in shell.told("tasks", "list")
    [as_json] = json.loads(shell.told("tasks", "list", "--format", "json"))
    wanted = {"id": int(number), "name": "count", "held": True, "reason": "broke"}
    assert wanted.items() <= as_json.items()
    assert "1 is held" in found(shell.told("doctor"), "tasks")[0]
    shell.told("tasks", "retry", number)
    assert "waits" in shell.told("tasks", "list")
    shell.told("tasks", "cancel", number)
    assert "Nothing waits" in shell.told("tasks", "list")
    assert f"There is no task {number}" in shell.refused("tasks", "retry", number)
    assert f"There is no task {number}" in shell.refused("tasks", "cancel", number)
    assert [line[:2] for line in shell.audits()] == [
        ("tasks retry", number),
        ("tasks cancel", number),
    ]


def test_a_list_of_later_work_that_is_cut_says_how_much_more_there_is(shell: Shell) -> None:
    for house in shell.house():
        kicks = [Kick("count", number) for number in range(103)]
        house.database.write_now(tasks.put_tasks, kicks, house.outside.clock())
    shell.execute("update task set held = 1 where id > 1")
    cut = shell.run("tasks", "list")
    assert len(cut.stdout.splitlines()) == 51
    assert cut.stderr == "There are 53 more: --limit 103\n"
    one = shell.run("tasks", "list", "--limit", "102").stderr
    assert one == "There is 1 more: --limit 103\n"
    whole = shell.run("tasks", "list", "--limit", "103", "--format", "json")
    assert (len(json.loads(whole.stdout)), whole.stderr) == (103, "")
    assert "102 are held: count failed" in found(shell.told("doctor"), "tasks")[0]


def test_updates_that_were_set_aside_are_listed_tried_again_and_dropped(shell: Shell) -> None:
    assert "No update is set aside" in shell.told("updates", "stuck")
    assert "No update 7 is set aside" in shell.refused("updates", "retry", "7")
    for house in shell.house():
        for bot in ("uruguay/telegram", "kenya/telegram"):
            house.database.write_now(
                stuck.note_failure,
                bot=bot,
                update_id="7",
                reason="ValueError",
                hash=None,
                sealed=b"sealed" if bot == "uruguay/telegram" else stuck.NOTHING,
                key_id="key",
                most=1,
                now=house.outside.clock(),
            )
    assert "2 updates failed" in found(shell.told("doctor"), "updates")[0]
    listed = json.loads(shell.told("updates", "stuck", "--format", "json"))
    assert [(item["bot"], item["tries"], item["reason"]) for item in listed] == [
        ("uruguay/telegram", 1, "ValueError"),
        ("kenya/telegram", 1, "ValueError"),
    ]
    assert "Say which: --bot" in shell.refused("updates", "drop", "7")
    assert "nothing was kept" in shell.refused("updates", "retry", "7", "--bot", "kenya")
    shell.told("updates", "drop", "7", "--bot", "kenya")
    assert "ValueError" in shell.told("updates", "stuck")
    shell.told("updates", "retry", "7")
    assert "retry update" in shell.told("tasks", "list")
    assert [line[:2] for line in shell.audits()] == [
        ("updates drop", "7"),
        ("updates retry", "7"),
    ]
