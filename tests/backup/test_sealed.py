"""Sealed streams: what was written comes back, and nothing else does."""

from __future__ import annotations

import io
import os
import random

import pytest

from bot.keys import TAG_BYTES, Keys
from bot.work.backup.errors import (
    Altered,
    BackupError,
    CutShort,
    NewerFormat,
    NotABackup,
    OtherSecret,
)
from bot.work.backup.sealed import MAGIC, PART_BYTES, SealedReader, SealedWriter

OLD = "old master secret, 32 characters"
NEW = "new master secret, 32 characters"
HEADER = len(MAGIC) + 1 + 8 + 32
PART = PART_BYTES + TAG_BYTES
SIZES = (0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES, 3 * PART_BYTES + 7)


def keys(current: str = NEW, *older: str) -> Keys:
    return Keys(current, *older, random=os.urandom)


def sealed(plain: bytes, step: int = 10_000) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, keys(), os.urandom)
    for at in range(0, len(plain), step):
        writer.write(plain[at : at + step])
    writer.close()
    return file.getvalue()


def opened(data: bytes, by: Keys | None = None) -> bytes:
    reader = SealedReader(io.BytesIO(data), by or keys())
    plain = b""
    while not reader.at_end():
        plain += reader.read(1)
        plain += reader.read(len(reader._plain))
    return plain


def signs(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_comes_back_whatever_its_size(size: int) -> None:
    plain = signs(size)
    assert opened(sealed(plain)) == plain


def test_nothing_of_it_can_be_read_and_no_two_files_are_alike() -> None:
    plain = b"a resident's words " * 100
    first, second = sealed(plain), sealed(plain)
    assert b"words" not in first
    assert first[HEADER : HEADER + 16] != second[HEADER : HEADER + 16]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_that_is_cut_anywhere_is_refused(size: int) -> None:
    whole = sealed(signs(size))
    parts = range(HEADER, len(whole), PART)
    for at in {*range(HEADER + 1), *parts, *(part - 1 for part in parts), len(whole) - 1}:
        if at < len(whole):
            with pytest.raises((CutShort, Altered, NotABackup)) as refused:
                opened(whole[:at])
            if at in parts:
                assert isinstance(refused.value, CutShort)


def test_a_changed_bit_anywhere_is_refused() -> None:
    whole = sealed(signs(2 * PART_BYTES + 100))
    chance = random.Random(1)
    places = [*range(HEADER), *(chance.randrange(HEADER, len(whole)) for _ in range(200))]
    for at in places:
        changed = bytearray(whole)
        changed[at] ^= 1 << chance.randrange(8)
        with pytest.raises(BackupError):
            opened(bytes(changed))


def test_parts_that_are_exchanged_repeated_left_out_or_added_are_refused() -> None:
    whole = sealed(signs(4 * PART_BYTES))
    head, body = whole[:HEADER], whole[HEADER:]
    parts = [body[at : at + PART] for at in range(0, len(body), PART)]
    other = sealed(signs(4 * PART_BYTES))[HEADER:]
    wrong = [
        [parts[1], parts[0], *parts[2:]],
        [parts[0], parts[0], *parts[1:]],
        [parts[0], *parts[2:]],
        [*parts, parts[-1]],
        [*parts[:-1], other[-PART:]],
    ]
    for order in wrong:
        with pytest.raises(Altered):
            opened(head + b"".join(order))


def test_a_file_of_another_kind_or_a_newer_one_is_named() -> None:
    whole = sealed(b"x")
    with pytest.raises(NotABackup):
        opened(b"SQLite format 3\0" + b"\0" * 100)
    with pytest.raises(NotABackup):
        opened(b"")
    with pytest.raises(NewerFormat):
        opened(MAGIC + b"\x02" + whole[len(MAGIC) + 1 :])


def test_the_secret_of_that_time_opens_it_and_another_is_named() -> None:
    file = io.BytesIO()
    writer = SealedWriter(file, keys(OLD), os.urandom)
    writer.write(b"words")
    writer.close()
    assert opened(file.getvalue(), keys(NEW, OLD)) == b"words"
    with pytest.raises(OtherSecret):
        opened(file.getvalue(), keys(NEW))


def test_reading_past_the_end_is_refused() -> None:
    reader = SealedReader(io.BytesIO(sealed(b"four")), keys())
    with pytest.raises(Altered):
        reader.read(5)


def test_the_key_of_a_stream_is_its_own() -> None:
    by = keys()
    salts = (b"a" * 32, b"b" * 32)
    found = {by.stream_key(purpose, salt) for purpose in ("backup", "other") for salt in salts}
    assert len(found) == 4
    assert by.stream_key("backup", salts[0]) == by.stream_key("backup", salts[0], by.key_id)
