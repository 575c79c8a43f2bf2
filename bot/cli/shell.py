"""What commands share: who acts, the open house, messages by language, and how a refusal ends."""

from __future__ import annotations

import os
import pwd
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

import click

from bot import app
from bot.cli.parameters import read_announced, read_request
from bot.country import code_prefixes
from bot.domain.codes import fold_code
from bot.domain.country import Country
from bot.domain.folding import shows_nothing
from bot.domain.inbound import clean_text
from bot.i18n import Speech
from bot.settings import SettingsError, read_settings
from storage import announcements, audit, codes, person_requests


def actor() -> str:
    """The operating system's user: the shell is the operator's, and every act is signed.

    By number, not by what the environment says: anybody can set LOGNAME.
    """
    number = os.getuid()
    try:
        return f"shell:{pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"shell:{number}"


def shell_language(country: Country, speech: Speech) -> str:
    """The shell's language (LC_ALL, LANG) where organisers speak it there, else their first."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    found = speech.choose(wanted.partition(".")[0])
    return found if found in country.organiser_languages else country.organiser_languages[0]


@contextmanager
def open_house() -> Iterator[app.House]:
    """The house over the database of the settings, brought up to date."""
    with app.opened(app.read_environment()) as house:
        yield house


def note(house: app.House, action: str, subject: str = "", detail: str = "") -> None:
    """Leave an audit line of a command that changes nothing by itself."""
    house.database.write_now(
        lambda connection: audit.note(
            connection,
            actor=actor(),
            action=action,
            subject=subject,
            detail=detail,
            now=house.outside.clock(),
        )
    )


def refuse(why: str) -> NoReturn:
    """End with a plain line and exit code 1."""
    click.echo(why, err=True)
    raise SystemExit(1)


def confirm(question: str) -> None:
    """Go on once a person has said yes, and end otherwise: for commands that have a `--yes`."""
    try:
        agreed = click.confirm(question)
    except click.Abort:
        click.echo("", err=True)
        refuse("Nothing was done: nobody answered. To go on without being asked: --yes")
    if not agreed:
        refuse("Nothing was done.")


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Refuses in words where a file or a folder cannot be made."""
    try:
        yield
    except FileExistsError:
        refuse(f"{target} is there already: name another, or take it away.")
    except OSError as error:
        refuse(f"{target} cannot be written: {error.strerror or error}.")


def served(house: app.House, country: str | None) -> Mapping[str, Country]:
    """The countries that a command is about: the one named, or all; refuses an unknown one."""
    if country is None:
        return house.countries
    if country not in house.countries:
        refuse(f"{country!r} is not served. There are: {', '.join(house.countries)}.")
    return {country: house.countries[country]}


def choose_key(kind: str, typed: str, known: Collection[str]) -> str:
    """A key of a country's folder as people type it (`full bin`); refuses with what comes near."""
    folded = {_fold(key): key for key in known}
    wanted = _fold(typed)
    if wanted in folded:
        return folded[wanted]
    near = [folded[key] for key in get_close_matches(wanted, folded, 3)] or sorted(known)
    refuse(f"{typed!r} is no {kind}. There are: {', '.join(near)}.")


def _fold(key: str) -> str:
    return key.strip().casefold().replace(" ", "_").replace("-", "_")


_UNSERVED = "{} is of {}, which is not served here: BARAZA_COUNTRIES says which are."


def refuse_unserved(what: str, country: str) -> NoReturn:
    """End with saying that something is of a country that is not served here."""
    refuse(_UNSERVED.format(what, country))


def tell_unserved(file: Path, country: str) -> None:
    """Say of a sound file that its country is not served here; nothing where no settings are."""
    try:
        served = app.served_countries(read_settings(os.environ, Path(".env"), demo=True))
    except SettingsError:
        return
    if country not in served:
        click.echo(_UNSERVED.format(file, country))


def code_in(text: str, house: app.House) -> str | None:
    """A code as people type it, or None; refuses one of a country that is not served."""
    for country in house.countries.values():
        code = fold_code(text, country.prefix)
        if code is not None:
            return code
    for name, prefix in code_prefixes(app.LOCALES / "countries").items():
        code = fold_code(text, prefix)
        if code is not None:
            refuse_unserved(code, name)
    return None


def read_code(text: str, house: app.House, kind: str) -> str:
    """A code of a report or an idea (`storage.codes`) as people type it; refuses what is none of
    any country served, or of something else."""
    code = code_in(text, house)
    if code is not None:
        refuse_other(code, house, kind)
        return code
    _refuse_apart(text, house, kind)
    examples = ", ".join(f"{country.prefix}-7F3K" for country in house.countries.values())
    refuse(f"{text!r} is no code. Codes look like {examples}.")


def refuse_other(code: str, house: app.House, kind: str) -> None:
    """End with saying what a code is of, where that is another kind."""
    found = house.database.write_now(codes.kind_of, code)
    if found in _SHOWN and found != kind:
        what, how = _SHOWN[found]
        refuse(f"{code} is {what}, no {kind}: {how} {code}")


def refuse_any_other(typed: str, house: app.House, kind: str) -> None:
    """The same of what was typed for something that is not found, or whose codes are of another
    form."""
    code = code_in(typed, house)
    if code is not None:
        refuse_other(code, house, kind)
    _refuse_apart(typed, house, kind)


def _refuse_apart(typed: str, house: app.House, kind: str) -> None:
    """The same of codes that are of no country."""
    announced, request = read_announced(typed), read_request(typed)
    if house.database.read_now(announcements.find, announced) and kind != ANNOUNCEMENT:
        refuse(f"{announced} is an announcement, no {kind}: baraza announce status {announced}")
    if house.database.read_now(person_requests.find, request) and kind != REQUEST:
        refuse(f"{request} is the number of a request, no {kind}: baraza people waiting")


ANNOUNCEMENT, REQUEST = "announcement", "request"
"""Kinds whose codes are of no country."""

_SHOWN = {
    codes.REPORT: ("a report", "baraza report show"),
    codes.IDEA: ("an idea", "baraza idea show"),
    codes.VOTE: ("a vote", "baraza vote status"),
}
"""What a code is of, and how it is seen."""


def country_of(code: str, house: app.House) -> Country:
    """The country of a code that `read_code` read."""
    return next(item for item in house.countries.values() if code.startswith(f"{item.prefix}-"))


def read_messages(given: tuple[str, ...], languages: tuple[str, ...]) -> Mapping[str, str]:
    """`es=Words` for each language, once; refuses another language or no words."""
    messages: dict[str, str] = {}
    for item in given:
        language, equals, words = clean_text(item).partition("=")
        language, words = language.strip(), words.strip()
        if not equals or shows_nothing(words):
            refuse(f"{item!r} is not LANGUAGE=WORDS, such as {languages[0]}=…")
        if language not in languages:
            refuse(f"{language!r} is no language here. There are: {', '.join(languages)}.")
        if language in messages:
            refuse(f"There are two messages in {language!r}.")
        messages[language] = words
    return messages
