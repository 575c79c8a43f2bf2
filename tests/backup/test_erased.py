"""The list of erased people: only added to, whole after a death, and silent about everybody."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.keys import Keys
from bot.work.erased import ErasedList, read_lines

OLD = "old master secret, 32 characters"
NEW = "new master secret, 32 characters"


def erased(folder: Path, *secrets: str) -> ErasedList:
    first, *older = secrets or (NEW,)
    return ErasedList(folder, Keys(first, *older, random=os.urandom))


def test_who_was_added_is_found_and_nobody_else(tmp_path: Path) -> None:
    known = erased(tmp_path / "keys")
    assert known.lines() == frozenset()
    for id in ("ana", "beto", "ana"):
        known.add(id)
    assert len(known.lines()) == 2
    assert known.erased(["caro", "ana", "beto"], known.lines()) == ["ana", "beto"]
    assert b"ana" not in known.path.read_bytes()
    assert stat.S_IMODE(known.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(known.path.parent.stat().st_mode) == 0o700


def test_a_line_that_a_death_cut_costs_only_itself(tmp_path: Path) -> None:
    known = erased(tmp_path)
    known.add("ana")
    whole = known.path.read_bytes()
    known.path.write_bytes(whole + whole[:20])
    known.add("beto")
    assert known.erased(["ana", "beto"], known.lines()) == ["ana", "beto"]
    assert len(known.lines()) == 2


def test_it_says_nothing_under_another_secret_and_all_after_a_rotation(tmp_path: Path) -> None:
    erased(tmp_path, OLD).add("ana")
    lines = read_lines(tmp_path / "erased.list")
    assert erased(tmp_path, NEW).erased(["ana"], lines) == []
    assert erased(tmp_path, NEW, OLD).erased(["ana"], lines) == ["ana"]


def test_a_copy_adds_only_what_was_missing(tmp_path: Path) -> None:
    here, there = erased(tmp_path / "here"), erased(tmp_path / "there")
    here.add("ana")
    for id in ("ana", "beto"):
        there.add(id)
    here.take_over(there.lines())
    here.take_over(there.lines())
    assert here.lines() == there.lines()
    assert len(here.path.read_text().splitlines()) == 2


def test_a_new_list_outlives_a_power_cut_with_its_folders_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: list[str] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        sync(handle)
        on_disk.append(os.readlink(f"/proc/self/fd/{handle}"))

    monkeypatch.setattr(os, "fsync", noted)
    known = erased(tmp_path)
    known.add("ana")
    assert on_disk == [str(known.path), str(tmp_path)]
    known.add("beto")
    assert on_disk[2:] == [str(known.path)]
