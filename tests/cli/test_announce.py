"""`baraza announce`, as organisers type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import baraza
from bot.services import announcements
from bot.services.announcements import Changed
from storage import announcements as rows
from storage import audit, used_files
from tests.cli.conftest import Shell
from tests.house import ROOT

WHOLE = """\
country = "uruguay"
[text]
es = "Desde el lunes."
en = "From Monday on."
[button]
opens = "report"
"""


def write(folder: Path, more: str = "", text: str = WHOLE) -> str:
    file = folder / "bins.toml"
    file.write_text(text + more, "utf-8")
    return str(file)


def kept(shell: Shell, folder: Path, more: str = "") -> str:
    """A draft; its code."""
    return shell.told("announce", "new", write(folder, more)).split()[0]


def lines(shell: Shell) -> list[tuple[str, str]]:
    """Audit lines of announcements, the oldest first: action and subject."""
    found = []
    for house in shell.house():
        noted = house.database.write_now(audit.lines)
        found = [(line[2], line[3]) for line in noted if line[2].startswith("announce")]
    return found[::-1]


def test_what_is_wrong_in_a_file_is_named_and_nothing_is_kept(
    shell: Shell, tmp_path: Path
) -> None:
    broken = write(tmp_path, text=WHOLE.replace('en = "From', 'fr = "From'))
    for words in (("check", broken), ("new", broken)):
        told = shell.refused("announce", *words)
        assert "bins.toml:4: `fr` is no language of uruguay" in told
    assert "no announcement yet" in shell.told("announce", "list")
    assert "is fine: uruguay, in es, en" in shell.told("announce", "check", write(tmp_path))


def test_a_country_that_is_not_served_is_told_by_the_settings_name(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya")
    told = shell.told("announce", "check", write(tmp_path))
    assert "is of uruguay, which is not served here: BARAZA_COUNTRIES says which are." in told
    wrong = "bins.toml:1: `uruguay` is not served here: BARAZA_COUNTRIES says which countries are"
    assert wrong in shell.refused("announce", "new", write(tmp_path))
    monkeypatch.delenv("BARAZA_SECRET_KEY")
    monkeypatch.setenv("BARAZA_COUNTRIES", "atlantis")
    told = shell.told("announce", "check", write(tmp_path))
    assert told.endswith("is fine: uruguay, in es, en.\n")


def test_who_waits_at_a_terminal_sees_that_it_is_counted(shell: Shell, tmp_path: Path) -> None:
    code = kept(shell, tmp_path)
    ours, theirs = os.openpty()
    words = (sys.executable, "-m", "bot", "announce", "preview", code)
    more = {"PYTHONPATH": str(ROOT), "TERM": "xterm", "BARAZA_COUNTRIES": "uruguay"}
    told = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=theirs, check=True, env={**os.environ, **more}
    )
    os.close(theirs)
    assert f"Counting whom {code} reaches" in os.read(ours, 65536).decode()
    os.close(ours)
    assert b"Counting" not in told.stdout
    assert b"To everybody of uruguay" in told.stdout


def test_a_code_that_nothing_has_is_refused_before_it_reaches_nobody(
    shell: Shell, tmp_path: Path
) -> None:
    report = shell.report("ana")
    strange = report[:-1] + ("2" if report[-1] != "2" else "3")
    for more in (f"report {strange}", f"vote {report}"):
        told = shell.refused(
            "announce", "new", write(tmp_path, f'[audience]\ntook_part = ["{more}"]\n')
        )
        assert f"bins.toml: there is no {more} that somebody could have taken part in." in told
    button = write(tmp_path, text=WHOLE.replace('"report"', f'"{strange}"'))
    assert f"nothing with the code {strange}" in shell.refused("announce", "new", button)
    assert "no announcement yet" in shell.told("announce", "list")
    known = f'[audience]\ntook_part = ["report {report}"]\n'
    assert "is kept as a draft" in shell.told("announce", "new", write(tmp_path, known))


def test_whom_it_reaches_is_said_before_anything_goes_out(shell: Shell, tmp_path: Path) -> None:
    shell.report("ana")
    shell.report("beto", "El contenedor está lleno", "Español")
    told = shell.told("announce", "new", write(tmp_path))
    code = told.split()[0]
    assert "To everybody of uruguay: 2 residents." in told
    assert [line.split() for line in told.splitlines() if line.startswith("   ")] == [
        ["1", "en", "web"],
        ["1", "es", "web"],
    ]
    assert "Takes under a minute at 30 messages a second." in told
    shown = shell.told("announce", "preview", code)
    assert "Desde el lunes." in shown
    assert "[📣 Report a problem]" in shown
    assert "draft" in shell.told("announce", "list")
    asked = shell.run("announce", "schedule", code)
    assert (asked.exit_code, "2 residents" in asked.output) == (1, True), "nobody said yes"
    assert asked.stderr.endswith(
        "Nothing was done: nobody answered. To go on without being asked: --yes\n"
    )
    no = CliRunner().invoke(baraza, ["announce", "schedule", code], input="n\n")
    assert (no.exit_code, no.stderr) == (1, "Nothing was done.\n")
    assert f"{code} goes out from" in shell.told("announce", "schedule", code, "--yes")
    assert f"{code} is scheduled." in shell.told("announce", "status", code)
    assert lines(shell) == [
        ("announce new", code),
        ("announce preview", code),
        ("announce list", ""),
        ("announce schedule", code),
        ("announce status", code),
    ]


def test_an_organiser_sees_it_in_a_chat_of_their_own(shell: Shell, tmp_path: Path) -> None:
    shell.report("ana")
    code = kept(shell, tmp_path)
    word = shell.told("announce", "preview", code, "--me").split()[-1]
    for house in shell.house():
        house.database.write_now(lambda c: c.exec_driver_sql("delete from outbox"))
    shell.talk("ana", word)
    for house in shell.house():
        payloads = house.database.write_now(
            lambda c: c.exec_driver_sql("select payload from outbox order by id").scalars().all()
        )
        kinds = [json.loads(payload)[0] for payload in payloads]
    assert kinds[0] == "announce"
    shell.talk("ana", "try-22222-222222")
    for house in shell.house():
        told = house.database.write_now(
            lambda c: c.exec_driver_sql("select payload from outbox order by id").scalars().all()
        )
        assert [json.loads(payload)[0] for payload in told].count("announce") == 1


def test_a_time_is_one_of_clocks_there_and_not_past(shell: Shell, tmp_path: Path) -> None:
    code = kept(shell, tmp_path)
    wrong = shell.refused("announce", "schedule", code, "--at", "tomorrow", "--yes")
    assert "Write it as" in wrong
    far = shell.refused("announce", "schedule", code, "--at", "9999-12-31 23:59", "--yes")
    assert "9999-12-31 23:59 is not within the years 1970 to 2999" in far
    # Before anything is counted or asked.
    past = shell.refused("announce", "schedule", code, "--at", "2020-01-01 09:00")
    assert past.startswith("That is past: there it is")
    told = shell.told("announce", "schedule", code, "--at", "2099-12-01 18:30", "--yes")
    assert "Nothing goes out from 21:00 to 08:30 there.\n" in told
    assert told.endswith("goes out from 2099-12-01 18:30 America/Montevideo on.\n")


def test_a_file_is_found_by_its_bare_name(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "clinic-day"
    assert f"announcements{os.sep}{own}.toml is fine: kenya" in shell.told(
        "announce", "check", own
    )
    unknown = shell.refused("announce", "new", "bins")
    assert "bins:1: there is no such file; the countries' own announcements are " in unknown
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert "bins.toml is fine" in shell.told("announce", "check", "bins")
    assert "is kept as a draft" in shell.told("announce", "new", "bins")


def test_who_schedules_into_quiet_hours_is_told_when_it_begins(
    shell: Shell, tmp_path: Path
) -> None:
    code = kept(shell, tmp_path)
    told = shell.told("announce", "schedule", code, "--at", "2099-12-01 22:30", "--yes")
    assert told.endswith("It begins at 2099-12-02 08:30: those are quiet hours there.\n")


def test_who_schedules_beyond_the_days_that_are_known_is_told(
    shell: Shell, tmp_path: Path
) -> None:
    code = kept(shell, tmp_path)
    far = shell.told("announce", "schedule", code, "--at", "2099-12-01 18:30", "--yes")
    assert "Holidays and seasons of uruguay are known until 2027-12-31 only" in far


def test_paused_resumed_and_cancelled_it_says_so_and_refuses_what_cannot_be(
    shell: Shell, tmp_path: Path
) -> None:
    code = kept(shell, tmp_path)
    assert "cannot become paused" in shell.refused("announce", "pause", code)
    shell.told("announce", "schedule", code, "--at", "2099-12-01 18:30", "--yes")
    assert shell.told("announce", "pause", code) == f"{code} is paused.\n"
    assert "already" in shell.told("announce", "pause", code)
    resumed = shell.told("announce", "resume", code)
    assert resumed.endswith(f"{code} goes out from 2099-12-01 18:30 America/Montevideo on.\n")
    assert "only what is paused" in shell.refused("announce", "resume", code)
    assert "is cancelled." in shell.told("announce", "cancel", code)
    assert "cannot become" in shell.refused("announce", "schedule", code, "--yes")
    assert "There is no announcement A-ZZZZZ" in shell.refused("announce", "status", "a-zzzzz")


def test_what_has_not_begun_is_moved_to_another_time(shell: Shell, tmp_path: Path) -> None:
    code = kept(shell, tmp_path)
    shell.told("announce", "schedule", code, "--at", "2099-12-01 18:30", "--yes")
    was = f"{code} is scheduled, to go out from 2099-12-01 18:30 America/Montevideo on."
    assert f"{was} For another time: --at" in shell.refused("announce", "schedule", code, "--yes")
    later = ("announce", "schedule", code, "--at", "2099-12-02 22:30")
    asked = shell.run(*later)
    assert (asked.exit_code, "Move it to 2099-12-02 22:30?" in asked.output) == (1, True)
    moved = shell.told(*later, "--yes")
    assert moved.startswith(f"{was}\n")
    assert f"\n{code} goes out from 2099-12-02 22:30" in moved
    assert "It begins at 2099-12-03 08:30: those are quiet hours there." in moved
    assert "That is so already." in shell.told(*later, "--yes")
    shell.told("announce", "pause", code)
    still = shell.told("announce", "schedule", code, "--at", "2099-12-03 10:00", "--yes")
    assert still.endswith(f"It is still paused: baraza announce resume {code}\n")
    assert [line for line in shell.audits() if line[0] == "announce move"] == [
        ("announce move", code, f"{new} America/Montevideo, not {old} America/Montevideo")
        for new, old in (
            ("2099-12-02 22:30", "2099-12-01 18:30"),
            ("2099-12-03 10:00", "2099-12-02 22:30"),
        )
    ]
    past = shell.refused("announce", "schedule", code, "--at", "2020-01-01 09:00")
    assert past.startswith("That is past")


def test_the_same_to_the_same_people_asks_for_again(shell: Shell, tmp_path: Path) -> None:
    first, second = kept(shell, tmp_path), kept(shell, tmp_path)
    shell.told("announce", "schedule", first, "--yes")
    asked = shell.refused("announce", "schedule", second, "--yes")
    assert f"as {first}," in asked
    assert "--again" in asked
    shell.told("announce", "schedule", second, "--yes", "--again")
    third = kept(shell, tmp_path)
    shell.told("announce", "schedule", third, "--yes", "--at", "2099-12-20 10:00")
    moved = kept(shell, tmp_path)
    shell.told("announce", "schedule", moved, "--yes", "--at", "2099-12-01 10:00")
    beside = ("announce", "schedule", moved, "--yes", "--at", "2099-12-21 10:00")
    assert f"is to go to the same people as {third}, 2099-12-20 10:00" in shell.refused(*beside)
    assert "goes out from 2099-12-21" in shell.told(*beside, "--again")


def test_receipts_are_counts_also_for_programs(shell: Shell, tmp_path: Path) -> None:
    code = kept(shell, tmp_path)
    assert "no receipts yet" in shell.told("announce", "receipts", code)
    told = json.loads(shell.told("announce", "receipts", code, "--format", "json"))
    assert (told["code"], told["state"], told["receipts"]) == (code, "draft", [])
    assert "is draft" in shell.told("announce", "status", code, "--watch")
    shell.execute("update announcement set state = 'done'")
    assert shell.told("announce", "receipts", code) == f"{code} is done: it was for nobody.\n"


def test_a_picture_is_kept_without_what_cameras_put_in_and_stays_while_it_is_needed(
    shell: Shell, tmp_path: Path
) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (40, 30), "green").save(tmp_path / "bins.jpg", exif=exif)
    more = '[picture]\nfile = "bins.jpg"\nalt = { es = "Verde", en = "Green" }\n'
    code = kept(shell, tmp_path, more)
    for house in shell.house():
        row = house.database.write_now(rows.find, code)
        assert row is not None
        assert row.content.picture is not None
        name = row.content.picture.name
        assert b"SecretCamera" not in house.store.open(name)
        assert name in house.database.write_now(used_files.media_names)
    (tmp_path / "bins.jpg").write_bytes(b"no picture")
    assert "not a picture" in shell.refused("announce", "new", write(tmp_path, more))


def test_a_result_is_announced_to_voters_once(shell: Shell) -> None:
    from tests.announced import TEXTS, draft

    content = draft().content
    assert content.texts == TEXTS
    for house in shell.house():
        country = house.countries["uruguay"]
        made = [
            house.database.write_now(
                announcements.announce_result, house.outside, country, "MVD-2345", content
            )
            for _ in range(2)
        ]
        assert made[0].code == made[1].code
        assert (made[0].kind, made[0].subject) == ("result", "MVD-2345")
        assert made[0].state.value == "scheduled"
        refused = house.database.write_now(
            announcements.resume, house.outside, "shell:ana", made[0].code
        )
        assert not isinstance(refused, Changed)
