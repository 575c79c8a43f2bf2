"""Lines of a TOML document, in all the ways it can be written."""

from __future__ import annotations

import tomllib

from bot.country.problems import Key
from bot.country.toml_text import line_of, lines_by_key, parse

ODD = '''\
# [not] = "a heading"
title = "with # and [ and = in it"   # and a comment
"quoted key".sub = 'C:\\path'
long = """
one "quoted" word \\""" and
two""""

[a]
list = [ # with a comment
  "one",
  [2, 3],
  { b = 1, c = { d = 2026-12-31, e = [] } },
]
[a.'x.y']
z = 07:30:00

[[a.things]]
n = 1
[[a.things.parts]]
m = 1
[[a.things.parts]]
m = 2
[[a.things]]
n = 2
[a.things.head]
deep.er = true
'''

LINES: dict[Key, int] = {
    ("title",): 2,
    ("quoted key", "sub"): 3,
    ("long",): 4,
    ("a",): 8,
    ("a", "list"): 9,
    ("a", "list", 0): 10,
    ("a", "list", 1, 1): 11,
    ("a", "list", 2, "c", "d"): 12,
    ("a", "x.y", "z"): 15,
    ("a", "things"): 17,
    ("a", "things", 0, "n"): 18,
    ("a", "things", 0, "parts", 1): 21,
    ("a", "things", 0, "parts", 1, "m"): 22,
    ("a", "things", 1): 23,
    ("a", "things", 1, "n"): 24,
    ("a", "things", 1, "head"): 25,
    ("a", "things", 1, "head", "deep", "er"): 26,
}


def keys_of(value: object, key: Key = ()) -> set[Key]:
    """Every key of a document as tomllib reads it."""
    inner: set[Key] = {key} if key else set()
    if isinstance(value, dict):
        for name, item in value.items():
            inner |= keys_of(item, (*key, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            inner |= keys_of(item, (*key, index))
    return inner


def test_every_key_has_its_line_however_it_is_written() -> None:
    lines = lines_by_key(ODD)
    assert {key: lines.get(key) for key in LINES} == LINES


def test_the_keys_are_those_that_tomllib_reads() -> None:
    assert set(lines_by_key(ODD)) == keys_of(tomllib.loads(ODD))


def test_lines_are_counted_where_windows_ends_them() -> None:
    text = ODD.replace("\n", "\r\n")
    assert lines_by_key(text)["a", "things", 1, "n"] == 24


def test_what_is_not_written_is_at_what_is_around_it() -> None:
    lines = lines_by_key(ODD)
    assert line_of(lines, ("a", "things", 1, "missing")) == 23
    assert line_of(lines, ("missing",)) == 1


def test_a_document_of_nothing_but_mistakes_ends() -> None:
    parsed = parse("x = ?\n" * 200)
    assert parsed.values is None
    assert len(parsed.mistakes) == 50
