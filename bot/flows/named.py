"""What can be chosen on a screen, and every text that it goes by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.domain import folding
from bot.flows.numbers import in_digits, runs
from bot.flows.plainer import numbers_in

_SKIN = range(0x1F3FB, 0x1F400)


@dataclass(frozen=True, slots=True)
class Named:
    """What can be chosen: its key, its emoji and every text it goes by in every language."""

    key: str
    texts: frozenset[str]
    emoji: str = ""
    ended: frozenset[str] = frozenset()
    """Its texts with a polite ending, and others that are taken as they stand, not with a slip and
    not among other words."""
    labels: frozenset[str] = frozenset()
    """Those of its texts that stand on the screen, of which a word alone may mean it."""
    opposites: frozenset[str] = frozenset()
    """What is typed for its opposite, without accents: such a text is not nearly this one."""


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """`folding.folded`, remembered: the same labels are held against every text."""
    return folding.folded(text)


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """`folding.bare`, remembered."""
    return folding.bare(text)


@lru_cache(maxsize=4096)
def pictured(text: str) -> str:
    """An emoji without skin tone and variation signs; anything else without spaces."""
    return "".join(
        sign
        for sign in text.strip()
        if ord(sign) not in _SKIN and sign not in "\ufe0e\ufe0f\u200d\u2640\u2642"
    )


class Names(tuple[Named, ...]):
    """What can be chosen on a screen. What a text is held against is worked out once for each.

    `denials` are words without accents that deny a label which they stand beside: who types `do
    not send it` has not said `send it`. `courtesies` say nothing, `counters` stand before a number
    (`option 2`), which `spelled` has by its words.
    """

    denials: frozenset[str]
    courtesies: frozenset[str]
    counters: frozenset[str]
    spelled: Mapping[str, int]

    def __new__(
        cls,
        items: Iterable[Named] = (),
        denials: Iterable[str] = (),
        courtesies: Iterable[str] = (),
        counters: Iterable[str] = (),
        spelled: Mapping[str, int] | None = None,
    ) -> Names:
        names = super().__new__(cls, items)
        names.denials = frozenset(denials)
        names.courtesies = frozenset(courtesies)
        names.counters = frozenset(counters)
        names.spelled = spelled or {}
        return names

    @cached_property
    def by_emoji(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by the emoji of their button."""
        return _keys_by((pictured(item.emoji), item.key) for item in self)

    @cached_property
    def by_picture(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by any emoji: that of the button, or a label that is one."""
        return _keys_by(
            (pictured(text), item.key) for item in self for text in (item.emoji, *item.texts)
        )

    @cached_property
    def by_fold(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by their labels, accents kept."""
        return _keys_by(
            (fold(text), item.key) for item in self for text in (*item.texts, *item.ended)
        )

    @cached_property
    def by_bare(self) -> Mapping[str, tuple[str, ...]]:
        """Keys by their labels without accents."""
        return _keys_by(
            (bare(text), item.key) for item in self for text in (*item.texts, *item.ended)
        )

    @cached_property
    def bare_texts(self) -> Sequence[tuple[str, Sequence[tuple[str, list[str]]]]]:
        """Each key with its labels without accents, whole and as words."""
        return [
            (item.key, [(label, label.split()) for label in map(bare, item.texts)])
            for item in self
        ]

    @property
    def before_words(self) -> frozenset[str]:
        """The counters of numbers in words: “no one” is nobody, though “no.” is a number."""
        return self.counters - self.denials

    def numbers_in(self, listed: Iterable[str]) -> list[str]:
        """The numbers that bare texts are, in digits or in words that no label has; else none."""
        parts = list(listed)
        said = " ".join(parts)
        if not self.labelled(said):
            said = in_digits(parts, self.spelled, self.courtesies, self.before_words)
        return numbers_in(said, self.courtesies, self.counters)

    @cached_property
    def label_words(self) -> set[str]:
        """Every word that what can be chosen goes by."""
        return {word for _key, texts in self.bare_texts for _text, said in texts for word in said}

    def labelled(self, text: str) -> set[str]:
        """The options on whose button a number in words stands that a bare text has, which may
        mean them; `not one of these` has it in vain."""
        said = self.spelled.keys() & set(runs(text))
        return {
            item.key
            for item in (self if said else ())
            for label in map(bare, item.labels)
            if self.denials.isdisjoint(label.split())
            and any(f" {word} " in f" {label} " for word in said)
        }


def _keys_by(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """The keys of each text, each once, in their order."""
    found: dict[str, dict[str, None]] = {}
    for text, key in pairs:
        found.setdefault(text, {})[key] = None
    return {text: tuple(keys) for text, keys in found.items()}


def alternatives(texts: Iterable[str]) -> Iterator[str]:
    """Each of the words that texts such as `back|go back` hold."""
    for text in texts:
        yield from (word for part in text.split("|") if (word := part.strip()))
