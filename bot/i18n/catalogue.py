"""Catalogues (`.po`) read strictly and written back: what Babel's reader loses is named here.

Babel's `read_po` joins doubled entries silently, loses the first entry after a byte-order mark,
drops the plural rule of a language it does not know, and writes a wrong one for Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from gettext import c2py
from pathlib import Path

_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr)(?:\[(\d+)\])?\s+)?"([^"\\]*(?:\\.[^"\\]*)*)"')
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_RULE = re.compile(r"\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*(.+?)\s*;?\s*")

SAME = "same"
"""A translator's comment `# same`: this text is right although it equals the English one."""


class CatalogueError(ValueError):
    """A catalogue that cannot be read: `path`, `line` and `reason` say where and why."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One text. `forms` has one item, or one for each plural form; an empty one is missing."""

    source: str
    plural: str = ""
    forms: tuple[str, ...] = ("",)
    remarks: tuple[str, ...] = ()
    """Comments of translators (`# …`), kept for ever."""
    notes: tuple[str, ...] = ()
    """Comments of programmers (`#. …`), renewed by every extraction."""
    places: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    line: int = 0

    @property
    def fuzzy(self) -> bool:
        return "fuzzy" in self.flags

    @property
    def empty(self) -> bool:
        return not any(self.forms)

    @property
    def same(self) -> bool:
        return SAME in self.remarks or "same-as-source" in self.flags


@dataclass(frozen=True, slots=True)
class Catalogue:
    path: Path
    header: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    """The comments above the header."""
    entries: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    """Texts that nothing says any more (`#~`), kept in case they come back."""
    doubled: tuple[Entry, ...] = ()
    """Second and later entries of a text; the first one counts."""
    marked: bool = False
    """Whether the file begins with a byte-order mark."""

    def rule(self) -> tuple[int, Callable[[int], int]] | None:
        """The header's number of forms and plural rule; None where it has none that is valid."""
        found = _RULE.fullmatch(dict(self.header).get("Plural-Forms", ""))
        if not found:
            return None
        try:
            return int(found[1]), c2py(found[2])
        except ValueError:
            return None


@dataclass(slots=True)
class _Draft:
    """An entry while its lines are read."""

    source: str | None = None
    plural: str = ""
    forms: dict[int, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    gone: bool = False
    line: int = 0

    def entry(self) -> Entry:
        remarks: list[str] = []
        notes: list[str] = []
        places: list[str] = []
        flags: list[str] = []
        for comment in self.comments:
            match comment[:1]:
                case ".":
                    notes.append(comment[1:].strip())
                case ":":
                    places += comment[1:].split()
                case ",":
                    flags += (flag.strip() for flag in comment[1:].split(","))
                case _:
                    remarks.append(comment.strip())
        forms = tuple(self.forms.get(n, "") for n in range(max(self.forms, default=0) + 1))
        return Entry(
            self.source or "",
            self.plural,
            forms,
            tuple(remarks),
            tuple(notes),
            tuple(places),
            tuple(flags),
            self.line,
        )


def read_catalogue(path: Path) -> Catalogue:
    """Read a `.po` file. Raises `CatalogueError`; `OSError` where the file is not there."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(path, 1, "is not UTF-8") from error
    marked = text.startswith("\ufeff")
    catalogue = Catalogue(path, marked=marked)
    entries: dict[str, Entry] = {}
    gone: dict[str, Entry] = {}
    doubled: list[Entry] = []
    for is_gone, entry in _entries(path, text.removeprefix("\ufeff")):
        if is_gone:
            gone[entry.source] = entry
        elif entry.source == "" and not catalogue.header:
            lines = (line.partition(":") for line in entry.forms[0].split("\n") if line)
            header = tuple((key.strip(), value.strip()) for key, _, value in lines)
            catalogue = replace(catalogue, header=header, remarks=entry.remarks)
        elif entry.source in entries:
            doubled.append(entry)
        else:
            entries[entry.source] = entry
    return replace(
        catalogue,
        entries=tuple(entries.values()),
        gone=tuple(gone.values()),
        doubled=tuple(doubled),
    )


def _entries(path: Path, text: str) -> Iterator[tuple[bool, Entry]]:
    draft = _Draft()
    keyword = index = ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if gone := line.startswith("#~"):
            line = line[2:].lstrip()
        if not line or line[0] == "|":
            continue
        if line[0] == "#":
            if draft.source is not None:
                yield draft.gone, draft.entry()
                draft = _Draft()
            # `#|`, what a text was before, helps nobody here.
            if line[1:2] != "|":
                draft.comments.append(line[1:])
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise CatalogueError(path, number, "is not a line of a catalogue")
        new, form, words = found.groups()
        if "\\" in words:
            try:
                words = _ESCAPED.sub(lambda escape: _ESCAPES[escape[1]], words)
            except KeyError as error:
                raise CatalogueError(path, number, f"unknown escape \\{error.args[0]}") from error
        if new:
            keyword, index = new, form or "0"
            if keyword == "msgid":
                if draft.source is not None:
                    yield draft.gone, draft.entry()
                    draft = _Draft()
                draft.source, draft.gone, draft.line = "", gone, number
            elif draft.source is None:
                raise CatalogueError(path, number, f"{keyword} without msgid")
            elif keyword == "msgstr" and int(index) in draft.forms:
                raise CatalogueError(path, number, "the same form twice")
        elif draft.source is None:
            raise CatalogueError(path, number, "text without msgid")
        match keyword:
            case "msgid":
                draft.source = (draft.source or "") + words
            case "msgid_plural":
                draft.plural += words
            case _:
                draft.forms[int(index)] = draft.forms.get(int(index), "") + words
    if draft.source is not None:
        yield draft.gone, draft.entry()


def write_catalogue(catalogue: Catalogue) -> str:
    """The text of a `.po` file. Only header lines are broken, so that a diff shows whole texts."""
    blocks = []
    if catalogue.header:
        lines = [f"# {remark}".rstrip() for remark in catalogue.remarks]
        lines += ['msgid ""', 'msgstr ""']
        lines += [_quoted(f"{key}: {value}\n") for key, value in catalogue.header]
        blocks.append(lines)
    blocks += [list(_lines(entry)) for entry in catalogue.entries]
    blocks += [
        [line if line.startswith("#") else f"#~ {line}" for line in _lines(entry)]
        for entry in catalogue.gone
    ]
    return "\n".join("\n".join(lines) + "\n" for lines in blocks)


def _lines(entry: Entry) -> Iterable[str]:
    yield from (f"# {remark}".rstrip() for remark in entry.remarks)
    yield from (f"#. {note}" for note in entry.notes)
    yield from (f"#: {place}" for place in entry.places)
    if entry.flags:
        yield f"#, {', '.join(entry.flags)}"
    yield f"msgid {_quoted(entry.source)}"
    if entry.plural:
        yield f"msgid_plural {_quoted(entry.plural)}"
        yield from (f"msgstr[{n}] {_quoted(form)}" for n, form in enumerate(entry.forms))
    else:
        yield f"msgstr {_quoted(entry.forms[0])}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'
