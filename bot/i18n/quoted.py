"""Words that a text quotes for people to type or press, and what they do in a language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.folding import bare

ALTERNATIVES = "|"
"""Control words are one entry: `back|go back`, a language with as many as it likes."""

_QUOTED = re.compile("[“«]([^“”«»{}]+)[”»]")
_COMMAND = re.compile(r"(?<!\S)/[a-z]+\b")
"""Commands with a stroke are in English letters whatever the language, so no text may tell one."""


def quoted(text: str) -> list[str]:
    """What stands in quotation marks, and is not filled in; commands with a stroke, too."""
    return _QUOTED.findall(text) + _COMMAND.findall(text)


class Meanings:
    """What can be typed or pressed in one language: `texts` are by the English they stand for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._sources: dict[str, set[str]] = {}
        for source, text in texts.items():
            for word in text.split(ALTERNATIVES) if ALTERNATIVES in source else [text]:
                self._sources.setdefault(bare(word), set()).add(source)

    def of(self, word: str) -> set[str]:
        """The English texts of which a word is an alternative, or the whole."""
        return set() if word.startswith("/") else self._sources.get(bare(word), set())

    def unknown(self, text: str) -> list[str]:
        return [word for word in quoted(text) if not self.of(word)]

    def in_text(self, text: str) -> set[str]:
        """The English texts that all the words quoted in a text stand for."""
        return {source for word in quoted(text) for source in self.of(word)}

    def strange(self, text: str, source: str, english: Meanings) -> list[str]:
        """The words quoted in a text that do nothing that its English source tells, and those
        quoted there that have no word here."""
        told, here = english.in_text(source), self.in_text(text)
        return [
            *(word for word in quoted(text) if not self.of(word) & told),
            *(word for word in quoted(source) if not english.of(word) & here),
        ]
