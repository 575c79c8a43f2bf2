"""Control words: texts that are one of a few words, and say nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.flows.named import bare
from bot.flows.plainer import plainer


@dataclass(frozen=True, slots=True)
class Spelled:
    """The names of control words by their spellings, and the courtesies they may stand with."""

    names: Mapping[str, str]
    courtesies: frozenset[str] = frozenset()


def by_spelling(words: Mapping[str, Iterable[str]], courtesies: Iterable[str] = ()) -> Spelled:
    """Control words as `lone_word` looks them up. The first of two names has what both are
    spelled."""
    found: dict[str, str] = {}
    for name, spellings in words.items():
        for spelling in spellings:
            wanted = bare(spelling)
            if wanted and not any(sign.isdigit() for sign in wanted):
                found.setdefault(wanted, name)
    return Spelled(found, frozenset(filter(None, map(bare, courtesies))))


def lone_word(text: str, spelled: Spelled) -> str | None:
    """The name of the control word that a text consists of, and nothing else; else None.

    `stop.`, ` Stop ` and `stop please` are the word; `bus stop 14` and `STOP 12345` are not.
    """
    wanted = bare(text)
    if (name := spelled.names.get(wanted)) is not None:
        return name
    for plain in plainer(wanted, spelled.courtesies, ()):
        if (name := spelled.names.get(plain)) is not None:
            return name
    return None
