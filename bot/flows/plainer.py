"""What somebody typed, without what says nothing: courtesy, and letters drawn out for warmth."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_DOUBLED = re.compile(r"([^\W\d_])\1")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1\1+")
_AT_THE_END = re.compile(r"([^\W\d_])\1+\b")
_WITH_NUMBER = re.compile(r"(\D*)(\d+)(\D*)")

COURTESY_MOST = 5
"""Words of one courtesy: `aad baad u mahadsan tahay`."""

LONGEST = 80
"""Signs of a text that may be an answer with courtesies around it; longer ones are stories."""


def asks(text: str) -> bool:
    """Whether a text is a question, by how it ends."""
    return text.rstrip().endswith(("?", "؟", "？"))


def plainer(text: str, courtesies: Collection[str], counters: Collection[str]) -> Iterator[str]:
    """The readings of a text (as `folding.bare` has it) that say the same with less, surest first.

    `courtesies` may stand before or after what is said, `counters` before a number; both are bare
    and may be of several words. Never anything that says something: nothing is left of `please`.
    """
    if not text or len(text) > LONGEST:
        return
    *some, polite = _without(text, courtesies, counters)
    seen = {text}
    for reading in (*some, polite, *_drawn_in(text), *_drawn_in(polite)):
        if reading not in seen:
            seen.add(reading)
            yield reading


def numbers_in(text: str, courtesies: Collection[str], counters: Collection[str]) -> list[str]:
    """The numbers of a bare text that holds nothing else but courtesies and counters."""
    parts = _parted(text, courtesies, counters)
    beside = {part for part in parts if not part.isdecimal()}
    return [part for part in parts if part.isdecimal()] if beside <= {*counters} else []


def counted(text: str, courtesies: Collection[str], counters: Collection[str]) -> Iterator[str]:
    """A bare text without courtesies, then with ever fewer of the counters before what it says."""
    if not text or len(text) > LONGEST:
        return
    parts = _parted(text, courtesies, counters)
    before = {word for counter in counters for word in counter.split()}
    for at in range(len(parts)):
        if at and parts[at - 1] not in before:
            return
        yield " ".join(parts[at:])


def split_at(text: str, counters: Collection[str]) -> list[str]:
    """What stands between words such as `and` in a bare text."""
    parts: list[list[str]] = [[]]
    for word in text.split():
        if word in counters:
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if part]


def trimmed(words: list[str], courtesies: Collection[str]) -> list[str]:
    """Words without the courtesies at either end; never nothing."""
    return [*_ever_shorter(words, courtesies)][-1]


def _ever_shorter(words: list[str], courtesies: Collection[str]) -> Iterator[list[str]]:
    """Words as they are, then with one courtesy less each time: `nanti saja kak` means what
    `nanti saja` does, though `saja` is a courtesy beside other words."""
    yield words
    while (shorter := _once_trimmed(words, courtesies)) != words:
        words = shorter
        yield words


def apart(text: str, known: Collection[str], counters: Collection[str]) -> str:
    """A bare text with known words apart from an `and` that is written onto them: `والمال`."""
    return " ".join(
        next((f"{one} {word[len(one) :]}" for one in counters if _is_onto(word, one, known)), word)
        for word in text.split()
    )


def _is_onto(word: str, counter: str, known: Collection[str]) -> bool:
    return word not in known and word.startswith(counter) and word[len(counter) :] in known


def _without(text: str, courtesies: Collection[str], counters: Collection[str]) -> list[str]:
    """The text with ever fewer courtesies."""
    parts = [*_ever_shorter(_numbers_apart(text, courtesies, counters), courtesies)]
    *before, last = parts[-1]
    if last.isdecimal() and " ".join(before) in counters:
        parts[-1] = [last]
    return list(map(" ".join, parts))


def _parted(text: str, courtesies: Collection[str], counters: Collection[str]) -> list[str]:
    """The words without courtesies at either end, and with numbers apart."""
    return trimmed(_numbers_apart(text, courtesies, counters), courtesies)


def _numbers_apart(text: str, courtesies: Collection[str], counters: Collection[str]) -> list[str]:
    return [part for word in text.split() for part in _split(word, courtesies, counters)]


def _split(word: str, courtesies: Collection[str], counters: Collection[str]) -> list[str]:
    """A word as it is, or the number in it and the courtesy that is written onto it."""
    found = _WITH_NUMBER.fullmatch(word)
    if found is not None:
        before, number, after = found.groups()
        if (not before or before in counters) and (not after or after in courtesies):
            return [part for part in (before, number, after) if part]
    return [word]


def _once_trimmed(words: list[str], courtesies: Collection[str]) -> list[str]:
    """One courtesy less, the longest at either end; as it is where there is none, or nothing
    else."""
    for length in range(min(len(words) - 1, COURTESY_MOST), 0, -1):
        if " ".join(words[-length:]) in courtesies:
            return words[:-length]
        if " ".join(words[:length]) in courtesies:
            return words[length:]
    return words


def _drawn_in(text: str) -> Iterator[str]:
    """`siii`, `haaa` and `no no` as they are spelled: which of the letters are doubled otherwise
    is not known."""
    words = text.split()
    once = " ".join(
        word for at, word in enumerate(words) if words[at - 1 : at] != [word] or word.isdecimal()
    )
    for known in dict.fromkeys((text, once)):
        yield known
        if _DOUBLED.search(known) is None:
            continue
        yield _DRAWN_OUT.sub(r"\1\1", known)
        yield _DRAWN_OUT.sub(r"\1", known)
        yield _AT_THE_END.sub(r"\1", _DRAWN_OUT.sub(r"\1", known))
