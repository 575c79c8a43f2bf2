"""Staff ask in SQL from the shell, get a table, CSV or JSON, and leave their question behind."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from storage import open_reading
from storage.saved_questions import QUESTIONS
from storage.views import VIEWS
from tests.cli.conftest import Shell

ROOT = Path(__file__).resolve().parents[2]
CODES = "select code from open_reports"


def cleared(shell: Shell, words: str) -> str:
    """A report whose words others may see."""
    code = shell.report("ana", words)
    shell.told("report", "clear", code)
    return code


def test_a_question_is_answered_and_leaves_its_whole_text(shell: Shell) -> None:
    code = shell.report("ana")
    asked = f"{CODES} -- {'long ' * 1000}"
    assert code in shell.told("query", asked)
    assert shell.audits() == [("query", "", asked)]


def test_a_question_that_is_refused_leaves_its_text_as_well(shell: Shell) -> None:
    shell.report("ana")
    asked = "select words from person_request"
    assert "Only the open views can be read here: open_reports" in shell.refused("query", asked)
    assert shell.audits() == [("query", "", asked)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "Give a question in SQL"),
        (("  ",), "Give a question in SQL"),
        (("by-year",), "There is no saved question 'by-year'"),
        (("open_reports",), "There is no saved question 'open_reports'"),
        (("selec 1",), "That cannot be asked: near"),
        (("select foo from open_ideas",), "foo. What there is: baraza query --list"),
        (("select * from open_idea",), "open_idea. What there is: baraza query --list"),
        (("select 1; select 2",), "one statement at a time.\n"),
        (("--list", "--format", "csv"), "as a table or as json"),
        (
            (f"select {'hex(' * 20}'x'{')' * 20}",),
            "That cannot be asked: string or blob too big",
        ),
        (("select 1 " + "-" * open_reading.SQL_MOST,), "at most 10,000 signs"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_line(
    shell: Shell, words: tuple[str, ...], why: str
) -> None:
    assert why in shell.refused("query", *words)


def test_every_saved_question_is_asked_by_its_name(shell: Shell) -> None:
    shell.report("ana")
    for question in QUESTIONS:
        shell.told("query", question.name)
    assert [subject for _action, subject, _sql in shell.audits()] == [
        question.name for question in QUESTIONS
    ]


def test_the_days_until_done_are_their_middle(shell: Shell) -> None:
    stories = {"ana": "It is full", "beto": "quite other words", "caro": "smelly juices below"}
    codes = [shell.report(who, story) for who, story in stories.items()]
    for code in codes:
        shell.told("report", "update", code, "--status", "done")
    stored = "'%Y-%m-%dT%H:%M:%f000Z'"
    for code, days in zip(codes, (1, 2, 90), strict=True):
        shell.execute(
            f"update report set created_at = strftime({stored}, 'now', '-{days} days')"
            f" where code = '{code}'"
        )
    told = shell.told("query", "days-to-done", "--format", "json")
    assert json.loads(told) == [
        {"country": "uruguay", "category": "full_bin", "reports": 3, "days": 2.0}
    ]


def test_open_means_the_same_in_saved_questions_as_in_the_list(shell: Shell) -> None:
    first = shell.report("ana")
    shell.report("beto", "quite other words about a smell")
    shell.told("report", "update", first, "--status", "done")
    told = shell.told("query", "open-by-area", "--format", "csv")
    assert "uruguay,palermo,1,1" in told
    assert shell.told("report", "list", "--open").count("MVD-") == 1


def test_a_text_that_a_spreadsheet_would_run_stays_a_text(shell: Shell) -> None:
    cleared(shell, '=HYPERLINK("http://x","y")')
    asked = "select text, -3 as number, '-3' as word, '@home' as name, '0042' as code"
    told = shell.told("query", f"{asked} from open_reports", "--format", "csv")
    assert list(csv.reader(told.splitlines())) == [
        ["text", "number", "word", "name", "code"],
        ['\'=HYPERLINK("http://x","y")', "-3", "'-3", "'@home", "0042"],
    ]


def test_residents_words_are_no_markup_and_write_no_control_signs(shell: Shell) -> None:
    cleared(shell, "[/] [red]x[/red] \x1b[2J :smile:")
    told = shell.told("query", "select text from open_reports")
    assert "[/] [red]x[/red]" in told
    assert ":smile:" in told
    assert "\x1b" not in told


def test_what_json_has_no_sign_for_is_written_all_the_same(shell: Shell) -> None:
    asked = "select cast('x' as blob) as a, 9e999 as b, null as c, 1 as d, 2 as d"
    told = shell.told("query", asked, "--format", "json")
    assert json.loads(told) == [{"a": "78", "b": None, "c": None, "d": 1, "d_2": 2}]


def test_rows_beyond_the_limit_are_told_apart_from_the_answer(shell: Shell) -> None:
    shell.report("ana")
    shell.report("beto", "quite other words about a smell")
    result = shell.run("query", CODES, "--limit", "1", "--format", "csv")
    assert len(result.stdout.splitlines()) == 2
    assert "Only the first 1 row is shown. --limit gives more." in result.stderr
    assert "Only" not in shell.run("query", CODES, "--limit", "2").stderr


@pytest.mark.parametrize("name", ["Open-By-Area", " open_by_area "])
def test_a_saved_question_is_found_however_its_name_is_typed(shell: Shell, name: str) -> None:
    assert shell.told("query", name) == shell.told("query", "open-by-area")


@pytest.mark.parametrize("which", ["--list", "--dictionary"])
def test_what_can_be_asked_is_told_as_data(shell: Shell, which: str) -> None:
    told = json.loads(shell.told("query", which, "--format", "json"))
    assert [view["name"] for view in told["views"]] == [view.name for view in VIEWS]
    assert told["views"][0]["columns"][0]["name"] == "code"
    assert [item["name"] for item in told["questions"]] == [item.name for item in QUESTIONS]


def test_the_list_shows_views_columns_and_saved_questions_without_a_database(
    shell: Shell,
) -> None:
    (shell.data / "baraza.db").unlink()
    told = shell.told("query", "--list")
    for view in VIEWS:
        assert view.name in told
        assert all(column.meaning in told for column in view.columns)
    assert all(question.meaning in told for question in QUESTIONS)
    assert not (shell.data / "baraza.db").exists()


def test_the_guide_for_staff_ends_with_the_data_dictionary(shell: Shell) -> None:
    guide = (ROOT / "docs/staff.md").read_text(encoding="utf-8")
    assert guide.endswith("\n" + shell.told("query", "--dictionary"))


def test_a_question_held_open_stops_no_resident(shell: Shell) -> None:
    shell.report("ana")
    path = shell.data / "baraza.db"
    reader = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    reader.execute("begin")
    reader.execute("select count(*) from report").fetchone()
    try:
        code = shell.report("beto", "quite other words about a smell")
        assert code in shell.told("query", CODES)
    finally:
        reader.close()
