"""`baraza messages`: the texts to translate, collected into catalogues and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.country import COUNTRY_FILE, load_countries, texts_of
from bot.country.limits import (
    BUTTON_GRAPHEMES,
    DESCRIPTION_GRAPHEMES,
    OPTION_GRAPHEMES,
    PROMPT_UNITS,
    graphemes,
)
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.inbound import utf16_units
from bot.domain.messages import SOURCE_LANGUAGE
from bot.domain.problems import Problem
from bot.i18n import Language, Languages, read_languages
from bot.i18n.catalogue import Catalogue, CatalogueError, read_catalogue, write_catalogue
from bot.i18n.checking import (
    Limit,
    Limits,
    check_catalogue,
    check_source,
    english_meanings,
    translated,
)
from bot.i18n.extraction import (
    Kind,
    Sentences,
    extract_code,
    merge,
    sentences_of,
    template,
)
from bot.i18n.speech import country_folder, shared_path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("bot", "desk")

LIMITS: Limits = {
    Kind.BUTTON: Limit(BUTTON_GRAPHEMES, graphemes),
    Kind.OPTION: Limit(OPTION_GRAPHEMES, graphemes),
    Kind.DESCRIPTION: Limit(DESCRIPTION_GRAPHEMES, graphemes),
    Kind.LINE: Limit(PROMPT_UNITS, utf16_units),
}


@dataclass(frozen=True, slots=True)
class Words:
    """All that is said below `root`: by the code, and by each country for itself."""

    root: Path
    languages: Languages
    shared: Sentences
    countries: tuple[tuple[Country, Sentences], ...]
    wrong: tuple[Problem, ...]

    @property
    def locales(self) -> Path:
        return self.root / "locales"

    def spoken(self) -> list[Language]:
        """Languages that a country speaks or a catalogue is in, without those that need none."""
        listed = {code for country, _ in self.countries for code in country.languages}
        begun = {path.parts[-3] for path in self.locales.glob("*/LC_MESSAGES/baraza.po")}
        return [language for code in sorted(listed | begun) if (language := self.known(code))]

    def known(self, code: str) -> Language | None:
        if code not in self.languages:
            raise click.ClickException(f"`{code}` has no entry in locales/languages.toml")
        language = self.languages[code]
        return None if language.pseudo or code == SOURCE_LANGUAGE else language

    def own(self) -> Iterator[tuple[Country, Sentences, Language, Path]]:
        """Each country's own catalogue in each of its languages.

        In English, where there is one, it must say nothing: it words shared texts otherwise.
        """
        for country, sentences in self.countries:
            for code in country.languages:
                path = country_folder(self.locales, country.key) / f"{code}.po"
                if language := self.known(code):
                    yield country, sentences, language, path
                elif code == SOURCE_LANGUAGE and path.exists():
                    yield country, {}, self.languages[code], path


def gather(root: Path) -> Words:
    shared, wrong = extract_code(root, FOLDERS)
    locales = root / "locales"
    countries = tuple(
        (country, sentences_of(texts_of(country), COUNTRY_FILE))
        for country in load_countries(locales / "countries").values()
    )
    return Words(root, read_languages(locales), shared, countries, tuple(wrong))


def _begin(path: Path) -> Catalogue:
    return read_catalogue(path) if path.exists() else Catalogue(path)


@click.group()
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
@click.pass_context
def messages(context: click.Context, root: Path) -> None:
    """Collect and check the texts to translate."""
    context.obj = root


@messages.command()
@click.pass_obj
def extract(root: Path) -> None:
    """Put every text of the code and the countries into the catalogues, new ones empty."""
    words = gather(root)
    _refuse(words.wrong)
    pot = words.locales / "baraza.pot"
    merged = [template(words.shared, pot)]
    try:
        for language in words.spoken():
            path = shared_path(words.locales, language.code)
            merged.append(merge(_begin(path), language, words.shared, {}))
        for _country, sentences, language, path in words.own():
            merged.append(merge(_begin(path), language, sentences, words.shared))
    except CatalogueError as error:
        raise click.ClickException(str(error)) from error
    # Doubled entries would be lost by writing, and nobody could tell which one was meant.
    _refuse(
        Problem(catalogue.path, entry.line, f"is here twice: {entry.source!r}")
        for catalogue in merged
        for entry in catalogue.doubled
    )
    for catalogue in merged:
        catalogue.path.parent.mkdir(parents=True, exist_ok=True)
        text = write_catalogue(catalogue)
        if not catalogue.path.exists() or catalogue.path.read_text("utf-8") != text:
            catalogue.path.write_text(text, "utf-8")
            click.echo(f"written: {catalogue.path.relative_to(root)}")


@messages.command()
@click.pass_obj
def check(root: Path) -> None:
    """Name everything wrong in the texts, with file and line. Leaves with 1 where there is any."""
    words = gather(root)
    _refuse(findings(words))
    count = len(words.shared) + sum(len(sentences) for _, sentences in words.countries)
    languages = ", ".join(language.code for language in words.spoken())
    click.echo(f"{counted(count, 'text is', 'texts are')} whole in {languages or 'English only'}.")


def problems_of(root: Path) -> tuple[Problem, ...]:
    """What is not in order with the texts below a folder."""
    return tuple(findings(gather(root)))


def findings(words: Words) -> Iterator[Problem]:
    yield from words.wrong
    english = english_meanings(words.shared)
    for sentence in words.shared.values():
        yield from check_source(sentence, words.root, LIMITS, english)
    for country, sentences in words.countries:
        folder = country_folder(words.locales, country.key)
        english = english_meanings(words.shared, sentences)
        for sentence in sentences.values():
            yield from check_source(sentence, folder, LIMITS, english)
    shared: dict[str, Catalogue] = {}
    for language in words.spoken():
        path = shared_path(words.locales, language.code)
        try:
            shared[language.code] = _begin(path)
        except CatalogueError as error:
            yield Problem(error.path, error.line, error.reason)
            continue
        if path.exists():
            yield from check_catalogue(shared[language.code], language, words.shared, LIMITS)
        elif words.shared:
            yield Problem(path, 1, "is not there (run baraza messages extract)")
    for _country, sentences, language, path in words.own():
        try:
            own = _begin(path)
        except CatalogueError as error:
            yield Problem(error.path, error.line, error.reason)
            continue
        if path.exists():
            common = shared.get(language.code)
            yield from check_catalogue(own, language, sentences, LIMITS, common, words.shared)
        elif sentences:
            yield Problem(path, 1, "is not there (run baraza messages extract)")


@messages.command()
@click.pass_obj
def status(root: Path) -> None:
    """Show how much of the texts is translated, by language and by country."""
    words = gather(root)
    table = Table(title="Texts translated")
    for heading in ("Texts of", "Language", "Done", "Of", "Share"):
        table.add_column(
            heading, justify="right" if heading in ("Done", "Of", "Share") else "left"
        )
    try:
        shared = {
            language.code: _begin(shared_path(words.locales, language.code))
            for language in words.spoken()
        }
        for language in words.spoken():
            done = translated(shared[language.code], words.shared)
            table.add_row("all countries", *_cells(language, done, len(words.shared)))
        for country, sentences, language, path in words.own():
            if language.code == SOURCE_LANGUAGE:
                continue
            done = translated(_begin(path), sentences, shared[language.code])
            table.add_row(country.key, *_cells(language, done, len(sentences)))
    except CatalogueError as error:
        raise click.ClickException(str(error)) from error
    Console().print(table)


def _cells(language: Language, done: int, of: int) -> tuple[str, str, str, str]:
    # Rounded down: 100 % must mean that nothing is left.
    share = 100 * done // of if of else 100
    return f"{language.code} {language.name}", str(done), str(of), f"{share} %"


def _refuse(problems: Iterable[Problem]) -> None:
    """Show each problem by a path from here, and leave with 1 where there is any."""
    found = list(problems)
    here = Path.cwd()
    for problem in found:
        near = problem.file.is_relative_to(here)
        click.echo(replace(problem, file=problem.file.relative_to(here)) if near else problem)
    if found:
        raise click.exceptions.Exit(1)
