"""Options of closed questions: what they go by, how they are shown, looked at and ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from bot.domain.identity import once_for_each
from bot.domain.messages import Label, Message, _
from bot.domain.operations import Button, Show
from bot.flows.matching import match
from bot.flows.named import Named, Names, alternatives, bare
from bot.flows.numbers import IN_WORDS
from bot.flows.questions.asked import Given, Pressed, Reader, Typed, Wordings

T = TypeVar("T")

DONE = "!done"
"""The button that ends a list of ticks or of photos. No option's key begins with `!`."""

# What people type in place of a button. Each language writes as many as they would.
ENOUGH_WORDS = _(
    "ready|done|I am done|I'm done|finished|I have finished|enough|no more|nothing more"
    "|nothing else|that is it|that's it|next"
)
YES_WORDS = _("yes please|sure|of course|yeah|yep|yup|yea|okay|okey|alright")
NO_WORDS = _("no thanks|no thank you|nope|nah|not now|not really")
IS_SO = _("it is|it is so|it's so|I am|I do|that is it|that's it|exactly|right|go ahead")
IS_NOT_SO = _("it is not|it isn't|no it is not|I am not|I'm not|no I am not|I do not|I don't")
SEND_WORDS = _("send|send it now")
READY_WORDS = _("ready|done|finished|that is right|it is right|correct|all good")
CHANGE_WORDS = _("edit|edit it|correct it|wrong|it is wrong|not right|change something")
DO_NOT_KNOW = _("I don't know|I dont know|don't know|dont know|idk|no idea|I am not sure|maybe")
# What makes the opposite of the label beside it, or half of it: "do not send it", "yes, but".
DENIALS = _("no|not|don't|dont|never|without|nothing|cannot|can't|won't|isn't|didn't|but")
# What is said beside an answer and says nothing: "yes please", "thank you, no".
PLEASE_WORDS = _("please|pls|plz|sir|madam")
THANKS_WORDS = _(
    "thanks|thank you|thx|thank you very much|many thanks|thanks a lot|ok thanks|okay thanks"
)
# What stands before the number of a button, or between two.
COUNTERS = _("number|option|and")

# i18n: button
YES, NO = _("Yes"), _("No")
SAID_YES, SAID_NO = (YES,), (NO,)
"""What answers any yes or no, however its buttons are called."""

MEANT_YES, MEANT_NO = (YES_WORDS, IS_SO), (NO_WORDS, IS_NOT_SO)
"""Likewise, where nothing else is said: "okay, how?" is a question."""

FINE, NOT_FINE = ("👍", "✅", "ok"), ("👎", "❌")
"""And the same in no language."""


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """One thing to choose: `value` is what the flow gets. A group has `options` and no value."""

    key: str
    label: Label
    value: T | None = None
    emoji: str = ""
    description: Message | None = None
    aliases: tuple[str, ...] = ()
    options: tuple[Option[T], ...] = ()
    also: tuple[Message, ...] = ()
    """Other words for it, in every language: alternatives of one text are split by `|`."""
    alone: tuple[Message, ...] = ()
    """Likewise, words for it that are taken only where nothing else is said."""
    opposites: tuple[Message, ...] = ()
    """Likewise, what its opposite goes by, which is not on the screen together with it."""


class Fixed(tuple[Option[T], ...]):
    """Options that stand in the code or in a country's folder, for as long as the process lives:
    how they are shown and what they go by is worked out once. Never any with words of a person,
    which nothing may remember."""

    def __init__(self, options: Iterable[Option[T]]) -> None:
        self.named = once_for_each(partial(_named, self))
        """What they go by, for a reader."""

    @cached_property
    def whole(self) -> Fixed[T]:
        """Every option of the tree, groups before their members."""
        return Fixed(walk_options(self))

    @cached_property
    def by_key(self) -> Mapping[str, Option[T]]:
        """Every option of the tree."""
        return {option.key: option for option in reversed(self.whole)}

    @cached_property
    def buttons(self) -> tuple[Button, ...]:
        """As they are shown while none is ticked."""
        return tuple(button(option) for option in self)


def walk_options(options: Sequence[Option[T]]) -> Iterator[Option[T]]:
    """Every option of the tree, groups before their members."""
    for option in options:
        yield option
        yield from walk_options(option.options)


def whole(options: Sequence[Option[T]]) -> Sequence[Option[T]]:
    """Every option of the tree, groups before their members."""
    return options.whole if isinstance(options, Fixed) else tuple(walk_options(options))


def button(option: Option[Any], ticked: bool = False) -> Button:
    return Button(option.key, option.label, option.emoji, option.description, ticked)


def named(options: Sequence[Option[Any]], reader: Reader) -> Names:
    """The options with everything they go by in every language of the country."""
    return options.named(reader) if isinstance(options, Fixed) else _named(options, reader)


def called(
    key: str,
    label: Label,
    reader: Reader,
    emoji: str = "",
    also: Iterable[Message] = (),
    aliases: Iterable[str] = (),
    opposites: Iterable[Message] = (),
    alone: Iterable[Message] = (),
) -> Named:
    """What is typed for a label, in every language of the country, by other words too."""
    labels = reader.labels(label)
    texts = labels.union(_words_of(also, reader), aliases)
    others = frozenset(_words_of(opposites, reader))
    unlike = frozenset(map(bare, others | reader.ended(others)))
    # An ending alone, after a sign without letters, is no answer.
    whole = frozenset(_words_of(alone, reader))
    ended = whole | reader.ended(text for text in texts | whole if bare(text))
    return Named(key, texts, emoji, ended, labels, unlike)


def _words_of(messages: Iterable[Message], reader: Wordings) -> Iterator[str]:
    return alternatives(text for message in messages for text in reader.labels(message))


def _named(options: Sequence[Option[Any]], reader: Reader) -> Names:
    return choosable(
        (
            called(
                option.key,
                option.label,
                reader,
                option.emoji,
                option.also,
                option.aliases,
                option.opposites,
                option.alone,
            )
            for option in options
        ),
        reader,
    )


def choosable(items: Iterable[Named], reader: Reader) -> Names:
    """What can be chosen, with the words that stand beside it in every language of the country:
    those that deny it, those that say nothing, and numbers."""
    return Names(
        items,
        _bare_words([DENIALS], reader),
        courtesies(reader),
        _bare_words([COUNTERS], reader),
        _numbers_in_words(reader),
    )


@once_for_each
def _numbers_in_words(reader: Wordings) -> Mapping[str, int]:
    """What each number is called in every language of the country; nothing that means two."""
    found: dict[str, set[int]] = {}
    for number, message in enumerate(IN_WORDS, start=1):
        texts = frozenset(_words_of([message], reader))
        for word in filter(None, map(bare, texts | reader.ended(texts))):
            found.setdefault(word, set()).add(number)
    return {word: numbers.pop() for word, numbers in found.items() if len(numbers) == 1}


@once_for_each
def courtesies(reader: Wordings) -> frozenset[str]:
    """The bare words of courtesy in every language of the country."""
    said = frozenset(_words_of([PLEASE_WORDS, THANKS_WORDS], reader))
    return frozenset(filter(None, map(bare, said | reader.ended([*said, ""]))))


def _bare_words(messages: Iterable[Message], reader: Wordings) -> frozenset[str]:
    return frozenset(filter(None, map(bare, _words_of(messages, reader))))


def is_done(given: Given, label: Message, shown: tuple[str, ...], reader: Reader) -> bool:
    """Whether the button that ends an answer was pressed, or typed by its number, its label or
    another word for it."""
    if isinstance(given, Pressed):
        return given.key == DONE
    if not isinstance(given, Typed) or DONE not in shown:
        return False
    found = match(given.words, _to_be_done(label).named(reader), shown)
    # A number names whatever stands at its place, which need not be this button.
    return found.certain and found.keys == (DONE,)


def plain_answer(given: Given, reader: Reader) -> bool | None:
    """Whether what was typed is a yes (True) or a no (False), and nothing else."""
    if not isinstance(given, Typed):
        return None
    found = match(given.words, _PLAIN.named(reader), ())
    return found.keys == ("yes",) if found.certain else None


_PLAIN: Fixed[bool] = Fixed(
    (
        Option("yes", YES, True, aliases=("ok",), alone=MEANT_YES),
        Option("no", NO, False, alone=MEANT_NO),
    )
)


@once_for_each
def _to_be_done(label: Message) -> Fixed[bool]:
    return Fixed((Option(DONE, label, True, "✔️", also=(ENOUGH_WORDS,)),))


def choose_hint(count: int) -> Message:
    """What would be understood, for a list of so many."""
    if count == 1:
        return _("Please press the button, or type 1.")
    return _("Please choose a number from 1 to {count}.")(count=count)


# i18n: button
_SEE = _("See {n}")
_SEE_KEY = "!see."


class Pictures:
    """Pictures of options, by their keys: each is shown at a press, under its number."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self._pictures = pictures

    def buttons(self, shown: Sequence[Option[Any]]) -> tuple[Button, ...]:
        """One for each option on the screen that has a picture."""
        return tuple(
            Button(f"{_SEE_KEY}{number}", _SEE(n=number), "🖼️")
            for number, option in enumerate(shown, start=1)
            if option.key in self._pictures
        )

    def wanted(
        self, given: Given, options: Sequence[Option[Any]], shown: Sequence[str], reader: Reader
    ) -> Show | None:
        """The picture that was asked for by its button or its label."""
        by_key = {option.key: option for option in options}
        for number, key in enumerate(shown, start=1):
            if key not in self._pictures or key not in by_key:
                continue
            match given:
                case Pressed(pressed):
                    named_it = pressed == f"{_SEE_KEY}{number}"
                case Typed(words):
                    labels = reader.labels(_SEE(n=number))
                    named_it = words.strip().casefold() in {one.casefold() for one in labels}
                case _:
                    named_it = False
            if named_it:
                return Show(self._pictures[key], by_key[key].label)
        return None
