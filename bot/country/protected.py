"""Words that a country lists by language: some lead to private help, some are masked."""

from __future__ import annotations

from bot.country.tables import Table
from bot.domain.country import Protected
from bot.domain.protected import LETTERS_LEAST, core_of

WORDS_MOST = 200
"""Words of one language: a list that short can be read by who answers for it."""


def read_words(table: Table, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The words under `words`, by language; each once, in the order of the file."""
    listed = table.table("words", required=False)
    words: list[str] = []
    for language, _list in listed.entries():
        if language not in languages:
            listed.wrong(language, f"`{language}` is not one of the country's `languages`")
        given = listed.texts(language)
        if len(given) > WORDS_MOST:
            listed.wrong(language, f"{len(given)} words; write {WORDS_MOST} at most")
        for word in given:
            if len(core_of(word)) < LETTERS_LEAST:
                text = f"“{word}” is too short: {LETTERS_LEAST} letters at least, beside the `*`"
                listed.wrong(language, text)
        words += given
    return tuple(dict.fromkeys(words))


def read_masked(table: Table, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The section [masked]: words that others do not read in what residents wrote."""
    words = read_words(table, languages)
    table.close()
    return words


def read_protected(table: Table, languages: tuple[str, ...], *, private_help: bool) -> Protected:
    """The section [protected]; empty where the country has none."""
    words = read_words(table, languages)
    if words and not private_help:
        table.wrong("words", "they lead to private help, but `private_help` is false")
    protected = Protected(words, table.text("reviewed_by", ""))
    table.close()
    return protected
