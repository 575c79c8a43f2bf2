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


def test_a_changed_meaning_is_refused_until_its_author_says_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "flows.lock"
    lines = flows_lock.LOCK.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("report\tstory\t"))
    flow, key, _print, source = lines[at].split("\t")
    lines[at] = "\t".join((flow, key, "00000000", source))
    copy.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(flows_lock, "LOCK", copy)
    assert "means something else" in flows_lock.problems()[0]
    assert flows_lock.write()
    lines[at] += "\tsame"
    copy.write_text("\n".join(lines), encoding="utf-8")
    assert flows_lock.write() == []
    assert flows_lock.problems() == []
