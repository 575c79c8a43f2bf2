"""No question changes its meaning under its old key, and every flow can be walked through."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.flows import FLOWS
from tests import flows_lock


def test_every_question_means_what_is_recorded() -> None:
    assert flows_lock.present(), "no questions found"
    assert flows_lock.problems() == []


def test_the_walk_meets_the_questions_of_every_flow() -> None:
    met = {flow for flow, _key in flows_lock.present()}
    assert FLOWS.keys() - met == set()
    keys = {key for flow, key in flows_lock.present() if flow == "report"}
    assert {
        "category", "story", "place", "detail", "same", "photos", "since", "danger", "review",
        "help.end",
    } <= keys  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock of its own, with the code as it stands."""
    copy = tmp_path / "flows.lock"
    monkeypatch.setattr(flows_lock, "LOCK", copy)
    assert flows_lock.write() == []
    return copy


def test_a_changed_meaning_is_refused_until_its_author_says_same(copy: Path) -> None:
    lines = copy.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("report\tstory\t"))
    flow, key, _print, source = lines[at].split("\t")
    lines[at] = "\t".join((flow, key, "00000000", source))
    copy.write_text("\n".join(lines), encoding="utf-8")
    assert "means something else" in flows_lock.problems()[0]
    assert flows_lock.write()
    lines[at] += "\tsame"
    copy.write_text("\n".join(lines), encoding="utf-8")
    assert flows_lock.write() == []
    assert flows_lock.problems() == []


def test_a_flow_that_is_dropped_is_refused_since_somebody_may_be_in_it(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert copy.exists()
    monkeypatch.delitem(FLOWS, "fixed")
    assert flows_lock.problems() == ["fixed: is gone from FLOWS. Keep its name, and lead it on"]


def test_a_key_that_is_gone_stays_recorded_and_cannot_come_back_as_something_else(
    copy: Path,
) -> None:
    copy.write_text("report\told\t00000000\tOld?\nreport\tstory\t00000000\tx\tsame\n", "utf-8")
    assert flows_lock.write() == []
    assert "report\told\t00000000\tOld?" in copy.read_text(encoding="utf-8").splitlines()
    assert flows_lock.problems() == []
