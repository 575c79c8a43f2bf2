"""`baraza tally` counts a published file again, without database or settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import baraza
from tests.counting.elections import POT_100


def tally(folder: Path, text: str, *options: str) -> Result:
    file = folder / "plaza.pb"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(baraza, ["tally", str(file), *options])


def test_the_rounds_are_told_in_words(tmp_path: Path) -> None:
    shown = tally(tmp_path, POT_100).output
    assert "Counted by greedy-skip; among equals: cheapest." in shown
    assert "Ballots: 6 (6 with a choice)." in shown
    assert "Tie: 2, 1 have 4 votes each" in shown
    assert "another order would have changed who wins" in shown
    assert "Winners: 2, 3, 4. Left: 10." in shown
    assert "The file's own list is the same." in shown


@pytest.mark.parametrize(
    ("options", "winners"),
    [
        ((), ["2", "3", "4"]),
        (("--tie", "file"), ["2", "3", "4"]),
        (("--method", "greedy-stop"), ["2"]),
        (("--method", "approval", "--seats", "3"), ["2", "1", "3"]),
    ],
)
def test_the_same_as_data(tmp_path: Path, options: tuple[str, ...], winners: list[str]) -> None:
    told = json.loads(tally(tmp_path, POT_100, "--format", "json", *options).output)
    assert told["winners"] == winners
    assert told["agrees"] is (set(winners) == {"2", "3", "4"})
    assert told["ballots"]["cast"] == 6
    assert told["steps"][0] == {
        "option": "2", "votes": 4, "cost": "50", "outcome": "wins",
        "left": None if "--seats" in options else "50",
    }  # fmt: skip


def test_plurality_counts_ballots_of_one_choice_and_says_so(tmp_path: Path) -> None:
    why = "A ballot counts in plurality where it chose one option; approval counts each."
    shown = tally(tmp_path, POT_100, "--method", "plurality").output
    assert "Ballots: 6 (1 with a choice, 5 invalid)." in shown
    assert f"{why}\n" in shown
    assert "Winners: 4.\n" in shown
    told = json.loads(tally(tmp_path, POT_100, "--method", "plurality", "--format", "json").output)
    assert told["ballots"] == {
        "cast": 6, "with_choice": 1, "blank": 0, "without_choice": 0, "invalid": 5,
    }  # fmt: skip
    assert why not in tally(tmp_path, POT_100, "--method", "approval").output


def test_a_list_that_differs_is_told_with_what_the_file_says_of_its_count(tmp_path: Path) -> None:
    note = "#1: Counted by greedy-skip; among equals: lot:plaza."
    text = POT_100.replace("budget;100\n", f'budget;100\ncomment;"{note}"\n')
    assert note not in tally(tmp_path, text).output
    shown = tally(tmp_path, text, "--method", "greedy-stop").output
    assert "The file's own list differs: 2, 3, 4.\n" in shown
    assert f"The file says how it was counted: {note}\n" in shown


def test_a_file_may_be_piped_in(tmp_path: Path) -> None:
    piped = CliRunner().invoke(baraza, ["tally", "-", "--format", "json"], input=POT_100)
    assert piped.output == tally(tmp_path, POT_100, "--format", "json").output


def test_nobody_voted_is_said_and_is_no_error(tmp_path: Path) -> None:
    empty = POT_100[: POT_100.index("1;1,2")].replace("num_votes;6", "num_votes;0")
    result = tally(tmp_path, empty)
    assert result.exit_code == 0
    assert "Nobody voted." in result.output
    assert "Nothing wins. Left: 100." in result.output


def test_all_equal_is_said_as_what_it_is(tmp_path: Path) -> None:
    shown = tally(tmp_path, POT_100[: POT_100.index("1;1,2")] + "1;1,2,3,4\n").output
    assert "All options have 1 vote." in shown


@pytest.mark.parametrize(
    ("change", "options", "why"),
    [
        (("rule;greedy", "rule;equalshares"), (), "The file's rule 'equalshares' is none of"),
        (("budget;100\n", ""), (), "how much can be spent"),
        (("2;50;4", "2;\x1b[1m;4"), (), r"line 16: '\x1b[1m' is no amount"),
        (("x", "x"), ("--tie", "dearest"), "the tie rule 'dearest' is none of"),
        (("x", "x"), ("--seats", "2"), "--seats is for plurality and approval"),
    ],
)
def test_what_cannot_be_counted_is_a_plain_sentence(
    tmp_path: Path, change: tuple[str, str], options: tuple[str, ...], why: str
) -> None:
    result = tally(tmp_path, POT_100.replace(*change), *options)
    assert result.exit_code == 1
    assert why in result.output
    assert "Traceback" not in result.output


def test_a_file_of_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "latin.pb"
    file.write_bytes("Peñarol".encode("latin-1"))
    result = CliRunner().invoke(baraza, ["tally", str(file)])
    assert result.exit_code == 1
    assert "is not UTF-8 text" in result.output
