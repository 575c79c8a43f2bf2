"""Stores for tests that look at what is kept, not at how a disk keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.work.cleaned import Cleaned
from bot.work.store import MissingMedia


class MemoryStore:
    """A `MediaStore` that forgets everything with its test."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._expected: set[str] = set()

    def put(self, cleaned: Cleaned) -> str:
        self.files[cleaned.sha256] = cleaned.data
        return cleaned.sha256

    def expect(self, name: str) -> None:
        self._expected.add(name)

    def settle(self, name: str) -> None:
        self._expected.discard(name)

    def expected(self) -> set[str]:
        return set(self._expected)

    def open(self, name: str) -> bytes:
        if name not in self.files:
            raise MissingMedia(name)
        return self.files[name]

    def erase(self, name: str) -> None:
        self.files.pop(name, None)

    def names(self) -> Iterator[str]:
        yield from sorted(self.files)
