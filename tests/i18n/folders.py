"""A small folder of locales for tests: real facts of languages, made-up texts."""

from __future__ import annotations

import shutil
from datetime import time
from pathlib import Path

from bot.domain.calendar import Calendar
from bot.domain.country import Consent, Country
from bot.domain.messages import Message, Name, _
from bot.i18n import Speech
from bot.i18n.speech import country_folder, shared_path

LOCALES = Path(__file__).resolve().parents[2] / "locales"

_ARABIC_START = "nplurals=6; plural=(n==0 ? 0: n==1 ? 1: n==2 ? 2: n%100>=3 && n%100<=10 ? 3: "
ARABIC = f"{_ARABIC_START}n%100>=11 && n%100<=99 ? 4: 5);"
ARABIC_OF_BABEL = f"{_ARABIC_START}n%100>=0 && n%100<=2 ? 4: 5);"
"""What `pybabel init -l ar` writes, with the last two forms exchanged."""
TWO = "nplurals=2; plural=(n != 1);"


def country(
    *languages: str,
    key: str = "lagunia",
    region: str = "UY",
    timezone: str = "America/Montevideo",
    name: Message = _("Lagunia"),  # noqa: B008 - a lazy message is a value
) -> Country:
    return Country(
        key=key,
        name=name,
        programme=Name("Baraza"),
        organisation=Name("The Lake Town"),
        prefix="LAG",
        timezone=timezone,
        region=region,
        languages=languages,
        organiser_languages=("en",),
        places=(),
        categories=(),
        emergency=(),
        help_lines=(),
        consent=Consent("1", (), _("May we keep what you tell us?"), ()),
        calendar=Calendar(time(21), time(7), (6, 7)),
        outside=_("That is outside."),
        place_question=_("Where is it?"),
        level_names=(),
    )


def locales(folder: Path) -> Path:
    """A folder of locales with the repository's facts of languages and no text at all."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(LOCALES / "languages.toml", folder / "languages.toml")
    return folder


def catalogue(*entries: str, rule: str | None = TWO) -> str:
    header = ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"']
    if rule:
        header.append(f'"Plural-Forms: {rule}\\n"')
    return "\n".join(header) + "\n\n" + "\n\n".join(entries) + "\n"


def entry(source: str, text: str, before: str = "") -> str:
    return f'{before}msgid "{source}"\nmsgstr "{text}"'


def several(source: str, plural: str, *forms: str, before: str = "") -> str:
    lines = [f'{before}msgid "{source}"', f'msgid_plural "{plural}"']
    return "\n".join([*lines, *(f'msgstr[{at}] "{form}"' for at, form in enumerate(forms))])


def write_shared(folder: Path, language: str, text: str) -> Path:
    return _write(shared_path(folder, language), text)


def write_own(folder: Path, language: str, text: str, key: str = "lagunia") -> Path:
    return _write(country_folder(folder, key) / f"{language}.po", text)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def speech(folder: Path, *languages: str, region: str = "UY") -> Speech:
    return Speech(country(*languages, region=region), folder)
