"""Organisers answer from the shell: told once, in each one's language, with an audit line."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.channels.web_render import render
from bot.cli.places import labels_and_areas
from bot.domain.inbound import Attachment
from bot.domain.operations import Operation, Receipt, Say, Sent, Tell
from bot.pictures import demo_photo
from bot.work.outbox import Sender
from storage import audit
from tests.cli.conftest import Shell

LATER = "2099-12-01"


def test_a_report_is_listed_shown_and_found_by_the_code_as_people_type_it(shell: Shell) -> None:
    code = shell.report("ana", "It is full and smells")
    assert code in shell.told("report", "list")
    typed = code.lower().replace("-", " ")
    shown = shell.told("report", "show", typed)
    assert "It is full and smells" in shown
    assert "Full bin" in shown
    assert "Palermo" in shown
    found = json.loads(shell.told("report", "list", "--format", "json"))
    assert found[0]["code"] == code
    assert "text" not in found[0]


def test_problems_and_places_are_told_in_the_language_of_the_shell(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LANG"):
        monkeypatch.setenv(name, "sw_KE.UTF-8")
    for house in shell.house():
        kenya = house.countries["kenya"]
        categories, areas = labels_and_areas(house, kenya, kenya.categories_by_key())
        assert categories["no_water"] == "Hakuna maji"
        assert areas["baringo-south"] == "Baringo Kusini"


def test_reading_reports_leaves_audit_lines(shell: Shell) -> None:
    code = shell.report("ana")
    shell.told("report", "list")
    shell.told("report", "show", code)
    assert shell.audits() == [("report list", "", "1 report"), ("report show", code, "")]


def test_the_actor_is_the_users_number_and_not_what_the_environment_says(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = shell.report("ana")
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "mayor")
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)
    shell.told("report", "show", code)
    [(_at, who, *_rest)] = shell.read(audit.lines)
    assert who == "shell:3999999999"


def test_the_same_news_again_is_an_audit_line_and_told_to_nobody(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = shell.report("ana")
    for backer in ("beto", "caro", "dani"):
        shell.back(backer)
    shell.owed()
    noted = (
        "--status",
        "sent on",
        "--message",
        "en=To the crew",
        "--message",
        "es=A la cuadrilla",
    )
    other_order = (*noted[:2], *noted[4:], *noted[2:4])
    steps = [
        ("ana", noted, "told: 4", 8),
        ("ana", noted, "already so", 0),
        ("bea", ("--status", "sent-on"), "already so", 0),
        ("bea", other_order, "already so", 0),
        ("ana", noted, "already so", 0),
        ("ana", ("--status", "planned", "--date", LATER), "told: 4", 4),
        ("ana", ("--status", "planned", "--date", LATER), "already so", 0),
        ("ana", ("--status", "planned", "--date", "2099-12-02"), "told: 4", 4),
        ("ana", ("--status", "sent on"), "told: 4", 4),
        ("ana", ("--status", "done"), "told: 4", 8),
        ("bea", ("--status", "done"), "already so", 0),
    ]
    for who, words, said, owed in steps:
        monkeypatch.setattr("bot.cli.report.actor", lambda who=who: who)
        assert said in shell.told("report", "update", code, *words), words
        news = [item for item in shell.owed() if b"put out" not in item]
        assert len(news) == owed, words
    lines = [line for line in reversed(shell.read(audit.lines)) if line[2] == "report update"]
    assert [who for _at, who, *_rest in lines] == [who for who, *_rest in steps]
    assert [line[4].endswith("again") for line in lines] == [not owed for *_rest, owed in steps]


async def test_everybody_is_told_wholly_in_the_language_they_read_when_it_is_sent(
    shell: Shell,
) -> None:
    code = shell.report("ana", "Está lleno", "Español")
    shell.back("beto", "Está lleno")
    shell.back("caro", "Está lleno")
    shell.owed()
    shell.told(
        "report", "update", code, "--status", "planned", "--date", LATER,
        "--message", "es=Vamos el martes.",
    )  # fmt: skip
    # Between the cause and the sending.
    shell.execute("update resident set language = 'es' where language = 'en' and rowid ="
                  " (select max(rowid) from resident)")  # fmt: skip
    heard: dict[str, tuple[str, list[Tell | Say]]] = {}

    async def send(
        bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> list[Receipt]:
        said = [operation for _id, operation in owed if isinstance(operation, Tell | Say)]
        heard[address] = (language, said)
        return [Sent("") for _each in owed]

    for house in shell.house():
        await Sender(house.database, house.keys, house.outside, send).send_ready()
        speech = house.speeches["uruguay"]
        texts = {
            who: [render(item, language, speech, house.outside.clock()) for item in operations]
            for who, (language, operations) in heard.items()
        }
        await house.database.close()
    assert {who: language for who, (language, _operations) in heard.items()} == {
        "ana": "es",
        "beto": "en",
        "caro": "es",
    }
    assert texts["ana"][0].language == "es"
    assert texts["caro"][0].text == texts["ana"][0].text
    assert texts["beto"][0].language == "en"
    assert "1 December" in texts["beto"][0].text
    assert "1 de diciembre" in texts["ana"][0].text
    # An organiser's words are as they were written; whoever reads another language is told which.
    assert [entries[1].text for entries in texts.values()] == ["Vamos el martes."] * 3
    assert texts["beto"][1].summary[0][1] != ""
    assert texts["ana"][1].summary[0][1] == ""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--status", "planned"), "needs its date"),
        (("--status", "seen", "--date", LATER), "planned only"),
        (("--status", "confirmed"), "cannot become confirmed. It may become: seen, sent on"),
        (("--status", "merged"), "--into CODE"),
        (("--status", "merged", "--into", "MVD-2222"), "There is no report MVD-2222 in uruguay"),
        (("--status", "seen", "--into", "MVD-2222"), "merged only"),
        (("--status", "gone"), "is no status. There are: new, seen"),
        (("--status", "planned", "--date", "tomorrow"), "Write it as 2026-12-01"),
        (("--status", "planned", "--date", "2026-W49-2"), "Write it as 2026-12-01"),
        (("--status", "seen", "--message", "fr=Bonjour"), "no language here. There are: es, en"),
        (("--status", "seen", "--message", "hello"), "is not LANGUAGE=WORDS"),
        (("--status", "seen", "--message", "es= "), "is not LANGUAGE=WORDS"),
        (("--status", "seen", "--message", "es=\u200b"), "is not LANGUAGE=WORDS"),
        (("--status", "seen", "--message", "es=a", "--message", "es=b"), "two messages"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_told_to_nobody(
    shell: Shell, words: tuple[str, ...], why: str
) -> None:
    code = shell.report("ana")
    shell.owed()
    assert why in shell.refused("report", "update", code, *words)
    assert shell.owed() == []


def test_a_day_that_is_past_is_pointed_out(shell: Shell) -> None:
    code = shell.report("ana")
    planned = ("report", "update", code, "--status", "planned", "--date")
    assert "Mind that 2020-01-01 is past" in shell.run(*planned, "2020-01-01").stderr
    assert shell.run(*planned, LATER).stderr == ""


def test_what_was_typed_wrongly_and_what_is_refused_have_exit_codes_of_their_own(
    shell: Shell,
) -> None:
    code = shell.report("ana")
    assert shell.run("report", "update", code, "--status", "gone").exit_code == 2
    assert (
        shell.run("report", "list", "--since", "2026-02-02", "--until", "2026-02-01").exit_code
        == 2
    )
    assert shell.run("report", "update", code, "--status", "confirmed").exit_code == 1
    assert shell.run("report", "list", "--country", "atlantis").exit_code == 1


def test_a_code_that_is_none_and_one_that_nobody_has_are_told_apart(shell: Shell) -> None:
    assert "Codes look like" in shell.refused("report", "show", "hello")
    assert "There is no report MVD-2222" in shell.refused("report", "show", "MVD-2222")


def test_joined_reports_share_their_news_and_stay_joined(shell: Shell) -> None:
    first = shell.report("ana")
    second = shell.report("beto", "quite other words about a smell")
    third = shell.report("caro", "something that has nothing in common")
    shell.owed()
    joined = ("report", "update", second, "--status", "merged", "--into")
    shell.told(*joined, first)
    assert "already so" in shell.told(*joined, first)
    assert f"was joined with {first} already" in shell.refused(*joined, third)
    shell.owed()
    assert "told: 2" in shell.told("report", "update", first, "--status", "seen")


def test_clearing_can_be_undone(shell: Shell) -> None:
    code = shell.report("ana")
    assert "is cleared" in shell.told("report", "clear", code)
    assert "already so" in shell.told("report", "clear", code)
    assert "not for others any more" in shell.told("report", "clear", code, "--undo")


def test_an_alert_shows_before_its_report_is_sent(shell: Shell) -> None:
    shell.talk("ana", "/start", "English", "yes", "report", "burning bin")
    assert "being told" in shell.told("report", "list", "--urgent")
    shell.talk("ana", "smoke", "Palermo", "skip", "skip", "skip", "send it")
    urgent = shell.told("report", "list", "--urgent")
    assert "sent as MVD-" in urgent
    assert "danger" in urgent
    both = json.loads(shell.told("report", "list", "--urgent", "--format", "json"))
    assert both["alerts"][0]["code"] == both["reports"][0]["code"]


def test_an_alert_shows_for_seven_days(shell: Shell) -> None:
    shell.talk("ana", "/start", "English", "yes", "report", "burning bin")
    stored = "'%Y-%m-%dT%H:%M:%f000Z', 'now'"
    shell.execute(f"update alert set at = strftime({stored}, '-7 days', '+1 minute')")
    assert "being told" in shell.told("report", "list", "--urgent")
    shell.execute(f"update alert set at = strftime({stored}, '-7 days', '-1 minute')")
    assert "No alerts in 7 days." in shell.told("report", "list", "--urgent")


def test_keys_are_typed_as_people_say_them_and_what_is_none_names_what_comes_near(
    shell: Shell,
) -> None:
    code = shell.report("ana")
    assert code in shell.told("report", "list", "--category", "Full bin", "--area", "palermo")
    assert "No reports" in shell.told("report", "list", "--category", "broken-bin")
    assert "full_bin" in shell.refused("report", "list", "--category", "ful_bin")
    assert "palermo" in shell.refused("report", "list", "--area", "palerma")


def test_an_area_stands_for_those_in_it(shell: Shell) -> None:
    code = shell.report("ana")
    for house in shell.house():
        parent = house.countries["uruguay"].places_by_key()["palermo"].parent
        others = [place.key for place in house.countries["uruguay"].places if place.key != parent]
    assert code in shell.told("report", "list", "--area", parent)
    assert "No reports" in shell.told("report", "list", "--area", others[0])


def test_a_resident_cannot_write_into_the_organisers_terminal(shell: Shell) -> None:
    code = shell.report("ana", "x [/bold] \x1b]0;title\x07\nStatus:       done")
    shown = shell.told("report", "show", code)
    assert "[/bold]" in shown
    assert "\x1b" not in shown
    assert "\nStatus:       done" not in shown
    shell.talk("ana", "person", "[/] [red]help[/red] :smile:")
    assert "[/] [red]help[/red] :smile:" in shell.told("people", "waiting")


def test_photos_are_copied_out_to_be_looked_at(shell: Shell, tmp_path: Path) -> None:
    code = shell.report("ana")
    assert "no photos" in shell.told("report", "show", code, "--files", "look")
    (tmp_path / "note").touch()
    within = shell.refused("report", "show", code, "--files", "note/look")
    assert "note/look cannot be written: Not a directory." in within
    for house in shell.house():
        photo = house.files.take(demo_photo("bins", 1), "image/jpeg")
    assert isinstance(photo, Attachment)
    shell.talk("beto", "/start", "English", "yes", "report", "full bin", "words of another")
    shell.talk("beto", "Palermo", "skip", photo, "that is all", "skip", "skip", "send it")
    [newest, _oldest] = json.loads(shell.told("report", "list", "--format", "json"))
    told = shell.told("report", "show", newest["code"], "--files", "look")
    [copy] = (tmp_path / "look").iterdir()
    assert copy.name == f"{newest['code']}-1.jpg"
    assert copy.name in told
    assert copy.read_bytes().startswith(b"\xff\xd8")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert ("report files", newest["code"], "1 file") in shell.audits()
    copy.unlink()
    copy.mkdir()
    told = shell.refused("report", "show", newest["code"], "--files", "look")
    assert f"{copy.name} cannot be written" in told
    (tmp_path / "taken").write_text("by a file")
    told = shell.refused("report", "show", newest["code"], "--files", "taken/look")
    assert "taken/look cannot be written" in told


DAY_ENDS = {
    # (country, moment of receipt in UTC, whether that is in November there)
    "in_casavalle": ("uruguay", "2026-12-01T02:30:00.000000Z", True),
    "last_instant": ("uruguay", "2026-12-01T02:59:59.999000Z", True),
    "midnight": ("uruguay", "2026-12-01T03:00:00.000000Z", False),
    "in_kisumu": ("kenya", "2026-11-30T21:30:00.000000Z", False),
    "before_midnight": ("kenya", "2026-11-30T20:59:59.999000Z", True),
}


@pytest.mark.parametrize(("country", "moment", "november"), DAY_ENDS.values(), ids=DAY_ENDS)
def test_a_day_ends_at_midnight_there_and_both_ends_count(
    shell: Shell, country: str, moment: str, november: bool
) -> None:
    code = shell.report("ana")
    shell.execute(f"update report set created_at = '{moment}', country = '{country}'")
    month = ("report", "list", "--since", "2026-11-01", "--until", "2026-11-30")
    day = ("report", "list", "--since", "2026-11-30", "--until", "2026-11-30")
    december = ("report", "list", "--since", "2026-12-01")
    for words in (month, day):
        assert (code in shell.told(*words)) is november
        assert (code in shell.told(*words, "--country", country)) is november
    assert (code in shell.told(*december)) is not november
    asked = (
        "select code from open_reports"
        " where local_day(received_at, country) between '2026-11-01' and '2026-11-30'"
    )
    assert (code in shell.told("query", asked)) is november
    saved = shell.told("query", "by-month", "--format", "csv")
    assert f"{country},2026-{'11' if november else '12'},1" in saved


def test_the_moments_that_days_were_taken_from_are_told_with_their_zone(shell: Shell) -> None:
    result = shell.run("report", "list", "--since", "2026-11-01", "--until", "2026-11-30")
    assert (
        "uruguay: from 2026-11-01T00:00:00-03:00 until before 2026-12-01T00:00:00-03:00,"
        " America/Montevideo" in result.stderr
    )
    assert "kenya: from 2026-11-01T00:00:00+03:00" in result.stderr


def test_whoever_waits_for_a_person_is_answered_in_their_chat(shell: Shell) -> None:
    shell.talk("ana", "/start", "English", "yes", "person", "Who repairs lamps?")
    waiting = shell.told("people", "waiting")
    assert "Who repairs lamps?" in waiting
    assert "Nobody waits" in shell.told("people", "waiting", "--country", "kenya")
    number = next(word for word in waiting.split() if word.startswith("P-"))
    typed = number.lower().replace("-", " ")
    shell.owed()
    assert "is answered" in shell.told("people", "answer", typed, "--message", "en=We do.")
    assert any(b"We do." in item for item in shell.owed())
    assert "Nobody waits" in shell.told("people", "waiting")
    assert "Nobody asked" in shell.refused("people", "answer", "P-22222", "--message", "en=x")


def test_words_that_a_country_masks_are_masked_for_who_answers(shell: Shell) -> None:
    said = ("/start", "English", "yes", "person", "May Darood come too?")
    shell.talk("ana", *said, country="somalia")
    waiting = shell.told("people", "waiting")
    assert "May … come too?" in waiting
    assert "Darood" not in waiting


def test_two_who_answer_the_same_person_tell_them_once(shell: Shell) -> None:
    shell.talk("ana", "/start", "English", "yes", "person", "Who repairs lamps?")
    number = next(word for word in shell.told("people", "waiting").split() if word[:2] == "P-")
    shell.told("people", "answer", number, "--message", "en=We do.")
    shell.owed()
    again = ("people", "answer", number, "--message", "en=The city does.")
    assert "was answered already, by shell:" in shell.refused(*again)
    assert shell.owed() == []
    assert "is answered" in shell.told(*again, "--again")
    assert any(b"The city does." in item for item in shell.owed())
