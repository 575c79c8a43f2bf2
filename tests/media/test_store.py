"""Cleaned files are found again by their content, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from bot.work.cleaned import Cleaned
from bot.work.store import EXPECTED_SECONDS, DamagedMedia, DiskStore, MediaStore, MissingMedia
from tests.stores import MemoryStore


def a_file(data: bytes = b"a picture") -> Cleaned:
    return Cleaned("photo", "image/jpeg", data, hashlib.sha256(data).hexdigest(), 8, 8)


@pytest.fixture
def disk(tmp_path: Path) -> DiskStore:
    return DiskStore(tmp_path / "media")


@pytest.fixture(params=["disk", "memory"])
def store(request: pytest.FixtureRequest, disk: DiskStore) -> MediaStore:
    return disk if request.param == "disk" else MemoryStore()


def test_what_is_put_is_opened_by_its_name(store: MediaStore) -> None:
    name = store.put(a_file())

    assert store.open(name) == b"a picture"
    assert name == a_file().sha256


def test_the_same_file_twice_is_kept_once(store: MediaStore) -> None:
    assert store.put(a_file()) == store.put(a_file())

    assert list(store.names()) == [a_file().sha256]


def test_an_erased_file_is_missing_and_may_be_erased_again(store: MediaStore) -> None:
    name = store.put(a_file())
    other = store.put(a_file(b"another"))

    store.erase(name)
    store.erase(name)

    with pytest.raises(MissingMedia):
        store.open(name)
    assert list(store.names()) == [other]


def test_an_empty_store_has_no_names(store: MediaStore) -> None:
    assert list(store.names()) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n"])
def test_no_name_leads_out_of_the_folder(disk: DiskStore, name: str) -> None:
    with pytest.raises(MissingMedia):
        disk.open(name)
    with pytest.raises(MissingMedia):
        disk.erase(name)


def test_a_damaged_file_is_not_handed_out_and_mended_by_putting_it_again(disk: DiskStore) -> None:
    name = disk.put(a_file())
    (disk.folder / name[:2] / name).write_bytes(b"b picture")

    with pytest.raises(DamagedMedia):
        disk.open(name)

    disk.put(a_file())
    assert disk.open(name) == b"a picture"


def test_a_file_with_a_wrong_hash_is_not_kept(disk: DiskStore) -> None:
    with pytest.raises(DamagedMedia):
        disk.put(Cleaned("photo", "image/jpeg", b"x", "0" * 64))

    assert list(disk.names()) == []


def test_only_the_owner_may_read_a_file(disk: DiskStore) -> None:
    name = disk.put(a_file())
    path = disk.folder / name[:2] / name

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_erasing_the_last_file_leaves_no_folder(disk: DiskStore) -> None:
    disk.erase(disk.put(a_file()))

    assert list(disk.folder.iterdir()) == []


def test_a_failing_disk_leaves_nothing_behind(
    disk: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(OSError, match="disk full"):
        disk.put(a_file())
    assert [path for path in disk.folder.rglob("*") if path.is_file()] == []


def test_the_rest_of_a_killed_put_is_named_for_the_sweep_and_erased(disk: DiskStore) -> None:
    name = a_file().sha256
    (disk.folder / name[:2]).mkdir(parents=True)
    (disk.folder / name[:2] / f"{name}.x1y2.part").write_bytes(b"a pic")

    assert list(disk.names()) == [name]
    with pytest.raises(MissingMedia):
        disk.open(name)

    disk.erase(name)
    assert list(disk.folder.rglob("*")) == []


def test_a_folder_that_vanishes_under_a_put_is_made_again(
    disk: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.rename
    failures = iter([True, False])

    def rename(source: str, target: Path) -> None:
        if next(failures):
            raise FileNotFoundError(source)
        whole(source, target)

    monkeypatch.setattr(os, "rename", rename)

    assert disk.open(disk.put(a_file())) == b"a picture"


def test_what_another_process_just_took_is_expected_until_its_row_has_come(
    store: MediaStore,
) -> None:
    name = a_file().sha256
    store.expect(name)
    assert store.expected() == {name}
    store.settle(name)
    store.settle(name)
    assert store.expected() == set()


@pytest.mark.parametrize(("seconds", "expected"), [(-60.0, True), (60.0, False)])
def test_what_a_dead_process_left_is_expected_for_an_hour(
    disk: DiskStore, seconds: float, expected: bool
) -> None:
    name = disk.put(a_file())
    disk.expect(name)
    [mark] = (disk.folder / "expected").iterdir()
    moment = time.time() - EXPECTED_SECONDS - seconds
    os.utime(mark, (moment, moment))
    other = DiskStore(disk.folder)
    assert other.expected() == ({name} if expected else set())
    assert mark.exists() is expected
    assert list(other.names()) == [name]
