"""What a process holds outside of its database, kept in the world: vote keys, lists of ends, and
the line that announcements go out by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from aiohttp import ConnectionTimeoutError, ServerDisconnectedError
from telegram.request import RequestData

from bot.channels.telegram_request import LeanRequest
from bot.keys import Keys
from bot.keys.votes import KeyExists, KeyLost, VoteKey, VoteKeys
from bot.telegram_http import ANSWER_SECONDS
from bot.work.erased import ErasedList
from tests.world.outdoors import Outdoors
from tests.world.telegram import NotReached, Reset, TookTooLong

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


class BulkWire(LeanRequest):
    """Asks as the product does, and makes a socket's errors."""

    def __init__(self, outdoors: Outdoors) -> None:
        super().__init__()
        self._outdoors = outdoors

    def _asked(self, url: str, method: str, data: RequestData | None) -> Any:
        given: dict[str, Any] = {}
        if data is not None:
            given = msgspec.json.decode(msgspec.json.encode(data.parameters))
        return _Asked(self._outdoors, url.rpartition("/")[2], given)


class _Asked:
    """One request, while it is under way."""

    def __init__(self, outdoors: Outdoors, method: str, given: dict[str, Any]) -> None:
        self._outdoors = outdoors
        self._method = method
        self._given = given
        self.status = 0
        self._body = b""

    async def __aenter__(self) -> _Asked:
        telegram = self._outdoors.telegram
        try:
            self.status, body = await telegram.call(self._method, self._given, ANSWER_SECONDS)
        except NotReached:
            raise ConnectionTimeoutError from None
        except Reset:
            raise ServerDisconnectedError from None
        except TookTooLong:
            raise TimeoutError from None
        telegram.note_answer(self._given.get("chat_id"), self.status)
        self._body = body.encode()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    async def read(self) -> bytes:
        return self._body
