"""What is wrong in a catalogue, each with its line: texts missing, broken or too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.folding import script_of, shows_nothing
from bot.domain.placeholders import PLACEHOLDER, allowed, names, sampled, take_apart, whole
from bot.domain.problems import Problem
from bot.i18n.catalogue import Catalogue, Entry
from bot.i18n.extraction import Kind, Sentence, Sentences, plural_header
from bot.i18n.languages import COUNTED_TO, Language
from bot.i18n.quoted import ALTERNATIVES, Meanings

_PERCENT = re.compile("[%\u066a\ufe6a\uff05]")
_OTHER_STYLE = re.compile(r"%\(\w+\)|%[sd](?!\w)")
_LENGTHENER = "\u0640"
"""Joins an Arabic article to a foreign word, as it should, so it parts the two here."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that fits, and how it is counted."""

    most: int
    measure: Callable[[str], int]


Limits = Mapping[Kind, Limit]


def check_source(
    sentence: Sentence, root: Path, limits: Limits, english: Meanings
) -> Iterator[Problem]:
    """What is wrong in an English text itself, before anybody translates it."""
    path = root / sentence.places[0].partition(":")[0]
    for text in filter(None, (sentence.source, sentence.plural)):
        for word in english.unknown(text):
            yield Problem(path, sentence.line, f"{word!r} does nothing when typed: {text!r}")
        if not whole(take_apart(text)):
            yield Problem(path, sentence.line, f"a stray brace: {text!r}")
        if reason := too_long(text, sentence.kind, limits):
            yield Problem(path, sentence.line, f"{reason}: {text!r}")


def check_catalogue(
    catalogue: Catalogue,
    language: Language,
    own: Sentences,
    limits: Limits,
    shared: Catalogue | None = None,
    also: Sentences | None = None,
) -> Iterator[Problem]:
    """Everything wrong in one catalogue that must say `own`.

    A country's catalogue may leave to `shared` what stands there, and have words of its own for
    the sentences in `also`.
    """
    path = catalogue.path
    if catalogue.marked:
        yield Problem(path, 1, "begins with a byte-order mark, which costs other tools an entry")
    yield from _check_header(catalogue, language)
    for entry in catalogue.doubled:
        yield Problem(path, entry.line, f"is here twice: {entry.source!r}")
    elsewhere = {} if shared is None else {entry.source: entry for entry in shared.entries}
    for entry in catalogue.entries:
        sentence = _narrower(own.get(entry.source), (also or {}).get(entry.source))
        if sentence is None:
            yield Problem(path, entry.line, f"nothing says this any more: {entry.source!r}")
        elif entry.plural != sentence.plural:
            yield Problem(path, entry.line, f"the plural differs from the code: {entry.source!r}")
        elif entry.fuzzy:
            yield Problem(
                path, entry.line, f"is marked fuzzy, so nobody sees it: {entry.source!r}"
            )
        elif not entry.empty:
            for reason in _reasons(entry, sentence, language, limits):
                yield Problem(path, entry.line, reason)
        elif entry.source in own and _lacking(elsewhere.get(entry.source)):
            yield Problem(path, entry.line, f"is missing: {entry.source!r}")
    yield from _check_quoted(catalogue, elsewhere, english_meanings(own, also or {}))
    here = {entry.source for entry in catalogue.entries}
    for source in own:
        if source not in here and _lacking(elsewhere.get(source)):
            yield Problem(path, 1, f"is missing (run baraza messages extract): {source!r}")


def _narrower(own: Sentence | None, also: Sentence | None) -> Sentence | None:
    """What a country writes for a text of its own is also said where the shared text stands."""
    if own is None or also is None:
        return own or also
    return replace(own, kind=min(own.kind, also.kind, key=list(Kind).index))


def english_meanings(*said: Sentences) -> Meanings:
    """What can be typed or pressed where all of these are said, in English."""
    return Meanings({source: source for sentences in said for source in sentences})


def _check_quoted(
    catalogue: Catalogue, elsewhere: Mapping[str, Entry], english: Meanings
) -> Iterator[Problem]:
    """Words that people are told to type or press here and that do something else, or nothing.

    A country's own word for something may leave a shared text behind that tells the shared one.
    """
    own = {entry.source: entry for entry in catalogue.entries if not _lacking(entry)}
    whole = {**{key: entry for key, entry in elsewhere.items() if not _lacking(entry)}, **own}
    meanings = Meanings({source: entry.forms[0] for source, entry in whole.items()})
    for source, entry in whole.items():
        if source not in own and not english.in_text(source) & own.keys():
            continue
        for text in filter(None, entry.forms):
            if strange := meanings.strange(text, source, english):
                line = entry.line if source in own else 1
                words = ", ".join(map(repr, strange))
                yield Problem(
                    catalogue.path, line, f"{words} does not do what {source!r} says: {text!r}"
                )


def translated(catalogue: Catalogue, own: Sentences, shared: Catalogue | None = None) -> int:
    """How many of `own` this catalogue says, or the shared one for it."""
    entries = [*(() if shared is None else shared.entries), *catalogue.entries]
    return len({entry.source for entry in entries if entry.source in own and not _lacking(entry)})


def _lacking(entry: Entry | None) -> bool:
    return entry is None or entry.fuzzy or entry.empty


def _check_header(catalogue: Catalogue, language: Language) -> Iterator[Problem]:
    header = dict(catalogue.header)
    if "utf-8" not in header.get("Content-Type", "").casefold():
        yield Problem(catalogue.path, 1, "the header lacks Content-Type with charset=UTF-8")
    rule = catalogue.rule()
    if rule is None:
        reason = "has no valid rule"
    elif language.plurals == 1 and rule[0] <= 2:
        # Babel writes two forms for some languages that have one; nobody is shown a second one.
        return
    elif rule[0] != language.plurals:
        reason = f"has {rule[0]} forms instead of {language.plurals}"
    else:
        wrong = [n for n in range(COUNTED_TO) if rule[1](n) != language.form(n)]
        if not wrong:
            return
        counts = ", ".join(map(str, wrong[:3]))
        reason = f"gives another form for {counts}; the forms may be exchanged, too"
    yield Problem(
        catalogue.path, 1, f'Plural-Forms {reason}; right is "{plural_header(language)}"'
    )


def _reasons(
    entry: Entry, sentence: Sentence, language: Language, limits: Limits
) -> Iterator[str]:
    wanted = language.plurals if sentence.plural else 1
    for number in range(max(wanted, len(entry.forms))):
        text = entry.forms[number] if number < len(entry.forms) else ""
        where = f"msgstr[{number}]: " if sentence.plural else ""
        if number >= wanted:
            if text:
                yield f"{where}{language.english} has {wanted} forms; nobody sees {text!r}"
        elif shows_nothing(text):
            yield f"{where}is empty: {entry.source!r}"
        else:
            found = _wrong(text, number, entry, sentence, language, limits)
            yield from (f"{where}{reason}: {text!r}" for reason in found)


def _wrong(
    text: str, form: int, entry: Entry, sentence: Sentence, language: Language, limits: Limits
) -> Iterator[str]:
    source, plural = sentence.source, sentence.plural
    parts = take_apart(text)
    if not whole(parts):
        yield "a stray brace; a placeholder is written {name}"
    needed, known = allowed(source, plural)
    if plural and len([n for n in range(COUNTED_TO) if language.form(n) == form]) > 1:
        # Only a form that one count alone takes may leave the count out.
        needed = names(take_apart(plural))
    here = names(parts)
    if lost := needed - here:
        yield f"lacks {_listed(lost)}"
    if strange := here - known:
        yield f"has {_listed(strange)}, which nothing fills"
    if _OTHER_STYLE.search(text):
        yield "has a placeholder of another style; ours are written {name}"
    elif len(_PERCENT.findall(text)) not in {
        len(_PERCENT.findall(one)) for one in (source, plural or source)
    }:
        yield "has another number of percent signs than the English text"
    if text in (source, plural) and _has_letters(text) and not entry.same:
        yield "equals the English text (if that is right, put the comment `# same` above it)"
    if text.count("\n") != source.count("\n"):
        yield "has another number of line breaks than the English text"
    if text != text.strip():
        yield "has spaces at its ends"
    if ALTERNATIVES in source:
        if not all(word.strip() for word in text.split(ALTERNATIVES)):
            yield "has an empty alternative"
    elif reason := too_long(text, sentence.kind, limits):
        yield reason
    yield from _mixed(text, language)


def _listed(found: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(found))


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in PLACEHOLDER.sub("", text))


def too_long(text: str, kind: Kind, limits: Limits) -> str:
    """Why a text does not fit its place when filled with samples; empty where it does."""
    limit = limits[kind]
    length = limit.measure(sampled(text))
    return f"has {length} signs; {limit.most} fit ({kind})" if length > limit.most else ""


def _mixed(text: str, language: Language) -> Iterator[str]:
    """Words with letters of two scripts, or in a script of neither the language nor Latin.

    A Latin `a` in a Cyrillic word looks right and is found by no search.
    """
    for word in _words(PLACEHOLDER.sub(" ", text)):
        scripts = {script for char in word if (script := script_of(char))}
        if len(scripts) > 1:
            yield f"mixes {' and '.join(sorted(map(str.title, scripts)))} letters in {word!r}"
        elif not scripts <= {language.script, "LATIN"}:
            yield f"has a word in {scripts.pop().title()} letters, {word!r}"


def _words(text: str) -> list[str]:
    """Runs of letters with their marks, which Thai and Arabic write above and below."""
    kept = (
        char if unicodedata.category(char)[0] in "LM" and char != _LENGTHENER else " "
        for char in text
    )
    return "".join(kept).split()
