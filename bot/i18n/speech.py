"""A country speaks: each message wholly in one language, the wanted one or the nearest to it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.domain.country import Country
from bot.domain.messages import SOURCE_LANGUAGE, Label, Message, Name
from bot.i18n.catalogue import Catalogue, read_catalogue
from bot.i18n.formats import AS_IN_CLDR, Formats, names_in
from bot.i18n.languages import Language, Languages, accepted, choose, read_languages
from bot.i18n.voice import Lacking, PseudoVoice, SourceVoice, Voice

log = logging.getLogger(__name__)


def shared_path(locales: Path, language: str) -> Path:
    """Where the texts that all countries share stand in a language."""
    return locales / language / "LC_MESSAGES" / "baraza.po"


def country_folder(locales: Path, country: str) -> Path:
    return locales / "countries" / country


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts as they were said, and the language they were said in."""

    language: str
    texts: tuple[str, ...]


class Speech:
    """The voices of one country, read from its own folder and from the shared catalogues.

    `locales` is the folder of `languages.toml`, and `known` what that says, if it was read before;
    `folder` is the country's own, if elsewhere than in `locales/countries`. Raises `ValueError`
    for an unknown language or an unreadable catalogue.
    """

    def __init__(
        self,
        country: Country,
        locales: Path,
        folder: Path | None = None,
        *,
        known: Languages | None = None,
    ) -> None:
        known = known or read_languages(locales)
        own = folder or country_folder(locales, country.key)
        codes = dict.fromkeys((*country.languages, *country.organiser_languages, SOURCE_LANGUAGE))
        if unknown := [code for code in codes if code not in known]:
            raise ValueError(f"not in languages.toml: {', '.join(unknown)}")
        self._country = country
        self._known: Languages = known
        self._voices = {code: _voice(country, known[code], locales, own) for code in codes}
        self._labels: dict[Message, frozenset[str]] = {}
        self._told: set[tuple[str, str]] = set()

    def text(self, label: Label, language: str) -> str:
        voice = self._voices.get(language)
        if voice is not None:
            # Nearly every text is there, and a screen has a dozen.
            with suppress(Lacking):
                return voice.say(label)
        return self.wording((label,), language).texts[0]

    def texts(self, labels: Sequence[Label], language: str) -> list[str]:
        """What belongs together, all in one language: if one text falls back, all of them do."""
        return list(self.wording(labels, language).texts)

    def wording(self, labels: Sequence[Label], language: str) -> Wording:
        """The texts with the language they ended in, for its direction and its name.

        From `language` to the country's first language to English, the first that has them all.
        """
        first = self._country.languages[0]
        for code in dict.fromkeys((language, first)):
            voice = self._voices.get(code)
            if voice is None:
                continue
            try:
                return Wording(code, tuple(voice.say(label) for label in labels))
            except Lacking as lack:
                self._tell(code, lack)
        voice = self._voices[SOURCE_LANGUAGE]
        return Wording(SOURCE_LANGUAGE, tuple(voice.say(label) for label in labels))

    def _tell(self, language: str, lack: Lacking) -> None:
        # Once for each text: a busy day would otherwise fill the log with one missing sentence.
        if (language, lack.source) in self._told:
            return
        self._told.add((language, lack.source))
        log.warning(
            "fallback country=%s language=%s reason=%s text=%r",
            self._country.key,
            language,
            lack.reason,
            lack.source,
        )

    def labels(self, label: Label) -> frozenset[str]:
        """What a resident may type for it: its text in each of the country's languages."""
        if isinstance(label, Name):
            return frozenset((label.text, *(spelling for _language, spelling in label.spellings)))
        if label.values:
            # A filled text may hold somebody's words, which nothing here may keep.
            return self._said(label)
        known = self._labels.get(label)
        if known is None:
            known = self._labels[label] = self._said(label)
        return known

    def _said(self, label: Label) -> frozenset[str]:
        return frozenset(self.text(label, language) for language in self._country.languages)

    def ended(self, texts: Iterable[str]) -> frozenset[str]:
        """The texts with what the country's languages end an answer with, whichever a text is in
        (`OKค่ะ`)."""
        endings = {
            ending for code in self._country.languages for ending in self._known[code].endings
        }
        return frozenset(text + ending for text in texts for ending in endings)

    def direction(self, language: str) -> Literal["ltr", "rtl"]:
        found = self._known.get(language)
        return found.direction if found else "ltr"

    def choose(self, code: str | None) -> str | None:
        """The country's language that a device's code means; None where it has none."""
        return choose(code, self._country.languages, self._known)

    def accept(self, header: str | None) -> str | None:
        """The country's language that an `Accept-Language` header wants most, or None."""
        wanted = (self.choose(code) for code in accepted(header or ""))
        return next((code for code in wanted if code), None)

    def language_aliases(self) -> list[tuple[str, tuple[str, ...]]]:
        """What each of the country's languages is called in all of them (`inglés`), as far as CLDR
        knows."""
        known = [self._known[code] for code in self._country.languages]
        locales = [language.locale for language in known if not language.pseudo]
        return [
            (language.code, (language.english, *names_in(locales, language.locale)))
            for language in known
            if not language.pseudo
        ]

    def languages(self) -> list[tuple[str, str]]:
        """The country's languages in its order: code and what its speakers call it."""
        return [(code, self._known[code].name) for code in self._country.languages]


def _voice(country: Country, language: Language, locales: Path, own: Path) -> Voice:
    writing = dict(country.writing).get(language.code, AS_IN_CLDR)
    formats = Formats(language, country.region, country.timezone, writing)
    if language.pseudo:
        return PseudoVoice(language, (), formats)
    if language.code == SOURCE_LANGUAGE:
        return SourceVoice(language, [_read(own / f"{language.code}.po")], formats)
    paths = (own / f"{language.code}.po", shared_path(locales, language.code))
    return Voice(language, [_read(path) for path in paths], formats)


def _read(path: Path) -> Catalogue:
    """A catalogue, or an empty one: a country need not have words of its own."""
    try:
        return read_catalogue(path)
    except FileNotFoundError:
        return Catalogue(path)
