"""What a conversation may await: the protocol between a flow and the engine."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from hashlib import sha256
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from bot.domain.country import Country
from bot.domain.facts import FactOf
from bot.domain.inbound import Album, Attachment, Contact, Location
from bot.domain.messages import Label, Message, Value
from bot.domain.operations import Button, Show
from bot.domain.operations import Say as Words

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


class Keep(Enum):
    """What stays of an answer in the interaction log when the conversation is over."""

    CHOICE = "choice"
    """The key of a closed answer."""
    KIND = "kind"
    """Only that it was answered, and how."""
    NOTHING = "nothing"


class Asked(Generic[T]):
    """Anything that a flow awaits. `key` is unique within one replay of a conversation."""

    key: str
    subject: Any = None
    """What the answer depends on, as JSON; None for nothing."""

    def __await__(self) -> Generator[Asked[Any], Any, T]:
        answer: T = yield self
        return answer

    def about(self) -> str:
        """A short digest of what the answer depends on; '' when it depends on nothing."""
        return "" if self.subject is None else digest(self.subject)


def digest(subject: Any) -> str:
    """Eight signs that differ when the JSON value differs."""
    return sha256(json.dumps(subject, sort_keys=True).encode()).hexdigest()[:8]


def _sort_of(subject: Any) -> Any:
    """The types in a JSON value, without the value."""
    if isinstance(subject, list | tuple):
        return [_sort_of(item) for item in subject]
    return type(subject).__name__


class Say(Asked[None]):
    """A line that is told once, where it stands in the conversation."""

    def __init__(
        self,
        key: str,
        line: Message,
        *,
        subject: Any = None,
        fleeting: bool = False,
        page: str = "",
    ) -> None:
        """`page` has more of it, below the country's pages."""
        self.key = key
        self.line = line
        self.subject = subject
        self.fleeting = fleeting
        self.page = page


class Quote(Asked[None]):
    """What is told once as it is: the words of a person, with whose they are and in which
    language, or a picture."""

    def __init__(self, key: str, words: Words | Show, *, subject: Any = None) -> None:
        self.key = key
        self.words = words
        self.subject = subject


class Fact(Asked[T]):
    """Something that the world knows and the flow needs."""

    def __init__(self, key: str, of: FactOf[T]) -> None:
        self.key = key
        self.of = of

    def about(self) -> str:
        return digest(self.of.subject())


class Do(Asked[None]):
    """A command that cannot wait for the end. Done once for each (key, subject), Back or not.

    One that is to be done `anew` is done whenever an answer leads to it, as often as that may be:
    for what sets something, and would else stay as it was set in between.
    """

    def __init__(self, key: str, command: object, subject: Any, *, anew: bool = False) -> None:
        self.key = key
        self.command = command
        self.subject = subject
        self.anew = anew

    def about(self) -> str:
        return digest(self.subject)


class Within(Generic[R]):
    """A flow inside a flow. Its keys are prefixed by `scope`; it is closed with the outer one.

    A function and its arguments rather than a coroutine: one that is never awaited would warn.
    """

    def __init__(
        self,
        scope: str,
        flow: Callable[P, Coroutine[Asked[Any], Any, R]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self._scope = scope
        self._start: Callable[[], Coroutine[Asked[Any], Any, R]] = partial(flow, *args, **kwargs)

    def __await__(self) -> Generator[Asked[Any], Any, R]:
        inner = self._start()
        try:
            answer: Any = None
            while True:
                try:
                    asked = inner.send(answer)
                except StopIteration as end:
                    outcome: R = end.value
                    return outcome
                if isinstance(asked, Asked):
                    asked.key = f"{self._scope}.{asked.key}"
                answer = yield asked
        finally:
            inner.close()


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that a resident typed as an answer."""

    words: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the question on the table."""

    key: str


Given = Typed | Pressed | Location | Contact | Attachment | Album
"""What can be an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The question is answered; `value` is JSON that its `decode` reads."""

    value: Any


@dataclass(frozen=True, slots=True)
class Under:
    """The answer is under way: kept as `partial`, and the question shown again."""

    partial: Any
    lines: tuple[Message | Show, ...] = ()
    """Told before the question is shown again."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Not understood; `line` says what would be."""

    line: Message


Reading = Answer | Under | Unclear


class Wordings(Protocol):
    """A country's words, in all of its languages."""

    def labels(self, label: Label) -> frozenset[str]:
        """A label in every language of the country."""
        ...

    def ended(self, texts: Iterable[str]) -> frozenset[str]:
        """Texts with each of what the country's languages end an answer with."""
        ...


class Reader(Wordings, Protocol):
    """What a question needs to read an answer: the country's words and its day."""

    @property
    def country(self) -> Country: ...

    @property
    def today(self) -> date:
        """The day where the country is."""
        ...


@dataclass(frozen=True, slots=True)
class Passed:
    """A question on the path just replayed, with the answer it has."""

    question: Question[Any]
    value: Any


@dataclass(frozen=True, slots=True)
class Look:
    """How a question is shown, as far as a flow cares. The order of `buttons` numbers them."""

    line: Message
    buttons: tuple[Button, ...] = ()
    wants: tuple[str, ...] = ()
    summary: tuple[tuple[Message, Value], ...] = ()
    more: tuple[Button, ...] = ()
    """Buttons that answer nothing and show more: beside the controls, and never numbered."""


class Question(Asked[T], ABC):
    """Something that only the resident can answer."""

    kind: str
    keep: Keep = Keep.KIND

    def __init__(
        self,
        key: str,
        line: Message,
        *,
        label: Message | None = None,
        optional: bool = False,
        subject: Any = None,
        fleeting: bool = False,
        keep: Keep | None = None,
    ) -> None:
        """`label` names the answer in a review (none, and it is not shown there); `subject` is
        what the question speaks of, as JSON; a `fleeting` one leaves no trace when it is over."""
        self.key = key
        self.line = line
        self.label = label
        self.optional = optional
        self.subject = subject
        self.fleeting = fleeting
        if keep is not None:
            self.keep = keep

    @abstractmethod
    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        """How it is shown now."""

    def takes(
        self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader
    ) -> str | None:
        """The key of the button that the words name for certain; a control word yields to it."""
        return None

    @abstractmethod
    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        """What was given, as an answer. `shown` are the keys of the buttons, in their order."""

    def amend(self, value: Any, words: str, shown: tuple[str, ...], reader: Reader) -> Reading:
        """The answer `value` (as JSON) with the words of its message changed to these."""
        return self.read(Typed(words), shown, None, reader)

    def resume(self, value: Any) -> Any:
        """What `partial` begins with where the answer `value` (as JSON) is asked for once more:
        whatever of it still stands. None begins anew."""
        return None

    def left_out(self, partial: Any) -> Any:
        """The answer (as JSON) of who leaves out what is asked for under way; None where it is
        needed."""
        return None

    def join(self, value: Any, files: Sequence[Attachment]) -> Any | None:
        """The answer with more files of the album that is in it, as many as it takes; None for
        an answer that holds none."""
        return None

    @abstractmethod
    def decode(self, value: Any) -> T:
        """The answer as the flow gets it. Raises `ValueError` when it is no longer allowed."""

    @abstractmethod
    def tell(self, value: Any) -> Value:
        """An answer (as JSON) in words, for a review."""

    def chosen(self, value: Any) -> str:
        """A closed answer for the interaction log: keys or digits, never somebody's words."""
        return ",".join(value) if isinstance(value, list) else str(value)

    def meaning(self) -> Any:
        """What must not change silently under one key, as JSON: `tests/flows.lock` watches it.

        The English source, the kind, the options that stand in the code and what sort of thing it
        is about; never translations, their order, nor what comes from a country's folder.
        """
        return [
            self.kind,
            self.line.source,
            sorted(self._options_in_code()),
            _sort_of(self.subject),
        ]

    def _options_in_code(self) -> list[str]:
        return []
