"""What a process holds outside of its database, kept in the world: vote keys, lists of ends, the
store of files, and the line that announcements go out by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from telegram.request import RequestData

from bot.channels.telegram_request import LeanRequest
from bot.keys import Keys
from bot.keys.votes import KeyExists, KeyLost, VoteKey, VoteKeys
from bot.telegram_http import ANSWER_SECONDS, NotConnected
from bot.work.cleaned import Cleaned
from bot.work.erased import ErasedList
from bot.work.store import EXPECTED_SECONDS, MissingMedia
from tests.world.answers import NotReached, Reset, TookTooLong
from tests.world.outdoors import Outdoors

SECRET = bytes(range(32))
"""Of every vote: the order of the options, which it draws, is then the same in every life."""


class KeptVoteKeys(VoteKeys):
    """The keys of votes, not in a folder but outdoors."""

    def __init__(self, outdoors: Outdoors, random: Any) -> None:
        super().__init__(Path("keys of votes"), random)
        self._outdoors = outdoors

    def create(self, code: str) -> None:
        if code in self._outdoors.vote_keys:
            raise KeyExists(code)
        self._outdoors.vote_keys.add(code)
        self._outdoors.changed()

    def read(self, code: str) -> VoteKey:
        if code not in self._outdoors.vote_keys:
            raise KeyLost(code)
        return VoteKey(SECRET, self._random)

    def destroy(self, code: str) -> None:
        if code in self._outdoors.vote_keys:
            self._outdoors.vote_keys.remove(code)
            self._outdoors.changed()

    def codes(self) -> list[str]:
        return sorted(self._outdoors.vote_keys)


class KeptList(ErasedList):
    """A list of ends; its lines are `kept`."""

    def __init__(self, outdoors: Outdoors, keys: Keys, kept: set[str], purpose: str) -> None:
        super().__init__(Path("lists"), keys, purpose=purpose)
        self._outdoors = outdoors
        self._kept = kept

    def _append(self, lines: Iterable[str]) -> None:
        if not self._kept.issuperset(lines):
            self._kept.update(lines)
            self._outdoors.changed()

    def lines(self) -> frozenset[str]:
        return frozenset(self._kept)


class KeptStore:
    """A `MediaStore` that outlives the processes of a town."""

    def __init__(self, outdoors: Outdoors) -> None:
        self._outdoors = outdoors

    def put(self, cleaned: Cleaned) -> str:
        if cleaned.sha256 not in self._outdoors.files:
            self._outdoors.files[cleaned.sha256] = cleaned.data
            self._outdoors.changed()
        return cleaned.sha256

    def expect(self, name: str) -> None:
        self._outdoors.expected[name] = self._outdoors.seconds
        self._outdoors.changed()

    def settle(self, name: str) -> None:
        if name in self._outdoors.expected:
            del self._outdoors.expected[name]
            self._outdoors.changed()

    def expected(self) -> set[str]:
        now = self._outdoors.seconds
        since = self._outdoors.expected.items()
        return {name for name, at in since if now - at < EXPECTED_SECONDS}

    def open(self, name: str) -> bytes:
        if name not in self._outdoors.files:
            raise MissingMedia(name)
        return self._outdoors.files[name]

    def erase(self, name: str) -> None:
        if self._outdoors.files.pop(name, None) is not None:
            self._outdoors.changed()

    def names(self) -> Iterator[str]:
        yield from sorted(self._outdoors.files)


class BulkWire(LeanRequest):
    """Asks as the product does, and makes a socket's errors."""

    def __init__(self, outdoors: Outdoors) -> None:
        super().__init__()
        self._outdoors = outdoors

    async def _ask(self, url: str, method: str, data: RequestData | None) -> tuple[int, bytes]:
        given: dict[str, Any] = {}
        if data is not None:
            given = msgspec.json.decode(msgspec.json.encode(data.parameters))
        telegram = self._outdoors.telegram
        try:
            status, body = await telegram.call(url.rpartition("/")[2], given, ANSWER_SECONDS)
        except NotReached:
            raise NotConnected from None
        except Reset:
            raise ConnectionResetError from None
        except TookTooLong:
            raise TimeoutError from None
        telegram.note_answer(given.get("chat_id"), status)
        return status, body.encode()
