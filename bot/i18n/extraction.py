"""The sentences that the code and the countries say, found and put into the catalogues.

Python is read as a syntax tree rather than by Babel's extractor, which goes by tokens and passes
over an f-string in silence. A comment `# i18n: button` above the line (or on it) says what kind
of text the next ones are; words after a full stop go to the translators.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.domain.messages import Message
from bot.domain.problems import Problem
from bot.i18n.catalogue import Catalogue, Entry
from bot.i18n.languages import Language

TAG = "i18n:"
_TAGGED = re.compile(r"#\s*i18n:\s*(\w+)(?:\.\s*(.+))?\s*$")
_COMMENT_LINE = re.compile(r"\s*#")


class Kind(StrEnum):
    """Where a text stands, which limits its length. The first of two kinds is the narrower."""

    BUTTON = "button"
    OPTION = "option"
    DESCRIPTION = "description"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text to translate. `places` are files, or names of a country's texts."""

    source: str
    plural: str = ""
    kind: Kind = Kind.LINE
    places: tuple[str, ...] = ()
    remark: str = ""
    """What the author tells the translators."""
    line: int = 0
    """Where it stands in the first of its files."""


Sentences = Mapping[str, Sentence]
"""By their English text, in the order in which they are said."""


def extract_code(root: Path, folders: Sequence[str]) -> tuple[Sentences, list[Problem]]:
    """All that is said by the Python files in `folders` of `root`, and what cannot be read."""
    found: dict[str, Sentence] = {}
    wrong: list[Problem] = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            for item in _said_in(path, path.relative_to(root).as_posix(), text):
                if isinstance(item, Problem):
                    wrong.append(item)
                elif clash := _add(found, item):
                    wrong.append(Problem(path, item.line, clash))
    return found, wrong


def sentences_of(texts: Iterable[tuple[str, Message]], file: str) -> Sentences:
    """A country's texts as `bot.country.texts_of` names them: a label is an option in a list."""
    found: dict[str, Sentence] = {}
    for where, message in texts:
        last = where.rpartition(".")[2]
        if last == "label" or ".level_names." in where:
            kind = Kind.OPTION
        elif last == "description":
            kind = Kind.DESCRIPTION
        else:
            kind = Kind.LINE
        _add(found, Sentence(message.source, message.plural, kind, (f"{file}:{where}",)))
    return found


def _add(found: dict[str, Sentence], new: Sentence) -> str:
    """Join a sentence to those found; returns why it cannot be, or an empty text."""
    known = found.get(new.source)
    if known is None:
        found[new.source] = new
        return ""
    if known.plural and new.plural and known.plural != new.plural:
        return f"has another plural than in {known.places[0]}: {new.source!r}"
    if bool(known.plural) != bool(new.plural):
        return f"has a plural here or in {known.places[0]}, but not in both: {new.source!r}"
    order = list(Kind)
    found[new.source] = replace(
        known,
        kind=min(known.kind, new.kind, key=order.index),
        places=tuple(dict.fromkeys((*known.places, *new.places))),
        remark=known.remark or new.remark,
    )
    return ""


def _said_in(path: Path, place: str, text: str) -> Iterator[Sentence | Problem]:
    lines = text.split("\n")
    calls = [
        node
        for node in ast.walk(ast.parse(text, str(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
    ]
    for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        wanted = {"_": 1, "ngettext": 2}.get(
            node.func.id if isinstance(node.func, ast.Name) else ""
        )
        if wanted is None:
            continue
        texts = node.args[:wanted]
        if any(isinstance(item, ast.JoinedStr | ast.BinOp) for item in texts):
            yield Problem(path, node.lineno, "is put together; a catalogue needs the whole text")
            continue
        said = [
            item.value
            for item in texts
            if isinstance(item, ast.Constant) and isinstance(item.value, str)
        ]
        # A text handed on by its name was found where it is written.
        if len(said) != wanted:
            continue
        kind, remark = _tag(lines, node.lineno)
        if kind not in list(Kind):
            yield Problem(path, node.lineno, f"unknown kind {kind!r}: {', '.join(Kind)}")
            continue
        source, plural = said[0], said[1] if wanted > 1 else ""
        yield Sentence(source, plural, Kind(kind), (place,), remark, node.lineno)


def _tag(lines: Sequence[str], number: int) -> tuple[str, str]:
    """Kind and remark of the line `number` (from 1): on it, or in the comments right above."""
    at = number - 1
    while at >= 0 and (at == number - 1 or _COMMENT_LINE.match(lines[at])):
        if found := _TAGGED.search(lines[at]):
            return found[1], found[2] or ""
        at -= 1
    return Kind.LINE.value, ""


def template(sentences: Sentences, path: Path) -> Catalogue:
    """The catalogue without a language (`.pot`) that translators' tools start from."""
    header = (
        ("Project-Id-Version", "baraza"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
    )
    entries = tuple(_entry(item, 2 if item.plural else 1) for item in sentences.values())
    return Catalogue(
        path, header, ("The texts of Baraza, by `baraza messages extract`.",), entries
    )


def merge(
    catalogue: Catalogue, language: Language, sentences: Sentences, also: Sentences
) -> Catalogue:
    """The catalogue with all of `sentences`; translations and what translators noted stay.

    New texts are empty, unless they were here before; texts that nothing says any more go to the
    end as gone. A country's own words for `also`, the texts that all countries share, stay.
    A text whose English plural changed is marked fuzzy, since somebody must look at it again.
    """
    old = {entry.source: entry for entry in (*catalogue.gone, *catalogue.entries)}
    kept = {entry.source: entry for entry in catalogue.entries}
    entries = [
        _renewed(item, old.get(item.source), language.plurals) for item in sentences.values()
    ]
    entries += [
        _renewed(also[source], entry, language.plurals)
        for source, entry in kept.items()
        if source in also and source not in sentences
    ]
    here = {entry.source for entry in entries}
    gone = [
        replace(entry, places=(), notes=())
        for source, entry in old.items()
        if source not in here and not entry.empty
    ]
    return replace(
        catalogue,
        header=_header(catalogue, language),
        entries=tuple(entries),
        gone=tuple(gone),
    )


def _header(catalogue: Catalogue, language: Language) -> tuple[tuple[str, str], ...]:
    """A header keeps its lines: a wrong plural rule may mean wrong forms, which `check` tells."""
    standard = {
        "Project-Id-Version": "baraza",
        "Language": language.code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_header(language),
    }
    return tuple({**standard, **dict(catalogue.header)}.items())


def plural_header(language: Language) -> str:
    return f"nplurals={language.plurals}; plural=({language.rule});"


def _entry(sentence: Sentence, forms: int) -> Entry:
    tagged = sentence.kind is not Kind.LINE or sentence.remark
    note = f"{TAG} {sentence.kind}" + (f". {sentence.remark}" if sentence.remark else "")
    return Entry(
        source=sentence.source,
        plural=sentence.plural,
        forms=("",) * forms,
        notes=(note,) if tagged else (),
        places=sentence.places,
    )


def _renewed(sentence: Sentence, old: Entry | None, plurals: int) -> Entry:
    new = _entry(sentence, plurals if sentence.plural else 1)
    if old is None:
        return new
    flags = old.flags
    if old.plural != sentence.plural and not old.empty and not old.fuzzy:
        flags = (*flags, "fuzzy")
    wanted = len(new.forms)
    # A form too many that holds a text is left for `check` to tell of.
    forms = (*old.forms, *new.forms)[: max(wanted, len(old.forms) if old.forms[-1] else wanted)]
    return replace(new, forms=forms, remarks=old.remarks, flags=flags)
