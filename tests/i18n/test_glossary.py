"""The words of the guide for translators are those of the catalogues."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from tests.end_to_end import ROOT
from tests.houses import LOCALES

TABLE = re.search(
    r"\| English \|.*?\n\n", (ROOT / "docs" / "translator.md").read_text("utf-8"), re.S
)
assert TABLE is not None, "the guide has no table of words any more"
HEAD, _LINE, *ROWS = (
    [cell.strip() for cell in line.strip("|").split("|")] for line in TABLE[0].split("\n") if line
)


@pytest.mark.parametrize("language", HEAD[1:])
def test_a_word_of_the_glossary_is_what_the_chat_says(language: str) -> None:
    with (LOCALES / language / "LC_MESSAGES" / "baraza.po").open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id and "|" not in str(entry.id)]
    whole = "\n".join(str(entry.string) for entry in entries).casefold()
    words = [row[HEAD.index(language)] for row in ROWS]
    assert len(words) > 20
    assert [word for word in words if word.casefold() not in whole] == []


def test_every_language_has_its_column() -> None:
    assert set(HEAD[1:]) == {
        path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/*.po")
    }
