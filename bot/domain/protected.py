"""Words of abuse, violence and despair: what holds one is led to private help and kept nowhere."""

from __future__ import annotations

from functools import lru_cache

from bot.domain.folding import bare

ANY = "*"
"""At an end of a listed word: letters may go on there (`molest*`, and `*…*` in scripts that set
no spaces)."""

LETTERS_LEAST = 3
"""Letters of a listed word at least; a shorter one stands in too many stories."""


def core_of(word: str) -> str:
    """A listed word as texts are held against it, without its `*`; '' where nothing is left."""
    return bare(word.strip(ANY))


def is_protected(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text holds one of the words, case, accents and punctuation forgiven.

    Nothing of the text is remembered, not even in a cache.
    """
    if not text or not words:
        return False
    held = f" {bare(text)} "
    # Not `any` over a generator, which costs three times as much at every turn.
    return any(map(held.__contains__, _parts(words)))


@lru_cache(maxsize=64)
def _parts(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with a blank where one must end."""
    return tuple(
        ("" if word.startswith(ANY) else " ") + core_of(word) + ("" if word.endswith(ANY) else " ")
        for word in words
    )
