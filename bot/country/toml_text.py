"""TOML with line numbers: tomllib reads the values, a scanner of our own says where they stand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from bot.country.problems import Key

MISTAKES_MOST = 50
"""Broken lines that are named in one go; a file with more is no country file."""

_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_ENDS_BARE = frozenset(",]}#\n")


@dataclass(frozen=True, slots=True)
class Parsed:
    """`values` is None when the file is too broken to go on. `mistakes` are (line, text)."""

    values: Mapping[str, object] | None
    mistakes: tuple[tuple[int, str], ...]
    text: str
    """What was read in the end: broken lines are empty, so that lines keep their numbers."""


def parse(text: str) -> Parsed:
    """Read a TOML document, leaving out each broken line after naming it.

    tomllib stops at the first mistake; an editor of the file wants to see them all.
    """
    mistakes: list[tuple[int, str]] = []
    while True:
        try:
            return Parsed(tomllib.loads(text), tuple(mistakes), text)
        except tomllib.TOMLDecodeError as error:
            lines = text.split("\n")
            found = _POSITION.search(str(error))
            line = int(found[1]) if found and found[1] else len(lines)
            mistakes.append((line, _said(str(error), lines[line - 1])))
            # What is left open swallows the lines after it; leaving one out would help nobody.
            lost = "Unclosed" in str(error) or not lines[line - 1].strip()
            if lost or len(mistakes) >= MISTAKES_MOST:
                return Parsed(None, tuple(mistakes), text)
            text = "\n".join(_without(lines, line - 1))


def _said(error: str, line: str) -> str:
    """A mistake in plain words."""
    key = line.partition("=")[0].strip()
    if "Cannot overwrite" in error:
        return f"`{key}` stands here a second time"
    if "Cannot declare" in error:
        return f"the heading {line.strip()} stands here a second time"
    if doubled := re.search(r"Duplicate inline table key '(.*?)'", error):
        return f"`{doubled[1]}` stands twice in this line"
    if ("Expected newline" in error or "Invalid date" in error) and (day := _DATE.search(line)):
        return f"{day[0]} is not a date"
    return f"not TOML: {_POSITION.sub('', error)}"


def _without(lines: list[str], index: int) -> list[str]:
    """The lines with one emptied; with a heading goes everything under it."""
    kept = lines.copy()
    heading = kept[index].lstrip().startswith("[")
    kept[index] = ""
    while heading and (index := index + 1) < len(kept) and not kept[index].startswith("["):
        kept[index] = ""
    return kept


def lines_by_key(text: str) -> dict[Key, int]:
    """The line of each key, heading and list item of a document that tomllib accepts."""
    return _Scanner(text).scan()


def line_of(lines: Mapping[Key, int], key: Key) -> int:
    """The line of a key, or of the nearest thing around it that stands in the file."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return 1


class _Scanner:
    """Walks over a valid document, so that it need not know what is wrong with an invalid one."""

    def __init__(self, text: str) -> None:
        self.text = text + "\n"
        self.at = 0
        self.line = 1
        self.lines: dict[Key, int] = {}
        self.counts: dict[Key, int] = {}

    def scan(self) -> dict[Key, int]:
        table: Key = ()
        while self._skip(newlines=True):
            if self._here() == "[":
                table = self._heading()
            else:
                self._pair(table)
        return self.lines

    def _here(self) -> str:
        return self.text[self.at]

    def _forward(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def _skip(self, *, newlines: bool) -> bool:
        """Pass blanks and comments. False at the end of the document."""
        while self.at < len(self.text):
            char = self._here()
            if char == "#":
                self._forward(self.text.index("\n", self.at) - self.at)
            elif char in " \t\r" or (newlines and char == "\n"):
                self._forward()
            else:
                return True
        return False

    def _heading(self) -> Key:
        line = self.line
        many = self.text.startswith("[[", self.at)
        self._forward(2 if many else 1)
        names = self._names("]")
        self._forward(2 if many else 1)
        key: Key = ()
        for place, name in enumerate(names):
            key = (*key, name)
            if many and place == len(names) - 1:
                self.counts[key] = self.counts.get(key, 0) + 1
            self.lines.setdefault(key, line)
            if key in self.counts:
                key = (*key, self.counts[key] - 1)
                self.lines.setdefault(key, line)
        return key

    def _names(self, end: str) -> list[str]:
        """A dotted key, up to and not including `end`."""
        names: list[str] = []
        while True:
            self._skip(newlines=False)
            if self._here() in "\"'":
                names.append(self._quoted())
            else:
                start = self.at
                while self._here() not in f". \t{end}":
                    self._forward()
                names.append(self.text[start : self.at])
            self._skip(newlines=False)
            if self._here() == end:
                return names
            self._forward()

    def _pair(self, table: Key) -> None:
        line = self.line
        key = table
        for name in self._names("="):
            key = (*key, name)
            self.lines.setdefault(key, line)
        self._forward()
        self._value(key)

    def _value(self, key: Key) -> None:
        self._skip(newlines=True)
        self.lines.setdefault(key, self.line)
        if self._here() in "\"'":
            self._quoted()
        elif self._here() == "[":
            self._items("]", key)
        elif self._here() == "{":
            self._items("}", key)
        else:
            while self._here() not in _ENDS_BARE:
                self._forward()

    def _items(self, end: str, key: Key) -> None:
        self._forward()
        count = 0
        while self._skip(newlines=True) and self._here() != end:
            if end == "]":
                self._value((*key, count))
            else:
                self._pair(key)
            count += 1
            self._skip(newlines=True)
            if self._here() == ",":
                self._forward()
        self._forward()

    def _quoted(self) -> str:
        """The raw text of a string; escapes in keys are left as they are, nobody writes them."""
        quote = self._here()
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self._forward(len(mark))
        start = self.at
        while not self.text.startswith(mark, self.at):
            self._forward(2 if quote == '"' and self._here() == "\\" else 1)
        # A long string may end in one or two quotes of its own before the closing three.
        while len(mark) == 3 and self.text.startswith(mark, self.at + 1):
            self._forward()
        text = self.text[start : self.at]
        self._forward(len(mark))
        return text
