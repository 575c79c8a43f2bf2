"""What is sealed with a key that is destroyed one day: read back, alike in length, then gone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.domain.inbox import Entry
from bot.domain.messages import Message, Name
from bot.domain.operations import Ask, Button, Echo, InTopic, Operation, PutOut, Tell, with_lock
from bot.domain.owed import dump_operation, load_operation
from bot.keys import Keys
from bot.keys.votes import KeyLost, VoteKeys
from bot.services.locked import (
    entry_bytes,
    owed_bytes,
    read_entry,
    read_owed,
    read_state,
    state_bytes,
)
from tests.houses import SECRET

LOCK = "LND-2222"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    chance = random.Random(1).randbytes
    votes = VoteKeys(tmp_path, chance)
    votes.create(LOCK)
    return Keys(SECRET, random=chance, votes=votes)


def question(*ticked: str) -> Ask:
    buttons = tuple(Button(key, Message(key), ticked=key in ticked) for key in ("bench", "tree"))
    return Ask("c1", 3, Message("Which?"), buttons)


SAID: tuple[Operation, ...] = (
    Tell(Message("You chose {x}.")(x=Message("Bench"))),
    Echo("bench"),
    question("bench"),
    InTopic("7", Tell(Message("Bench"), fleeting=True)),
)


@pytest.mark.parametrize("said", SAID)
def test_what_is_owed_with_a_lock_is_read_with_its_key_alone(keys: Keys, said: Operation) -> None:
    locked = with_lock(said, LOCK)

    owed = owed_bytes(locked, keys)

    assert b"ench" not in owed
    assert read_owed(owed, keys) == locked
    keys.votes.destroy(LOCK)
    with pytest.raises(KeyLost):
        read_owed(owed, keys)


def test_what_has_no_lock_is_owed_as_it_is(keys: Keys) -> None:
    for said in (*SAID, PutOut("c1", 3)):
        assert read_owed(owed_bytes(said, None), keys) == said


ODD: tuple[Any, ...] = (
    None,
    7,
    True,
    "x",
    ["x"],
    {},
    ["message", 1, "", None, []],
    ["name", "x", 1],
)


def _spoilt(data: Any) -> Iterator[Any]:
    """The same with one value in it odd, or one less, at any depth."""
    if isinstance(data, list):
        yield data[:-1]
        for at, item in enumerate(data):
            for other in (*ODD, *_spoilt(item)):
                yield [*data[:at], other, *data[at + 1 :]]


def test_whatever_stands_in_what_is_owed_it_is_an_operation_or_refused() -> None:
    words = Message("{n} left")(n=Name("Bench", (("es", "Banco"),)))
    asked = replace(question("tree"), line=words, summary=((Message("Left"), 3),), wants=("text",))
    refused = 0
    for odd in _spoilt(dump_operation(asked)):
        try:
            load_operation(odd)
        except ValueError:
            refused += 1
    assert refused > 300


def test_what_says_nothing_needs_no_lock(keys: Keys) -> None:
    assert with_lock(PutOut("c1", 3), LOCK) == PutOut("c1", 3)


def test_a_lock_without_keys_is_a_mistake_of_whoever_owes_it() -> None:
    with pytest.raises(ValueError, match="nobody handed in the keys"):
        owed_bytes(with_lock(SAID[0], LOCK), None)


def test_one_choice_is_as_long_as_another_and_as_none(keys: Keys) -> None:
    asked = [question(), question("bench"), question("bench", "tree")]
    owed = {len(owed_bytes(with_lock(ask, LOCK), keys)) for ask in asked}
    drafts = {
        len(state_bytes(msgspec.json.encode({"partial": keys_of}), LOCK, "c1", keys))
        for keys_of in ([], ["bench"], ["bench", "tree"])
    }
    shown = {
        len(entry_bytes(Entry(0, NOON, True, words, "en", lock=LOCK), keys))
        for words in ("Bench", "A very much longer tree", "")
    }
    assert (len(owed), len(drafts), len(shown)) == (1, 1, 1)


def test_a_draft_belongs_to_its_conversation_and_ends_with_its_key(keys: Keys) -> None:
    draft = b'{"flow":"vote","partial":["bench"]}'

    kept = state_bytes(draft, LOCK, "c1", keys)

    assert b"bench" not in kept
    found = read_state(kept, LOCK, "c1", keys)
    assert found is not None
    assert msgspec.json.decode(found) == msgspec.json.decode(draft)
    assert read_state(kept, LOCK, "c2", keys) is None, "taken from another conversation"
    keys.votes.destroy(LOCK)
    assert read_state(kept, LOCK, "c1", keys) is None
    assert read_state(draft, "", "c1", keys) == draft, "what was never sealed"


def test_what_a_page_shows_tells_nothing_but_when(keys: Keys) -> None:
    entry = Entry(
        0, NOON, True, "Bench", "en", conversation="c1", serial=3, fleeting=True, lock=LOCK
    )

    kept = entry_bytes(entry, keys)

    outer = msgspec.json.decode(kept, type=Entry)
    assert (outer.mine, outer.conversation, outer.serial, outer.buttons) == (False, "", 0, ())
    assert b"ench" not in kept
    assert read_entry(kept, keys) == entry
    keys.votes.destroy(LOCK)
    assert read_entry(kept, keys) is None
