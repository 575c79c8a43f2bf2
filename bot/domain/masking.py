"""Words that others do not read in what a resident wrote, such as the names of clans."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from bot.domain.folding import bare
from bot.domain.protected import ANY, core_of

MASK = "…"
"""Stands for each masked word, whatever its length."""

_WITHIN = frozenset("'’ʼ")
"""Signs that stand within a word where letters follow them."""

Listed = tuple[tuple[str, ...], bool, bool]
"""A listed word by its parts, and whether letters may go on before and after."""


def masked(text: str, words: tuple[str, ...]) -> str:
    """The text with `MASK` for each whole word that is listed, case and accents forgiven.

    A word of several is masked as one. With `*` at an end whatever is written on without a space
    is masked with it.
    """
    if not text or not words:
        return text
    shown = _masked_whole(text, words)
    if all(unicodedata.category(sign) != "Cf" for sign in text if not sign.isascii()):
        return shown
    # A word may be parted by what nobody sees, such as a soft hyphen.
    return _masked_whole(shown, words, unseen=True)


def _masked_whole(text: str, words: tuple[str, ...], *, unseen: bool = False) -> str:
    """The text with each listed word masked, and then those that own something (`Darod's`)."""
    shown = _masked(text, words, _words_of(text, unseen=unseen))
    if _WITHIN.isdisjoint(shown):
        return shown
    return _masked(shown, words, _owners(shown, unseen=unseen))


def _masked(text: str, words: tuple[str, ...], spans: Iterable[tuple[int, int]]) -> str:
    found = [(start, end, _plain(text[start:end])) for start, end in spans]
    said = " ".join(word for _start, _end, word in found)
    near = [listed for listed in _listed(words) if all(part in said for part in listed[0])]
    if not near:
        return text
    shown: list[str] = []
    done = at = 0
    while at < len(found):
        length = max(_matches(found, at, listed) for listed in near)
        if length:
            shown += (text[done : found[at][0]], MASK)
            done = found[at + length - 1][1]
        at += length or 1
    return "".join((*shown, text[done:]))


def _matches(found: list[tuple[int, int, str]], at: int, listed: Listed) -> int:
    """How many words from here on are a listed one; 0 where they are not."""
    parts, before, after = listed
    said = [word for _start, _end, word in found[at : at + len(parts)]]
    if len(said) < len(parts):
        return 0
    for place, (word, part) in enumerate(zip(said, parts, strict=True)):
        open_before = before and place == 0
        open_after = after and place == len(parts) - 1
        at_end = word.endswith(part) if open_before else word == part
        if open_after:
            at_end = part in word if open_before else word.startswith(part)
        if not at_end:
            return 0
    return len(parts)


@lru_cache(maxsize=16)
def _listed(words: tuple[str, ...]) -> tuple[Listed, ...]:
    return tuple(
        (
            tuple(core_of(_closed(word)).split()),
            word.startswith(ANY),
            word.endswith(ANY),
        )
        for word in words
    )


def _words_of(text: str, *, unseen: bool = False) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends: letters with their marks, and digits. One goes on over
    signs of no width where those are `unseen`."""
    signs = [
        (at, sign)
        for at, sign in enumerate(text)
        if not (unseen and unicodedata.category(sign) == "Cf")
    ]
    start: int | None = None
    last = 0
    for (at, sign), (_next, after) in pairwise((*signs, (len(text), " "), (len(text), " "))):
        inside = unicodedata.category(sign)[0] in "LMN" or (
            sign in _WITHIN and start is not None and after.isalpha()
        )
        if inside:
            start = at if start is None else start
            last = at + 1
        elif start is not None:
            yield start, last
            start = None


def _owners(text: str, *, unseen: bool) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends without the `'s` of what is somebody's."""
    for start, end in _words_of(text, unseen=unseen):
        owned = text[end - 1] in "sS" and text[end - 2 : end - 1] in _WITHIN and end - start > 2
        yield start, end - 2 if owned else end


def _plain(word: str) -> str:
    return bare(_closed(word))


def _closed(word: str) -> str:
    """Without apostrophes, which some write and others do not."""
    return "".join(sign for sign in word if sign not in _WITHIN)
