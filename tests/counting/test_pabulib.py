"""Published files: read with every oddity by its line, counted as the cities did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.counting.pabulib import PabulibError, Published, read_pabulib
from bot.counting.pabulib_writing import write_pabulib
from bot.counting.rules import count_election
from bot.counting.ties import read_tie_rule
from tests.counting.elections import POT_100, election
from tests.needs import real_data

META = {
    "description": "Plaza vote", "country": "Uruguay", "unit": "Casavalle", "instance": "2026",
    "date_begin": "01.11.2026", "date_end": "30.11.2026",
}  # fmt: skip


def winners(published: Published, tie: str = "cheapest") -> frozenset[str]:
    assert published.method is not None
    outcome = count_election(published.election, published.method, read_tie_rule(tie))
    return frozenset(outcome.winners)


def odd(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in read_pabulib(text).oddities]


def test_a_file_is_read_and_counts_to_its_own_list() -> None:
    published = read_pabulib(POT_100)
    assert published.meta["unit"] == "Casavalle"
    assert published.election.options[1].name == "Juegos; y bancos"
    assert published.oddities == ()
    assert published.selected == frozenset("234")
    assert winners(published) == frozenset("234")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("1;1,2\n", "1;1,1,2\n"), [(22, "a project is named twice; it counts once")]),
        (("2;1,2\n", "2;1,2,9\n"), [(23, "9: no such project")]),
        (("6;4\n", "6;\n"), [(19, "project 4: votes says 1, not 0")]),
        (("num_votes;6", "num_votes;7"), [(0, "num_votes says 7, and there are 6")]),
        (("4;10;1;", "4;0;1;"), [(19, "project 4 costs nothing")]),
        (
            ("2;1,2\n3", "1;1,2\n3"),
            [(0, "voter_id that stand there more than once: 1; all counted")],
        ),
        (
            ("vote_type;approval", "vote_type;choose-1"),
            [(0, "ballots that choose more than the file allows, 1: 5; all counted")],
        ),
        (
            ("budget;100\n", "budget;100\nmax_length;2\n"),
            [(0, "ballots that choose more than the file allows, 2: 1; all counted")],
        ),
    ],
)
def test_an_oddity_is_named_once_by_its_line_and_counting_goes_on(
    change: tuple[str, str], told: list[tuple[int, str]]
) -> None:
    changed = POT_100.replace(*change)
    assert changed != POT_100
    assert odd(changed) == told
    assert winners(read_pabulib(changed)) >= {"2", "3"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n\n;;\n",
        lambda text: text.replace("budget;100", "budget;100,00"),
        lambda text: text.replace("voter_id;vote", "voter_id;vote;age").replace("6;4", "6;4;31"),
        lambda text: text.replace("Luces", "Luces\u2028del barrio"),
    ],
    ids=["BOM", "CRLF", "blank lines", "decimal comma", "another column", "odd line sign"],
)
def test_other_spellings_of_the_same_file_count_the_same(change: object) -> None:
    assert callable(change)
    published = read_pabulib(change(POT_100))
    assert published.oddities == ()
    assert winners(published) == {"2", "3", "4"}


def test_columns_may_stand_in_any_order_and_ids_need_no_numbers() -> None:
    text = """META
key;value
budget;10
vote_type;choose-1
rule;greedy-no-skip
PROJECTS
name;cost;project_id
Luces;5;CAS-01
VOTES
vote;voter_id
CAS-01;1
"""
    published = read_pabulib(text)
    assert published.selected is None
    assert winners(published) == {"CAS-01"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("1;60;4", "2;60;4"), "line 17: project 2 stands in line 16 already"),
        (("PROJECTS\n", ""), "line 19: there is no section PROJECTS"),
        (("VOTES\n", ""), "line 26: there is no section VOTES"),
        (("VOTES\n", "PROJECTS\n"), "line 20: a second section PROJECTS"),
        (("META\n", "MATE\n"), "line 1: the file does not begin with META"),
        (("2;50;4", "2;x;4"), "line 16: 'x' is no amount such as 1500 or 1500.20"),
        (("budget;100", "budget;1,000"), "line 9: '1,000' may mean two amounts"),
        (("2;50;4;Luces", ";50;4;Luces"), "line 16: a project without project_id"),
        (("project_id;cost", "project_id;price"), "PROJECTS has no column cost"),
        (("voter_id;vote", "voter;vote"), "VOTES has no column voter_id"),
        (("approval", "ordinal"), "vote_type 'ordinal' is not counted here"),
        (("Luces", '"' + "x" * 1_000_001), "no readable row"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_line(
    change: tuple[str, str], why: str
) -> None:
    with pytest.raises(PabulibError) as refused:
        read_pabulib(POT_100.replace(*change))
    assert why in str(refused.value)


def test_a_rule_of_others_is_named_by_no_method_of_ours() -> None:
    assert read_pabulib(POT_100.replace("rule;greedy", "rule;equalshares/add1")).method is None


@pytest.mark.parametrize("method", ["greedy-skip", "greedy-stop", "approval"])
@pytest.mark.parametrize("tie", ["cheapest", "file", "lot:20261130"])
def test_what_is_written_is_read_back_and_counts_the_same(method: str, tie: str) -> None:
    chosen = election(
        {"a": "60.50", "b": "50", "c": "30", "d": "10", "e": "5"},
        "ab", "ab", "acd", "abc", "bcd", "e", "",
        pot="100", seats=2, withdrawn="e",
    )  # fmt: skip
    outcome = count_election(chosen, method, read_tie_rule(tie))
    text = "".join(write_pabulib(chosen, outcome, META))
    again = read_pabulib(text)
    assert [(one.line, one.text) for one in again.oddities if "withdrawn" not in one.text] == []
    assert winners(again, "file") == frozenset(outcome.winners) == again.selected
    assert again.election.ballots == chosen.ballots


@pytest.mark.parametrize("tie", ["cheapest", "file", "lot:20261130"])
def test_ballots_of_one_choice_are_read_back_and_count_the_same(tie: str) -> None:
    chosen = election(
        dict.fromkeys("abcde", "0"),
        "a", "b", "b", "c", "d", "e", "",
        seats=2, most=1, withdrawn="e",
    )  # fmt: skip
    outcome = count_election(chosen, "plurality", read_tie_rule(tie))
    again = read_pabulib("".join(write_pabulib(chosen, outcome, META)))
    assert winners(again, "file") == frozenset(outcome.winners) == again.selected
    recount = count_election(replace(again.election, seats=2), "plurality", read_tie_rule("file"))
    assert recount.winners == outcome.winners
    assert recount.count == outcome.count


def test_a_threshold_and_a_note_are_written_too() -> None:
    chosen = election({"a": "1", "b": "1"}, "a", "a", "b", pot="2", least=2)
    outcome = count_election(chosen, "greedy-skip", read_tie_rule("file"))
    text = "".join(write_pabulib(chosen, outcome, {**META, "comment": "#1: a note; of ours"}))
    assert "rule;greedy-threshold\n" in text
    assert 'comment;"#1: a note; of ours"\n' in text
    assert winners(read_pabulib(text)) == {"a"}


@pytest.mark.parametrize(
    ("method", "pot", "least"),
    [("greedy-skip", "100", True), ("greedy-skip", "60", False), ("approval", None, True)],
)
def test_what_nobody_chose_and_would_fit_is_kept_out_by_the_file_itself(
    method: str, pot: str | None, least: bool
) -> None:
    chosen = election({"a": "50", "b": "40", "c": "10"}, "a", "ac", "c", pot=pot, seats=3)
    outcome = count_election(chosen, method, read_tie_rule("cheapest"))
    text = "".join(write_pabulib(chosen, outcome, META))
    assert ("min_project_score_threshold;1\n" in text) is least
    assert ("rule;greedy-threshold\n" in text) is least
    again = read_pabulib(text)
    assert winners(again) == frozenset(outcome.winners) == again.selected


def test_a_file_without_its_place_and_time_is_not_written() -> None:
    chosen = election({"a": "1"}, "a", pot="2")
    outcome = count_election(chosen, "greedy-skip", read_tie_rule("file"))
    with pytest.raises(ValueError, match="META needs unit"):
        "".join(write_pabulib(chosen, outcome, {**META, "unit": ""}))


def test_every_official_list_of_greedy_elections_comes_out_exactly() -> None:
    files = sorted(real_data("pabulib-greedy").glob("*.pb"))
    assert files
    for file in files:
        published = read_pabulib(file.read_text(encoding="utf-8"))
        assert winners(published) == published.selected, file.name
