"""A vote's file as it may be opened: no option of it means something else in the chat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.app import LOCALES
from bot.cli.own_files import file_of
from bot.conversation.words import spellings
from bot.country import COUNTRIES, CountryError
from bot.country.vote_files import SUFFIX, VoteFile, load_vote, vote_files
from bot.domain.country import Country
from bot.domain.problems import Problem
from bot.domain.votes import Vote
from bot.flows.named import alternatives, bare
from bot.flows.vote import BLANK_WORDS
from bot.i18n import Speech
from bot.i18n.served import with_words


def read_vote(file: Path, countries: Mapping[str, Country]) -> VoteFile:
    """As `load_vote` does, also by a file's bare name. Raises `CountryError` also for a label that
    is a button of the ballot, or STOP, which always stops."""
    own = (one for name in countries for one in vote_files(COUNTRIES / name))
    file = file_of(file, own, (SUFFIX,), "votes")
    found = load_vote(file, countries)
    country = countries[found.vote.country]
    _named, speeches = with_words({country.key: country}, LOCALES)
    lines = file.read_text("utf-8").splitlines()
    problems = [
        Problem(file, next((n for n, line in enumerate(lines, 1) if label in line), 1), told)
        for label, told in _taken(found.vote, country, speeches[country.key])
    ]
    if problems:
        raise CountryError(problems)
    return found


def _taken(vote: Vote, country: Country, speech: Speech) -> Iterator[tuple[str, str]]:
    """Labels that have another meaning, each with what is wrong."""
    stop = set(map(bare, spellings(speech)["stop"]))
    blank = {
        bare(word)
        for message in BLANK_WORDS
        for word in alternatives(speech.labels(message))
        if vote.blank
    }
    for option in vote.options:
        for _language, label in option.label.spellings:
            if bare(label) in stop:
                yield label, f"“{label}” would stop the news of who types it"
            elif bare(label) in blank:
                yield label, f"“{label}” is a button of every ballot where `blank` is true"
