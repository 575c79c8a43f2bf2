"""Facts: what a conversation may ask the world for, and how the answer is kept in its state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class FactOf(ABC, Generic[T]):
    """A question to the world. Equal `subject`s have equal answers within one conversation.

    When the subject differs at a replay, the answer is not used and the fact is looked up again.
    """

    __slots__ = ()

    @abstractmethod
    def subject(self) -> Any:
        """What the fact depends on, as JSON."""

    @abstractmethod
    def encode(self, value: T) -> Any:
        """The answer as JSON."""

    @abstractmethod
    def decode(self, data: Any) -> T:
        """Read back what `encode` wrote. Raises `ValueError` for anything else."""


class Fresh(FactOf[T]):
    """A fact that is looked up at every replay: nothing of it is kept in a conversation.

    So is what others wrote, which may be taken back or forgotten at any moment."""

    __slots__ = ()

    def encode(self, value: T) -> Any:
        return None

    def decode(self, data: Any) -> T:
        raise ValueError("never kept")


class Today(FactOf[date]):
    """The day where the country is."""

    __slots__ = ()

    def subject(self) -> Any:
        return "today"

    def encode(self, value: date) -> Any:
        return value.isoformat()

    def decode(self, data: Any) -> date:
        return date.fromisoformat(data)
