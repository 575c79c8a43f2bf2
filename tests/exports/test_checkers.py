"""Published ballots and maps held against what others check such files with."""

from __future__ import annotations

from pathlib import Path

import geojson
import pytest
from pabulib.checker import Checker

from bot.counting.pabulib import read_pabulib
from bot.counting.pabulib_writing import write_pabulib
from bot.counting.rules import count_election
from bot.counting.ties import read_tie_rule
from tests.counting.elections import POT_100, election
from tests.exports.test_files import EMPTY, ROW, made

META = {
    "description": "Plaza vote",
    "country": "Uruguay",
    "unit": "Casavalle",
    "instance": "MVD-7F3K",
    "date_begin": "01.11.2026",
    "date_end": "30.11.2026",
    "comment": "#1: Counted by the method; among equals: cheapest. #2: A note.",
}
ELECTIONS = {
    "the plaza": read_pabulib(POT_100).election,
    "an option that nobody chose": election(
        {"a": "60", "b": "30", "c": "50"}, "a", "a", "ac", pot="100", most=2
    ),
    "one withdrawn": election(
        {"a": "60", "b": "30", "c": "50"}, "ab", "a", "bc", pot="100", most=2, withdrawn="b"
    ),
    "one seat": election(dict.fromkeys("abc", "0"), "a", "b", "a", most=1),
}


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("the plaza", "greedy-skip"),
        ("the plaza", "greedy-stop"),
        ("an option that nobody chose", "greedy-skip"),
        ("one withdrawn", "greedy-skip"),
        ("one seat", "plurality"),
        ("one seat", "approval"),
    ],
)
def test_pabulibs_checker_finds_nothing_wrong(tmp_path: Path, name: str, method: str) -> None:
    chosen = ELECTIONS[name]
    outcome = count_election(chosen, method, read_tie_rule("cheapest"))
    file = tmp_path / "vote.pb"
    file.write_text("".join(write_pabulib(chosen, outcome, META)), "utf-8")
    checked = Checker().process_files([str(file)])
    assert checked["vote"]["results"]["errors"] == {}
    assert checked["metadata"]["valid"] == 1


def test_a_map_is_what_its_form_wants() -> None:
    found = geojson.loads(made("geojson", ROW, EMPTY)[0].decode())
    assert found.is_valid, found.errors()
    placed, nowhere = found.features
    assert placed.geometry.coordinates == [ROW[2], ROW[1]]
    assert nowhere.geometry is None
