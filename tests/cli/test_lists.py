"""What all lists do alike, as organisers type them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import pytest

from bot.cli import baraza, lists
from storage.saved_questions import QUESTIONS
from storage.views import VIEWS
from tests.cli.conftest import Shell
from tests.cli.test_announce import kept
from tests.cli.test_ideas import published
from tests.cli.test_votes import opened

LISTS = (
    ("report", "list"),
    ("report", "list", "--urgent"),
    ("idea", "list"),
    ("idea", "comments"),
    ("vote", "list"),
    ("people", "waiting"),
    ("announce", "list"),
)


@pytest.fixture
def town(shell: Shell, tmp_path: Path) -> Shell:
    """One thing of each kind, all of one country."""
    shell.report("ana")
    shell.support("beto", published(shell), "say something", "We need it")
    shell.talk("caro", "/start", "English", "yes", "person", "Who repairs lamps?")
    kept(shell, tmp_path)
    opened(shell, tmp_path)
    return shell


def test_a_list_is_of_the_countries_that_are_served_and_names_the_others(
    town: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {words: town.run(*words) for words in LISTS}
    assert {words: result.stderr for words, result in whole.items()} == dict.fromkeys(LISTS, "")
    assert all(len(result.stdout.splitlines()) > 1 for result in whole.values())
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya,uruguay")
    for words in LISTS:
        served = town.run(*words)
        assert (served.stdout, served.stderr) == (whole[words].stdout, "")
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya")
    for words in LISTS:
        narrow = town.run(*words)
        assert "not being in BARAZA_COUNTRIES: uruguay." in narrow.stderr, words
        assert "MVD-" not in narrow.stdout
        assert "uruguay" not in narrow.stdout
        assert town.run(*words, "--country", "kenya").stderr == "", "nobody asked for others"


def test_a_file_and_a_saved_question_are_of_the_countries_that_are_served(
    town: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out = "Left out, not being in BARAZA_COUNTRIES: uruguay.\n"
    whole = town.run("export", "reports", "--out", "-")
    assert "MVD-" in whole.stdout
    assert "Left out" not in whole.stderr
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya")
    for view in VIEWS:
        narrow = town.run("export", view.name.removeprefix("open_"), "--out", "-")
        assert narrow.exit_code == 0
        assert narrow.stderr.startswith(left_out), view.name
        assert "uruguay" not in narrow.stdout
    for question in QUESTIONS:
        narrow = town.run("query", question.name)
        assert (narrow.exit_code, narrow.stderr) == (0, left_out), question.name
        assert "uruguay" not in narrow.stdout
    assert "uruguay" in town.told("query", "select country from open_reports"), "as it was asked"
    assert "'uruguay' is not served" in town.refused("export", "reports", "--country", "uruguay")


def test_what_is_of_a_country_that_is_not_served_is_told_so_by_every_command(
    town: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(*words: str) -> dict[str, str]:
        [row] = json.loads(town.told(*words, "--format", "json"))
        return dict(row)

    report, idea = first("report", "list")["code"], first("idea", "list")["code"]
    vote, announced = first("vote", "list"), first("announce", "list")["code"]
    asked = first("people", "waiting")["code"]
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya")
    for words, code in (
        (("report", "show", report.lower()), report),
        (("report", "update", report, "--status", "done"), report),
        (("report", "clear", report), report),
        (("idea", "show", idea), idea),
        (("idea", "publish", idea), idea),
        (("idea", "comment", "publish", idea, "1"), idea),
        (("vote", "status", vote["code"].replace("-", "")), vote["code"]),
        (("vote", "result", vote["key"]), vote["code"]),
        (("export", "ballots", "--vote", vote["key"]), vote["code"]),
        (("export", "ballots", "--vote", vote["code"]), vote["code"]),
        (("announce", "status", announced), announced),
        (("announce", "cancel", announced), announced),
        (("people", "answer", asked, "--message", "en=Hello"), asked),
    ):
        told = town.refused(*words)
        assert f"{code} is of uruguay, which is not served here: BARAZA_COUNTRIES" in told, words
    assert "There is no vote nothing" in town.refused("vote", "status", "nothing")
    assert "'XX-7F3K' is no code. Codes look like BRG-7F3K." in town.refused(
        "report", "show", "XX-7F3K"
    )


def list_commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from list_commands(command, (*words, name))
        elif name in {"list", "comments", "waiting", "stuck"}:
            yield (*words, name)


def test_every_list_is_a_table_or_json(town: Shell) -> None:
    found = sorted(list_commands(baraza))
    assert {words[:2] for words in LISTS} < set(found)
    assert "No comments." in town.told("idea", "comments", "--country", "kenya")
    for words in found:
        told = json.loads(town.told(*words, "--format", "json"))
        if words[0] not in {"country", "flow"}:
            assert len(told) == (words in LISTS), words
        if words in LISTS:
            assert json.loads(town.told(*words, "--country", "kenya", "--format", "json")) == []
    [comment] = json.loads(town.told("idea", "comments", "--format", "json"))
    assert (comment["text"], comment["edits"]) == ("We need it", [])
    [asked] = json.loads(town.told("people", "waiting", "--format", "json"))
    assert (asked["country"], asked["words"]) == ("uruguay", "Who repairs lamps?")
    [announced] = json.loads(town.told("announce", "list", "--format", "json"))
    assert (announced["state"], announced["text"]) == ("draft", "From Monday on.")


def test_the_rows_of_every_list_name_their_country_and_moments_with_their_zone(
    town: Shell,
) -> None:
    for words in LISTS:
        if words[-1] == "--urgent":
            continue
        [row] = json.loads(town.told(*words, "--format", "json"))
        assert row["country"] == "uruguay", words
        assert {"code", "idea"} & row.keys(), words
        moments = [row[name] for name in row if name.endswith(("_at", "opens", "closes"))]
        for moment in filter(None, moments):
            assert datetime.fromisoformat(moment).tzinfo is not None, words
    [vote] = json.loads(town.told("vote", "list", "--format", "json"))
    assert vote["question"]


def test_a_list_that_is_cut_says_so_and_a_whole_one_does_not(shell: Shell) -> None:
    shell.idea("ana")
    assert shell.run("idea", "list", "--limit", "1").stderr == ""
    shell.idea("beto", "Something quite else about worms")
    assert shell.run("idea", "list", "--limit", "1").stderr == (
        "There are more: --limit 2 shows up to 2.\n"
    )
    assert len(json.loads(shell.run("idea", "list", "--limit=1", "--format=json").stdout)) == 1
    assert shell.run("idea", "list", "--limit", "2").stderr == ""


def test_a_list_that_is_as_long_as_can_be_asks_for_less(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lists.tell_more([None] * (lists.LONGEST + 1), lists.LONGEST)
    lists.tell_left(lists.LONGEST, lists.LONGEST + 2)
    assert capsys.readouterr().err.splitlines() == [
        "There are more than 10000: ask for less, such as --country.",
        "There are 2 more: --limit shows up to 10000",
    ]
