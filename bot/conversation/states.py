"""The stored states of a resident's conversations, sealed where their flow is to be."""

from __future__ import annotations

from msgspec.structs import replace

from bot.flows import FLOWS
from bot.flows.state import State, dump_state, load_state
from bot.keys import Keys
from bot.keys.votes import KeyLost
from bot.services.locked import read_state, state_bytes
from storage.conversations import Row


class States:
    """Remembers what was read in this turn: it asks for a state again and again."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known: dict[bytes, State] = {}

    def read(self, row: Row) -> State:
        """A conversation's state; empty for one that was never shown, and for one that was sealed
        with a key which is destroyed: it begins again, with what it is about."""
        if not row.state:
            return State(row.flow)
        known = self._known.get(row.state)
        if known is None:
            kept = read_state(row.state, row.subject, row.id, self._keys)
            known = State(row.flow, row.subject) if kept is None else load_state(kept)
            self._known[row.state] = known
        return known

    def put(self, row: Row, state: State) -> Row:
        """The row with this state, as it is stored. Where the key to seal it with is gone, nothing
        is kept but what it is about."""
        try:
            kept = state_bytes(dump_state(state), lock_of(row), row.id, self._keys)
        except KeyLost:
            state = State(row.flow, row.subject, serial=state.serial)
            kept = dump_state(state)
        self._known[kept] = state
        return replace(row, state=kept)


def lock_of(row: Row) -> str:
    """The key that a conversation, and all that is said in it, is sealed with; '' for none."""
    return row.subject if FLOWS[row.flow].locked else ""
