"""Votes from the command line: from a new file to a published result, and a restore in between."""

from __future__ import annotations

import errno
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from bot.__main__ import read_told
from bot.cli.vote import vote as commands
from bot.domain.operations import Announce
from bot.domain.owed import load_owed
from bot.domain.votes import CastBallot
from bot.services import vote_results, votes
from bot.services.residents import find_person
from bot.work.erased import ENDED_FILE_NAME, ErasedList
from storage import announcements, ballots, used_files
from tests.cli.conftest import Shell
from tests.country.test_vote_files import SOUND

SOON = SOUND.replace("opens = 2026-12-01", "opens = 2020-12-01").replace(
    "closes = 2026-12-14", "closes = 2099-12-14"
)
PLAIN = SOON.replace("[who]\nregistered_before = 2026-11-30\n", "[who]\nadult = false\n")
REASON = ("--reason", "es=Llueve", "--reason", "en=It rains")


def opened(shell: Shell, tmp_path: Path, text: str = PLAIN) -> str:
    file = tmp_path / "ravine.toml"
    file.write_text(text, "utf-8")
    found = re.search(r"^(MVD-\w+) is open now", shell.told("vote", "open", str(file)), re.M)
    assert found
    return found[1]


def cast(shell: Shell, code: str, who: str, *choices: str) -> None:
    shell.talk(who, "/start", "English", "yes")
    for house in shell.house():
        person = house.database.write_now(find_person, house.keys, "uruguay/web", who)
        assert person is not None
        house.database.write_now(
            votes.cast,
            house.outside,
            house.keys,
            house.countries["uruguay"],
            person,
            CastBallot(code, choices),
        )


def test_from_a_new_file_to_a_published_result(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Fill it in" in shell.told("vote", "new", "ravine-2026", "--country", "uruguay")
    assert "`owner` is empty" in shell.refused("vote", "check", "ravine-2026.toml")
    code = opened(shell, tmp_path)
    checked = shell.told("vote", "check", str(tmp_path / "ravine.toml"))
    assert "is fine" in checked
    assert "closes in the past" not in checked
    cast(shell, code, "ana", "lights", "paths")
    cast(shell, code, "beto", "lights")
    status = shell.told("vote", "status", code.lower())
    assert "took part so far: 2." in status
    assert "Its result is promised by 2099-12-17." in status
    assert "there is no result before 2" in shell.refused("vote", "result", code)
    assert "publish it then" in shell.refused("vote", "publish", code)
    assert "needs a reason" in shell.refused("vote", "close", code)
    assert "Residents who are told: 2." in shell.told("vote", "close", code, *REASON)
    assert "lights" in shell.told("vote", "result", code)
    data = json.loads(shell.told("vote", "result", "ravine-2026", "--format", "json"))
    assert data["winners"] == ["lights", "paths"]
    assert data["left"] == "0"
    assert "Residents who are told: 2." in shell.told("vote", "publish", code)
    row = shell.read(announcements.find_result, code)
    assert row is not None
    assert row.content.opens == code
    assert {language for language, _text in row.content.texts} == {"es", "en"}
    picture = row.content.picture
    assert picture is not None
    charts = {picture.within(language) for language in ("es", "en")}
    assert len(charts) == 2
    assert charts <= shell.read(used_files.media_names)
    shell.owed()
    with monkeypatch.context() as turns:
        # Everybody else waits for a turn that counts ballots.
        turns.delattr(vote_results, "count")
        shell.talk("caro", "/start", "English", "yes", code)
    said = [load_owed(msgspec.json.decode(payload)) for payload in shell.owed()]
    asked_for = [one for one in said if isinstance(one, Announce)]
    assert asked_for == [Announce(replace(row.content, opens=""), asked=True)]
    assert "published already" in shell.refused("vote", "publish", code)
    listed = shell.told("vote", "list")
    assert "published" in listed
    assert "2099-12-17" in listed
    actions = [action for action, subject, _detail in shell.audits() if subject == code]
    assert actions == [
        "vote open", "vote status", "vote close", "vote result", "vote result", "vote publish",
    ]  # fmt: skip


def test_the_list_names_clocks_that_are_not_the_countrys(shell: Shell, tmp_path: Path) -> None:
    opened(shell, tmp_path)
    assert "  2099-12-14 20:00  " in shell.told("vote", "list")
    other = PLAIN.replace("ravine-2026", "far").replace("method", 'zone = "Asia/Tokyo"\nmethod', 1)
    opened(shell, tmp_path, other)
    assert "2099-12-14 20:00 Asia/Tokyo" in shell.told("vote", "list")
    zones = [one["zone"] for one in json.loads(shell.told("vote", "list", "--format", "json"))]
    assert sorted(zones) == ["America/Montevideo", "Asia/Tokyo"]
    shell.told("vote", "close", "far", *REASON)
    shell.execute("update vote set cleaned_at = '2026-12-01T20:19:00.000000Z' where key = 'far'")
    assert "Cleaned on 2026-12-02 05:19" in shell.told("vote", "status", "far")


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("None of these", "“None of these” is a button of every ballot"),
        ("Nada", "“Nada” is a button of every ballot"),
        ("Stop!", "“Stop!” would stop the news of who types it"),
    ],
)
def test_a_label_that_means_something_else_in_the_chat_is_named_with_its_line(
    shell: Shell, tmp_path: Path, label: str, told: str
) -> None:
    file = tmp_path / "ravine.toml"
    was = re.search(r'label = \{.*en = "([^"]+)"', PLAIN)
    assert was
    file.write_text(PLAIN.replace(f'en = "{was[1]}"', f'en = "{label}"', 1), "utf-8")
    line = PLAIN[: was.start()].count("\n") + 1
    assert f"ravine.toml:{line}: {told}" in shell.refused("vote", "check", str(file))
    assert told in shell.refused("vote", "open", str(file))


def test_a_check_says_that_a_vote_is_too_late_to_open(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "late.toml"
    file.write_text(PLAIN.replace("closes = 2099", "closes = 2021"), "utf-8")
    assert "closes in the past" in shell.told("vote", "check", str(file))
    assert "which is past" in shell.refused("vote", "open", str(file))


def test_a_file_is_found_by_its_bare_name(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_COUNTRIES", "uruguay,kenya")
    own = "ravine-2027"
    assert f"{own} is fine" in shell.told("vote", "check", own)
    assert "ravine-2027.toml is fine" in shell.told("vote", "check", "ravine-2027.toml")
    # Whether its days have come, or are over, is another matter.
    assert "no such file" not in shell.run("vote", "open", own).output
    told = shell.refused("vote", "open", "plaza")
    assert "plaza:1: there is no such file; the countries' own votes are ravine-2027, " in told
    assert "no such file" in shell.refused("vote", "check", "nowhere/ravine-2027")
    Path("plaza.toml").write_text(PLAIN, "utf-8")
    assert "plaza is fine" in shell.told("vote", "check", "plaza")
    assert re.search(r"^MVD-\w+ is open now", shell.told("vote", "open", "plaza"), re.M)


def test_a_vote_of_a_country_that_is_not_served_is_refused_by_the_settings_name(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya")
    file = tmp_path / "ravine.toml"
    file.write_text(PLAIN, "utf-8")
    note = "is of uruguay, which is not served here: BARAZA_COUNTRIES says which are."
    assert note in shell.told("vote", "check", str(file))
    assert note in shell.told("vote", "new", "next", "--country", "uruguay")
    assert note not in shell.told("vote", "new", "water", "--country", "kenya")
    told = shell.refused("vote", "open", str(file))
    assert "`uruguay` is not served here: BARAZA_COUNTRIES says which countries are" in told


def test_the_published_ballots_are_counted_again_to_the_same(shell: Shell, tmp_path: Path) -> None:
    code = opened(shell, tmp_path)
    for who, choices in {"ana": ["lights", "paths"], "beto": ["paint"], "caro": []}.items():
        cast(shell, code, who, *choices)
    shell.told("vote", "close", code, *REASON)
    result = ("vote", "result", code, "--format", "pb", "--out")
    shell.told(*result, "votes.pb")
    assert "votes.pb exists" in shell.refused(*result, "votes.pb")
    assert "Wrote votes.pb" in shell.told(*result, "votes.pb", "--force")
    nowhere = shell.refused(*result, "nowhere/votes.pb")
    assert "nowhere/votes.pb cannot be written: No such file or directory." in nowhere
    again = json.loads(shell.told("tally", "votes.pb", "--tie", "cheapest", "--format", "json"))
    data = json.loads(shell.told("vote", "result", code, "--format", "json"))
    assert again["winners"] == data["winners"]
    assert again["agrees"] is True
    assert again["ballots"] == data["ballots"]


def test_a_corrected_file_is_taken_and_another_cost_is_not(shell: Shell, tmp_path: Path) -> None:
    opened(shell, tmp_path)
    file = tmp_path / "ravine.toml"
    file.write_text(PLAIN.replace('"Luces"', '"Luces led"'), "utf-8")
    assert "Corrected: the texts of lights." in shell.told("vote", "open", str(file))
    file.write_text(PLAIN.replace('"1500.20"', '"1500.30"'), "utf-8")
    assert "Also changed: the cost of lights." in shell.refused("vote", "open", str(file))


def test_an_option_and_a_vote_are_withdrawn_with_a_reason(shell: Shell, tmp_path: Path) -> None:
    code = opened(shell, tmp_path)
    cast(shell, code, "ana", "paint")
    shell.refused("vote", "withdraw", code)
    told = shell.told("vote", "withdraw", code, "--option", "paint", *REASON)
    assert "paint of" in told
    assert "Residents who are told: 1." in told
    assert "Withdrawn: paint (Llueve)" in shell.told("vote", "status", code)
    assert "Nothing was done" in shell.refused("vote", "withdraw", code, *REASON)
    assert "is withdrawn" in shell.told("vote", "withdraw", code, *REASON, "--yes")
    assert "withdrawn: there is no result" in shell.refused("vote", "result", code)


def test_a_lost_key_is_said_with_what_to_do(shell: Shell, tmp_path: Path) -> None:
    code = opened(shell, tmp_path)
    [key] = (shell.data / "keys" / "votes").iterdir()
    assert key.stat().st_mode & 0o777 == 0o600
    assert (shell.data / "keys").stat().st_mode & 0o777 == 0o700
    key.unlink()
    assert "ITS KEY IS LOST" in shell.told("vote", "status", code)
    assert "KEY LOST" in shell.told("vote", "list")
    assert f"The keys of {code} are not in" in shell.refused("doctor")
    assert "cannot be counted" in shell.refused("vote", "close", code, *REASON)
    assert "is withdrawn" in shell.told("vote", "withdraw", code, *REASON, "--yes")


def test_a_key_that_cannot_be_read_is_told_in_a_line(shell: Shell, tmp_path: Path) -> None:
    code = opened(shell, tmp_path)
    [key] = (shell.data / "keys" / "votes").iterdir()
    key.unlink()
    key.mkdir()
    assert f"{key} cannot be read (Is a directory)" in shell.refused("doctor")
    with pytest.raises(OSError, match="Is a directory") as closed:
        shell.run("vote", "status", code)
    assert read_told(closed.value)[0].startswith(f"{key}: Is a directory.")
    told = shell.told("vote", "withdraw", code, *REASON, "--yes")
    assert f"{code} is withdrawn." in told
    why = f"Not cleaned yet, since {key} cannot be destroyed (Is a directory): give it to this"
    assert why in told
    other = opened(shell, tmp_path, PLAIN.replace("ravine-2026", "another"))
    assert why in shell.told("vote", "close", other, *REASON)
    assert f"{other} is published." in shell.told("vote", "publish", other)


def test_keys_on_a_file_system_that_is_read_only_are_nobodys_rights(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = opened(shell, tmp_path)

    file = shell.data / "keys" / ENDED_FILE_NAME

    def is_read_only(_self: ErasedList, _code: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(file))

    monkeypatch.setattr(ErasedList, "add", is_read_only)
    told = shell.told("vote", "close", code, *REASON)
    assert f"since the file system of {file} is mounted read-only" in told
    assert "give it" not in told


def test_what_is_wrong_is_told_plainly(shell: Shell, tmp_path: Path) -> None:
    assert "There is no vote" in shell.refused("vote", "status", "MVD-2222")
    assert "is no country" in shell.refused("vote", "new", "x", "--country", "nowhere")
    assert "may hold a-z" in shell.refused("vote", "new", "A B", "--country", "uruguay")
    file = tmp_path / "old.toml"
    file.write_text(PLAIN.replace("2099-12-14", "2021-12-14"), "utf-8")
    assert "which is past" in shell.refused("vote", "open", str(file))
    assert list((shell.data / "keys" / "votes").iterdir()) == [], "no key is left of it"
    shell.told("vote", "new", "there", "--country", "uruguay")
    assert "is there already" in shell.refused("vote", "new", "there", "--country", "uruguay")


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_command_explains_itself(shell: Shell, name: str) -> None:
    assert "Usage:" in shell.told("vote", name, "--help")


def test_a_backup_from_before_a_close_does_not_open_the_vote_again(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = opened(shell, tmp_path)
    other = PLAIN.replace("ravine-2026", "still-open")
    cast(shell, code, "ana", "lights")
    still = opened(shell, tmp_path, other)
    cast(shell, still, "ana", "paths")
    shell.told("backup", str(tmp_path / "backups"))
    [made] = (tmp_path / "backups").glob("*.backup")
    shell.told("vote", "close", code, *REASON)
    monkeypatch.setenv("BARAZA_KEYS", str(shell.data / "keys"))
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "again"))
    shell.told("restore", str(made))
    told = shell.told("vote", "status", code)
    assert "It is lost." in told
    assert "restored, or taken back with `db take-back`" in told
    assert "its count are not here" in told
    assert "It is open." in shell.told("vote", "status", still)
    again = Shell(tmp_path / "again")
    assert again.read(ballots.count_ballots, code) == 0
    assert again.read(ballots.count_ballots, still) == 1
