"""Organisers answer from the shell: told once, in each one's language, with an audit line."""

from __future__ import annotations

import json

import pytest

from storage import audit
from tests.cli.conftest import Shell

LATER = "2026-12-01"


def audits(shell: Shell) -> list[tuple[str, str]]:
    for house in shell.house():
        lines = house.database.write_now(audit.lines)
        return [(action, detail) for _at, _who, action, _subject, detail in reversed(lines)]
    return []


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
    assert ("report show", "") in audits(shell)


def test_the_same_news_again_is_an_audit_line_and_told_to_nobody(shell: Shell) -> None:
    code = shell.report("ana")
    for number, backer in enumerate(("beto", "caro", "dani")):
        shell.talk(backer, "/start", "English", "yes", "report", "full bin")
        shell.talk(backer, "It is full", "Palermo", "skip", "yes")
        assert number < 3
    shell.owed()
    steps = [
        (("--status", "sent on", "--message", "en=To the crew"), "told: 4", 8),
        (("--status", "sent on", "--message", "en=To the crew"), "already so", 0),
        (("--status", "sent-on"), "already so", 0),
        (("--status", "sent on", "--message", "en=To the crew"), "already so", 0),
        (("--status", "planned", "--date", LATER), "told: 4", 4),
        (("--status", "planned", "--date", LATER), "already so", 0),
        (("--status", "planned", "--date", "2026-12-02"), "told: 4", 4),
        (("--status", "sent on"), "told: 4", 4),
        (("--status", "done"), "told: 4", 8),
        (("--status", "done"), "already so", 0),
    ]
    for words, said, owed in steps:
        assert said in shell.told("report", "update", code, *words), words
        news = [item for item in shell.owed() if b"put out" not in item]
        assert len(news) == owed, words
    changes = [detail for action, detail in audits(shell) if action == "report update"]
    assert len(changes) == len(steps)


def test_everybody_is_told_in_their_own_language_and_what_is_meant_for_them(shell: Shell) -> None:
    code = shell.report("ana", "Está lleno", "Español")
    shell.owed()
    shell.told(
        "report", "update", code, "--status", "planned", "--date", LATER,
        "--message", "es=Vamos el martes.", "--message", "en=We come.",
    )  # fmt: skip
    [line, words] = shell.owed()
    assert b"it is planned for {day}" in line
    assert json.loads(words) == ["say", [["es", "Vamos el martes."], ["en", "We come."]]]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--status", "planned"), "needs its date"),
        (("--status", "seen", "--date", LATER), "planned only"),
        (("--status", "confirmed"), "cannot become confirmed. It may become"),
        (("--status", "merged"), "--into CODE"),
        (("--status", "seen", "--into", "MVD-2222"), "merged only"),
        (("--status", "gone"), "is no status. There are: new, seen"),
        (("--status", "planned", "--date", "tomorrow"), "Write it as 2026-12-01"),
        (("--status", "seen", "--message", "fr=Bonjour"), "no language here. There are: es, en"),
        (("--status", "seen", "--message", "hello"), "is not LANGUAGE=WORDS"),
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


def test_a_code_that_is_none_and_one_that_nobody_has_are_told_apart(shell: Shell) -> None:
    assert "Codes look like" in shell.refused("report", "show", "hello")
    assert "There is no report MVD-2222" in shell.refused("report", "show", "MVD-2222")


def test_joined_reports_share_their_news(shell: Shell) -> None:
    first = shell.report("ana")
    second = shell.report("beto", "quite other words about a smell")
    shell.owed()
    shell.told("report", "update", second, "--status", "merged", "--into", first)
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


def test_a_day_ends_at_midnight_there_and_both_ends_count(shell: Shell) -> None:
    code = shell.report("ana")
    for house in shell.house():
        house.database.write_now(
            lambda connection: connection.exec_driver_sql(
                "update report set created_at = '2026-12-01T02:30:00.000000Z'"
            )
        )
    november = ("--since", "2026-11-01", "--until", "2026-11-30", "--country", "uruguay")
    assert code in shell.told("report", "list", *november)
    assert code in shell.told(
        "report", "list", "--since", "2026-11-30", "--until", "2026-11-30", "--country", "uruguay"
    )
    assert code not in shell.told("report", "list", "--since", LATER, "--country", "uruguay")


def test_whoever_waits_for_a_person_is_answered_in_their_chat(shell: Shell) -> None:
    shell.talk("ana", "/start", "English", "yes", "person", "Who repairs lamps?")
    waiting = shell.told("people", "waiting")
    assert "Who repairs lamps?" in waiting
    number = next(word for word in waiting.split() if word.startswith("P-"))
    shell.owed()
    assert "is answered" in shell.told("people", "answer", number, "--message", "en=We do.")
    assert any(b"We do." in item for item in shell.owed())
    assert "Nobody waits" in shell.told("people", "waiting")
    assert "Nobody asked" in shell.refused("people", "answer", "P-22222", "--message", "en=x")


def test_questions_sweep_and_database_answer_in_words(shell: Shell) -> None:
    code = shell.report("ana")
    assert code in shell.told("query", "select code from open_reports")
    assert "Only the open views" in shell.refused("query", "select * from resident")
    assert "cannot be asked" in shell.refused("query", "selec 1")
    assert "open-by-area" in shell.told("query", "--list")
    assert "palermo" in shell.told("query", "--saved", "open-by-area", "--format", "csv")
    assert "no saved question" in shell.refused("query", "--saved", "x")
    assert "Would go" in shell.told("sweep", "--dry-run")
    assert "Erased" in shell.told("sweep")
    assert "as it should be" in shell.told("db", "check")
    assert ("query", "select code from open_reports") in audits(shell)


def test_the_doctor_finds_another_secret(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.report("ana")
    assert "opens what is sealed" in shell.told("doctor")
    monkeypatch.setenv("BARAZA_SECRET_KEY", "another secret of more than thirty-two signs")
    assert "Set the old one again" in shell.refused("doctor")


def test_the_doctor_finds_a_damaged_file_and_says_what_to_do(shell: Shell) -> None:
    shell.report("ana")
    well = shell.told("doctor")
    assert "BAD" not in well
    path = shell.data / "baraza.db"
    data = bytearray(path.read_bytes())
    data[8192:16384] = b"\xff" * 8192
    path.write_bytes(data)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    assert "Restore a backup" in shell.refused("doctor")
