"""The statement of age, which is asked once, by whatever first needs it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from bot.domain.identity import once_for_each
from bot.domain.messages import _
from bot.domain.residents import OfAge, StateAge
from bot.flows.matching import Match
from bot.flows.named import alternatives, bare
from bot.flows.numbers import ascii_digits
from bot.flows.questions import Do, Fact, Keep, YesNo
from bot.flows.questions.asked import Reader, Wordings
from bot.flows.questions.options import YES, courtesies
from bot.flows.questions.yes_no import yes_or_no

OF_AGE = "of-age"
"""The key of what a resident stated of their age."""

OF_AGE_FROM = 18
"""Years."""

AGES = range(4, 121)
"""Years that somebody who types may have. What is less is the number of a button."""

SIGNS_MOST = 60
"""Of what is typed for an age: longer is a story."""

# What people type in place of yes and no.
_ADULT = _(
    "adult|an adult|I am an adult|I'm an adult|grown up|I am of age|older|I am older|over 18"
    "|I am over 18|older than 18|I am older than 18|18 or older|more than 18"
)
_MINOR = _(
    "minor|a minor|I am a minor|underage|I am underage|under 18|I am under 18|younger|less than 18"
    "|a child|I am a child|not yet|not yet 18|I am not 18"
)
# Single words that may stand around the number of one's years: "I am 25 years old".
_AROUND = _("I|am|I'm|im|years|year|yrs|old|age|aged|my|is|already")

_ANSWERS = yes_or_no((_ADULT,), (_MINOR,))
_NUMBER = re.compile(r"\d+")
_PLAIN = ".,،!'’"
"""Signs that change nothing beside a number, as those of less and a range do."""

_OR_MORE = "+"
"""So many years or more, which says nothing of who may be younger."""

_FACES = frozenset(map(chr, range(0x1F600, 0x1F645))) | {*"🤗🥰🥳🙏🎂🎉🏻🏼🏽🏾🏿"}
"""Emoji that are no answer themselves, as a thumb or an arrow may be; and tones of skin."""


async def state_age(anew: bool = False) -> bool:
    """Whether who is talked to states to be of age. Await it `Within` a scope of its own.

    With `anew`, who said no before is asked again: they may have pressed the wrong button, or had
    a birthday since.
    """
    stated = await Fact(OF_AGE, OfAge())
    if stated or (stated is not None and not anew):
        return stated
    adult = await AskAge("adult", keep=Keep.NOTHING)
    await Do("state-age", StateAge(adult), adult, anew=True)
    return adult


class AskAge(YesNo):
    """Yes or no, or the years that somebody has."""

    def __init__(self, key: str, **more: Any) -> None:
        super().__init__(key, _("Are you 18 or older?"), meant=_ANSWERS, **more)

    def _match(self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader) -> Match:
        words = ascii_digits(words)
        found = super()._match(words, shown, partial, reader)
        if found.certain or _NUMBER.search(words) is None:
            return found
        years = years_in(words)
        said = None if years is None else "yes" if years >= OF_AGE_FROM else "no"
        if said is None or (found.keys and found.keys != (said,)):
            return Match(())  # "yes, 16" and "18 or 17" are not guessed.
        known = _around(reader) | (_yes(reader) if said == "yes" else frozenset())
        signs = _PLAIN + _OR_MORE if said == "yes" else _PLAIN
        return Match((said,), True) if found.keys or _are_all(words, known, signs) else Match(())


def years_in(words: str) -> int | None:
    """The one number that a short text has, in the digits of any script, where it may be the
    years of somebody."""
    numbers = _NUMBER.findall(words)
    if len(numbers) != 1 or len(words) > SIGNS_MOST or len(numbers[0]) > 3:
        return None
    return years if (years := int(numbers[0])) in AGES else None


def _are_all(words: str, known: Collection[str], signs: str) -> bool:
    """Whether nothing but known words, plain signs and faces stands around a number, with blanks
    or without."""
    around = "".join(sign for sign in _NUMBER.sub(" ", words) if sign not in _FACES)
    if any(unicodedata.category(sign)[0] in "PSN" and sign not in signs for sign in around):
        return False
    longest_first = sorted(known, key=len, reverse=True)
    run = re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})+")
    return all(run.fullmatch(word) for word in bare(around).split())


@once_for_each
def _around(reader: Wordings) -> frozenset[str]:
    said = (*alternatives(reader.labels(_AROUND)), *courtesies(reader))
    return frozenset(word for text in said for word in bare(text).split())


@once_for_each
def _yes(reader: Wordings) -> frozenset[str]:
    return frozenset(word for text in reader.labels(YES) for word in bare(text).split())
