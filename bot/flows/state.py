"""The stored state of a conversation, as JSON that every release can read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

__all__ = ["AskedNow", "Kept", "State", "dump_state", "has_files", "load_state", "replace"]

SCHEMA = 1
Count = Annotated[int, msgspec.Meta(ge=0)]


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """One answer, fact, told line or done command. `about` is what it depended on; see `Asked`.

    `source` is the channel's name for the message that the answer came with, where it has one.
    """

    key: str
    about: str
    value: Any = None
    source: str = ""


class AskedNow(msgspec.Struct, frozen=True, array_like=True):
    """The question on the table, with the keys of its buttons in the order that was shown.

    Its `kind` tells what `partial` is: where a release changed it, neither is used any more.
    """

    key: str
    about: str
    serial: int
    shown: tuple[str, ...]
    kind: str
    fleeting: bool
    """Whether it leaves no trace when it is over."""


class State(msgspec.Struct, frozen=True, tag_field="schema", tag=SCHEMA):
    """Everything a conversation is. `args` are the flow's arguments as keys, never objects.

    `answers` are in the order of the path, then those that the path does not meet at present.
    `editing` is the key that a review asks once more. `serial` numbers the questions shown.

    Read, changed and written at every turn, which takes a dataclass ten times as long.
    """

    flow: str
    args: Any = None
    answers: tuple[Kept, ...] = ()
    done: tuple[Kept, ...] = ()
    asked: AskedNow | None = None
    partial: Any = None
    editing: str | None = None
    serial: Count = 0
    misses: Count = 0
    missed: str = ""
    """The last message that was no whole answer to the question on the table."""
    before: tuple[Any, ...] = ()
    """What `partial` was before that message, where its words chose something."""


_WRITE = msgspec.json.Encoder()
_READ = msgspec.json.Decoder(State)


def dump_state(state: State) -> bytes:
    """The state as JSON."""
    try:
        return _WRITE.encode(state)
    except UnicodeEncodeError:
        # Half a surrogate pair, which only an escape can write.
        return json.dumps(msgspec.to_builtins(state)).encode()


def load_state(data: bytes | str) -> State:
    """Read back what `dump_state` wrote, leniently: what is odd is asked again.

    Raises `ValueError` only where there is no flow to go on with.
    """
    try:
        return _READ.decode(data)
    except msgspec.DecodeError:
        return _pick(json.loads(data))


def _pick(data: Any) -> State:
    """What can be used of a state in which something is odd."""
    match data:
        case {"flow": str(flow), **rest}:
            return State(
                flow,
                rest.get("args"),
                _kept(rest.get("answers")),
                _kept(rest.get("done")),
                _asked(rest.get("asked")),
                rest.get("partial"),
                editing if isinstance(editing := rest.get("editing"), str) else None,
                _count(rest.get("serial")),
                _count(rest.get("misses")),
                missed if isinstance(missed := rest.get("missed"), str) else "",
            )
        case _:
            raise ValueError("not a stored conversation")


def undone(state: State) -> State:
    """The state before the last message, where that chose something in words and was no whole
    answer."""
    if not state.before:
        return state
    return replace(state, partial=state.before[0], missed="", before=())


def without_file(state: State, ref: str) -> State:
    """The state without a file, by its media id. An answer that was nothing else stays, empty: it
    is not allowed any more, and so is asked again."""
    return replace(
        state,
        answers=tuple(replace(kept, value=_without(kept.value, ref)) for kept in state.answers),
        partial=_without(state.partial, ref) or None,
    )


def has_files(value: Any, refs: Sequence[str]) -> bool:
    """Whether an answer holds any of these media ids."""
    match value:
        case list():
            return any(has_files(item, refs) for item in value)
        case dict():
            return any(has_files(item, refs) for item in value.values())
        case _:
            return value in refs


def _without(value: Any, ref: str) -> Any:
    match value:
        case list():
            return [item for item in value if item != ref]
        case dict():
            return {key: "" if item == ref else _without(item, ref) for key, item in value.items()}
        case _:
            return value


def _kept(data: Any) -> tuple[Kept, ...]:
    found = []
    for item in data if isinstance(data, list) else ():
        match item:
            case [str(key), str(about), value, str(source), *_]:
                found.append(Kept(key, about, value, source))
            case [str(key), str(about), *rest]:
                found.append(Kept(key, about, rest[0] if rest else None))
            case _:
                continue
    return tuple(found)


def _asked(data: Any) -> AskedNow | None:
    match data:
        case [str(key), str(about), int(serial), [*shown], str(kind), bool(fleeting), *_]:
            keys = tuple(str(name) for name in shown)
            return AskedNow(key, about, serial, keys, kind, fleeting)
        case _:
            return None


def _count(data: Any) -> int:
    return data if isinstance(data, int) and data >= 0 else 0
