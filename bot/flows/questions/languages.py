"""Which language: by its name, or simply by writing in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.domain.country import Country
from bot.domain.folding import script_of
from bot.domain.identity import once_for_each
from bot.domain.messages import Message, Name
from bot.flows.questions.asked import Answer, Given, Reader, Reading, Typed, Unclear
from bot.flows.questions.choice import Choice
from bot.flows.questions.options import Fixed, Option

SHARED = "LATIN"
"""The script that people type in whatever they speak: it tells nothing."""


@once_for_each
def language_options(country: Country) -> Fixed[str]:
    """The country's languages by their own names."""
    names, aliases = dict(country.language_names), dict(country.language_aliases)
    return Fixed(
        Option(code, Name(names.get(code, code)), code, aliases=(code, *aliases.get(code, ())))
        for code in country.languages
    )


class LanguageChoice(Choice[str]):
    """One of the country's languages. Who writes something else, in letters that one of them
    alone has, has shown which one they read."""

    def __init__(self, line: Message, country: Country) -> None:
        super().__init__("language", line, language_options(country), of="languages")
        used = Counter(script for _code, script in country.language_scripts)
        self._by_script = {
            script: code
            for code, script in country.language_scripts
            if used[script] == 1 and script != SHARED
        }

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        reading = super().read(given, shown, partial, reader)
        if isinstance(reading, Unclear) and isinstance(given, Typed):
            scripts = {script for sign in given.words if (script := script_of(sign))}
            if len(scripts) == 1 and (code := self._by_script.get(scripts.pop())) is not None:
                return Answer(code)
        return reading
