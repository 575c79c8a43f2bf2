"""Numbers that a resident typed: in digits of any script, or in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.domain.messages import Message, _
from bot.flows.plainer import counted, split_at, trimmed

# The number of an option in words, with what stands around it: alternatives are split by `|`.
IN_WORDS: tuple[Message, ...] = (
    _("one|first|the first|first one|the first one|1st"),
    _("two|second|the second|second one|the second one|2nd"),
    _("three|third|the third|third one|the third one|3rd"),
    _("four|fourth|the fourth|fourth one|the fourth one|4th"),
    _("five|fifth|the fifth|fifth one|the fifth one|5th"),
    _("six|sixth|the sixth|sixth one|the sixth one|6th"),
    _("seven|seventh|the seventh|seventh one|the seventh one|7th"),
    _("eight|eighth|the eighth|eighth one|the eighth one|8th"),
    _("nine|ninth|the ninth|ninth one|the ninth one|9th"),
    _("ten|tenth|the tenth|tenth one|the tenth one|10th"),
)
"""From one on."""

LONGEST_NUMBER = 80
"""Signs of a text that may be a number with a few words around it; longer ones are stories."""

WORDS_MOST = 4
"""Words of one number with what stands around it: `the second one`."""

_ORDINAL = re.compile(r"[(\[{#]?\s*(\w+)\s*[)\]}.:。．,、!-]*\ufe0f?\u20e3?[)\]}.:。．,、]*")


def ascii_digits(text: str) -> str:
    """A text with the digits of every script as those of ASCII."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def ordinal(text: str) -> int | None:
    """The number that a text is, in any script's digits, as `2.`, `(2)` or a keycap; else None.

    Only what `str.isdecimal` calls digits: a superscript or a circled number is none.
    """
    found = _ORDINAL.fullmatch(text.strip())
    if found is None:
        return None
    digits = found.group(1).replace("\ufe0f", "")
    # More than six digits choose nothing, and int() of thousands of them is slow on purpose.
    return int(digits) if digits.isdecimal() and len(digits) <= 6 else None


def spelled_in(
    text: str, spelled: Mapping[str, int], courtesies: Collection[str], counters: Collection[str]
) -> int | None:
    """The number that a bare text is in words, with courtesies around it and counters before it
    (`the option two, please`); None for any other, and for a longer sentence."""
    found = (spelled.get(said) for said in counted(text, courtesies, counters))
    return next((number for number in found if number is not None), None)


def in_digits(
    listed: Iterable[str],
    spelled: Mapping[str, int],
    courtesies: Collection[str],
    counters: Collection[str],
) -> str:
    """Bare texts that commas parted, with each number that is said by itself in digits; what
    stands between two is left out. `one second` is no list: it stays as it is."""
    parts = [
        " ".join(trimmed(part.split(), courtesies))
        for text in listed
        for part in split_at(_apart(text, spelled, counters), counters)
    ]
    return " ".join(str(spelled.get(part, part)) for part in parts)


def runs(text: str) -> Iterator[str]:
    """Every few words that stand together in a text; none of a story."""
    words = text.split() if len(text) <= LONGEST_NUMBER else []
    for start in range(len(words)):
        for end in range(start + 1, min(start + WORDS_MOST, len(words)) + 1):
            yield " ".join(words[start:end])


def _apart(text: str, spelled: Mapping[str, int], counters: Collection[str]) -> str:
    """A text with the numbers apart that are written onto what stands between them: `والثالث`."""
    if len(text) > LONGEST_NUMBER:
        return text
    return " ".join(" ".join(_cut(word, spelled, counters)) for word in text.split())


def _cut(word: str, spelled: Mapping[str, int], counters: Collection[str]) -> list[str]:
    """The numbers and the counters that a word is made of; itself where it is anything else."""
    if word.isdecimal() or word in spelled or word in counters:
        return [word]
    for counter in counters:
        before, found, after = word.partition(counter)
        if found and after and (not before or before.isdecimal() or before in spelled):
            rest = _cut(after, spelled, counters)
            if all(part.isdecimal() or part in spelled or part in counters for part in rest):
                return [*filter(None, [before]), counter, *rest]
    return [word]


_WITH_WORDS = re.compile(
    r"(?:[^\W\d]+\s+){0,2}"
    r"([-+]?\d[\d.,' \u00a0\u202f\u066b\u066c]*?)"
    r"(?:\s+[^\W\d]+){0,2}[.!]?"
)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:([,.' \u00a0\u202f\u066c])\d{3})(?:\1\d{3})*|[-+]?\d+")


def read_number(text: str, decimals: bool = False) -> str | None:
    """The one number in a text, in ASCII digits, or None when there is none or more than one.

    Takes the digits of every script, thousands grouped by one sign, and words around the number
    (`12 homes`). With `decimals`, one comma, dot or Arabic separator before the last digits.
    Refuses exponents, fractions and anything longer than 15 digits.
    """
    if len(text) > LONGEST_NUMBER:
        return None
    plain = ascii_digits(text.strip().replace("\u2212", "-"))
    number = _WITH_WORDS.fullmatch(plain)
    if number is None:
        return None
    found = number.group(1).strip()
    grouped = _GROUPED.fullmatch(found)
    if grouped is not None:
        digits = re.sub(r"[^\d-]", "", found)
        if decimals and grouped.group(1) in {",", "."} and found.count(grouped.group(1)) == 1:
            digits = found.replace(",", ".")  # `1,200` with decimals asked for is read as 1.2
    elif decimals and re.fullmatch(r"[-+]?\d+[.,\u066b]\d+", found):
        digits = re.sub(r"[,\u066b]", ".", found)
    else:
        return None
    return digits.lstrip("+") if sum(sign.isdigit() for sign in digits) <= 15 else None
