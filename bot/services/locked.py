"""What is sealed with a key that is destroyed one day: drafts, what is owed, what a page shows.

Everything is made as long as its neighbours first: a choice that is one letter longer than another
must not be told by its length.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

import msgspec

from bot.domain.inbox import Entry
from bot.domain.operations import Locked, Operation, lock_of, with_lock
from bot.domain.owed import dump_operation, load_operation, load_owed
from bot.keys import Keys, KeysError
from storage.conversations import LOCKED

STEP = 4096
"""Bytes. What is sealed is made as long as a multiple of it."""

OWED, STATE, SHOWN = "owed", "state", "shown"
"""Purposes of a key."""


def owed_bytes(operation: Operation, keys: Keys | None) -> bytes:
    """An operation as it is owed. Raises `ValueError` for one with a lock where no keys are."""
    lock = lock_of(operation)
    plain = msgspec.json.encode(dump_operation(operation))
    if not lock:
        return plain
    if keys is None:
        raise ValueError("nobody handed in the keys to seal this with")
    locked = Locked(lock, keys.votes.read(lock).seal(OWED, _padded(plain)))
    return msgspec.json.encode(dump_operation(locked))


def read_owed(payload: bytes, keys: Keys) -> Operation:
    """Read back what `owed_bytes` gave. Raises `ValueError`, or `KeysError` when it cannot be
    opened, which is for good once the key is destroyed."""
    found = load_owed(msgspec.json.decode(payload))
    if not isinstance(found, Locked):
        return found
    plain = keys.votes.read(found.lock).open(OWED, found.sealed)
    return with_lock(load_operation(msgspec.json.decode(plain)), found.lock)


def state_bytes(state: bytes, lock: str, conversation: str, keys: Keys) -> bytes:
    """A conversation's state as it is kept."""
    if not lock:
        return state
    return LOCKED + keys.votes.read(lock).seal(STATE, _padded(state), conversation.encode())


def read_state(kept: bytes, lock: str, conversation: str, keys: Keys) -> bytes | None:
    """Read back what `state_bytes` gave; None where the key is gone, and the state with it."""
    if not kept.startswith(LOCKED):
        return kept
    try:
        key = keys.votes.read(lock)
        return key.open(STATE, kept.removeprefix(LOCKED), conversation.encode())
    except KeysError:
        return None


def entry_bytes(entry: Entry, keys: Keys) -> bytes:
    """An entry of a history, as JSON."""
    plain = msgspec.json.encode(entry)
    if not entry.lock:
        return plain
    sealed = keys.votes.read(entry.lock).seal(SHOWN, _padded(plain))
    outer = Entry(0, entry.at, False, b64encode(sealed).decode(), "", lock=entry.lock)
    return msgspec.json.encode(outer)


def read_entry(kept: bytes, keys: Keys) -> Entry | None:
    """Read back what `entry_bytes` gave; None where the key is gone, and the entry with it."""
    entry = msgspec.json.decode(kept, type=Entry)
    if not entry.lock:
        return entry
    try:
        plain = keys.votes.read(entry.lock).open(SHOWN, b64decode(entry.text))
    except KeysError:
        return None
    return msgspec.json.decode(plain, type=Entry)


def _padded(plain: bytes) -> bytes:
    """JSON with spaces after it, up to a multiple of `STEP`."""
    return plain.ljust(-(-len(plain) // STEP) * STEP)
