"""Catalogue files: read strictly, written back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n.catalogue import Catalogue, CatalogueError, Entry, read_catalogue, write_catalogue

WHOLE = r"""# Words of the lake.
# Written with care.
msgid ""
msgstr ""
"Language: es\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

# same
#. i18n: button. Said under the photo.
#: bot/flows/report.py
#: bot/flows/fixed.py
#, fuzzy
msgid "No"
msgstr "No"

msgid "{n} person"
msgid_plural "{n} people"
msgstr[0] "{n} persona"
msgstr[1] "{n} personas"

msgid "Say \"yes\"\tor C:\\no\n"
msgstr ""

# once said
#~ msgid "Gone"
#~ msgstr "Ido"
"""


def read(tmp_path: Path, text: str) -> Catalogue:
    path = tmp_path / "es.po"
    path.write_text(text, "utf-8")
    return read_catalogue(path)


def test_catalogue_is_written_as_it_was_read(tmp_path: Path) -> None:
    assert write_catalogue(read(tmp_path, WHOLE)) == WHOLE


def test_everything_in_a_catalogue_is_read(tmp_path: Path) -> None:
    catalogue = read(tmp_path, WHOLE)
    assert catalogue.remarks == ("Words of the lake.", "Written with care.")
    assert dict(catalogue.header)["Language"] == "es"
    assert catalogue.entries == (
        Entry(
            "No",
            forms=("No",),
            remarks=("same",),
            notes=("i18n: button. Said under the photo.",),
            places=("bot/flows/report.py", "bot/flows/fixed.py"),
            flags=("fuzzy",),
            line=14,
        ),
        Entry("{n} person", "{n} people", ("{n} persona", "{n} personas"), line=17),
        Entry('Say "yes"\tor C:\\no\n', line=22),
    )
    assert catalogue.gone == (Entry("Gone", forms=("Ido",), remarks=("once said",), line=26),)


def test_texts_over_several_lines_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = 'msgid ""\r\n"Two "\r\n"parts"\r\nmsgstr ""\r\n"Dos "\r\n"partes"\r\n'
    assert read(tmp_path, text).entries == (Entry("Two parts", forms=("Dos partes",), line=1),)


def test_entries_need_no_empty_line_between_them(tmp_path: Path) -> None:
    text = 'msgid "a"\nmsgstr "A"\nmsgid "b"\nmsgstr "B"\n#: x\nmsgid "c"\nmsgstr "C"\n'
    found = read(tmp_path, text).entries
    assert [(entry.source, entry.forms) for entry in found] == [
        ("a", ("A",)),
        ("b", ("B",)),
        ("c", ("C",)),
    ]


def test_form_left_out_is_empty(tmp_path: Path) -> None:
    text = 'msgid "a"\nmsgid_plural "b"\nmsgstr[2] "C"\n'
    assert read(tmp_path, text).entries[0].forms == ("", "", "C")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('msgid "a"\nmsgstr "A\n', ":2: is not a line of a catalogue"),
        ('msgid "a"\nmsgstr A\n', ":2: is not a line of a catalogue"),
        ('msgctxt "menu"\nmsgid "a"\nmsgstr "A"\n', ":1: is not a line of a catalogue"),
        ('msgid "a"\nmsgstr "\\q"\n', r":2: unknown escape \q"),
        ('msgstr "A"\n', ":1: msgstr without msgid"),
        ('"A"\n', ":1: text without msgid"),
        ('msgid "a"\nmsgstr "A"\nmsgstr "B"\n', ":3: the same form twice"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_line(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'es.po'}{told}"


def test_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    path.write_bytes('msgid "Yes"\nmsgstr "Sí"\n'.encode("latin-1"))
    with pytest.raises(CatalogueError, match="is not UTF-8"):
        read_catalogue(path)
