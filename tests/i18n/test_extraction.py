"""Texts found in the code and in countries, and put into catalogues without loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.messages import Message
from bot.i18n import read_languages
from bot.i18n.catalogue import Catalogue, Entry
from bot.i18n.extraction import (
    Kind,
    Sentence,
    Sentences,
    extract_code,
    merge,
    sentences_of,
    template,
)
from tests.i18n.folders import LOCALES

SPANISH = read_languages(LOCALES)["es"]


def extract(tmp_path: Path, **files: str) -> tuple[Sentences, list[str]]:
    for name, text in files.items():
        path = tmp_path / "bot" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    found, wrong = extract_code(tmp_path, ("bot", "desk"))
    return found, [f"{item.file.name}:{item.line}: {item.text}" for item in wrong]


def test_texts_are_found_with_place_plural_and_line(tmp_path: Path) -> None:
    code = 'A = _("One")\nB = ngettext(\n    "{n} day", "{n} "\n    "days", n)\nsay(_("Two")())\n'
    found, wrong = extract(tmp_path, flow=code)
    assert not wrong
    assert list(found.values()) == [
        Sentence("One", places=("bot/flow.py",), line=1),
        Sentence("{n} day", "{n} days", places=("bot/flow.py",), line=2),
        Sentence("Two", places=("bot/flow.py",), line=5),
    ]


@pytest.mark.parametrize(
    "code",
    [
        '# i18n: button\nA = _("One")',
        '# i18n: button\n# More to know.\nA = _("One")',
        'A = _("One")  # i18n: button',
        'A = Choice(\n    "a",\n    # i18n: button\n    Option("b", _("One")),\n)',
    ],
)
def test_comment_right_above_or_beside_says_the_kind(tmp_path: Path, code: str) -> None:
    found, _wrong = extract(tmp_path, flow=code)
    assert found["One"].kind is Kind.BUTTON


def test_comment_farther_away_says_nothing(tmp_path: Path) -> None:
    found, _wrong = extract(tmp_path, flow='# i18n: button\nX = 1\nA = _("One")')
    assert found["One"].kind is Kind.LINE


def test_narrower_kind_wins_and_both_places_are_kept(tmp_path: Path) -> None:
    found, _wrong = extract(
        tmp_path,
        a='# i18n: option. Under the photo.\nA = _("One")',
        b='# i18n: button\nA = _("One")\nB = _("One")',
    )
    assert found["One"] == Sentence(
        "One", "", Kind.BUTTON, ("bot/a.py", "bot/b.py"), "Under the photo.", 2
    )


def test_text_handed_on_by_name_is_left_to_where_it_is_written(tmp_path: Path) -> None:
    assert extract(tmp_path, flow="A = _(text)\nB = ngettext(M.source, M.plural, n)") == ({}, [])


@pytest.mark.parametrize("text", ['f"Hi {x}"', '"Hi " + x', '"Hi %s" % x'])
def test_text_put_together_is_refused(tmp_path: Path, text: str) -> None:
    found, wrong = extract(tmp_path, flow=f"A = _({text})")
    assert not found
    assert wrong == ["flow.py:1: is put together; a catalogue needs the whole text"]


def test_unknown_kind_is_refused(tmp_path: Path) -> None:
    _found, wrong = extract(tmp_path, flow='# i18n: knob\nA = _("One")')
    assert wrong == ["flow.py:2: unknown kind 'knob': button, option, description, line"]


@pytest.mark.parametrize("second", ['_("a")', 'ngettext("a", "c", 2)'])
def test_one_text_with_two_plurals_is_refused(tmp_path: Path, second: str) -> None:
    _found, wrong = extract(tmp_path, flow=f'A = ngettext("a", "b", 1)\nB = {second}')
    assert len(wrong) == 1
    assert wrong[0].startswith("flow.py:2: has ")


def test_texts_of_a_country_know_their_place_and_kind() -> None:
    texts = [
        ("country.name", Message("Lagunia")),
        ("country.level_names.1", Message("Shore")),
        ("categories.water.label", Message("Water")),
        ("categories.water.description", Message("Pipes and wells.")),
        ("help_lines.water.label", Message("Water")),
    ]
    found = sentences_of(texts, "country.toml")
    assert [(item.source, item.kind) for item in found.values()] == [
        ("Lagunia", Kind.LINE),
        ("Shore", Kind.OPTION),
        ("Water", Kind.OPTION),
        ("Pipes and wells.", Kind.DESCRIPTION),
    ]
    assert found["Water"].places == (
        "country.toml:categories.water.label",
        "country.toml:help_lines.water.label",
    )


def merged(
    entries: tuple[Entry, ...],
    *sentences: Sentence,
    gone: tuple[Entry, ...] = (),
    also: Sentences | None = None,
) -> Catalogue:
    old = Catalogue(Path("es.po"), (("X-Own", "kept"),), ("A remark.",), entries, gone)
    return merge(old, SPANISH, {item.source: item for item in sentences}, also or {})


def test_merging_keeps_translations_remarks_flags_and_header() -> None:
    old = Entry("Yes", forms=("Sí",), remarks=("same",), notes=("old",), places=("old.py",))
    catalogue = merged((old,), Sentence("Yes", kind=Kind.BUTTON, places=("new.py",)))
    assert catalogue.entries == (
        Entry("Yes", "", ("Sí",), ("same",), ("i18n: button",), ("new.py",)),
    )
    assert catalogue.remarks == ("A remark.",)
    assert dict(catalogue.header)["X-Own"] == "kept"
    assert dict(catalogue.header)["Plural-Forms"] == "nplurals=2; plural=(n != 1);"


def test_new_texts_are_empty_with_as_many_forms_as_the_language_has() -> None:
    catalogue = merged((), Sentence("Yes"), Sentence("{n} day", "{n} days"))
    assert catalogue.entries == (
        Entry("Yes", forms=("",)),
        Entry("{n} day", "{n} days", ("", "")),
    )


def test_text_that_left_the_code_is_kept_and_comes_back_with_its_translation() -> None:
    without = merged((Entry("Yes", forms=("Sí",)), Entry("Empty")), Sentence("No"))
    assert without.gone == (Entry("Yes", forms=("Sí",)),)
    again = merged(without.entries, Sentence("No"), Sentence("Yes"), gone=without.gone)
    assert again.entries[1] == Entry("Yes", forms=("Sí",))
    assert again.gone == ()


def test_changed_plural_is_marked_for_somebody_to_look_at() -> None:
    old = Entry("{n} day", "{n} dayz", ("{n} día", "{n} días"))
    catalogue = merged((old,), Sentence("{n} day", "{n} days"))
    assert catalogue.entries[0].plural == "{n} days"
    assert catalogue.entries[0].forms == old.forms
    assert catalogue.entries[0].fuzzy


def test_countrys_own_words_for_a_shared_text_stay() -> None:
    shared = {"Yes": Sentence("Yes", places=("bot/a.py",)), "No": Sentence("No")}
    catalogue = merged((Entry("Yes", forms=("Dale",)),), Sentence("Lake"), also=shared)
    assert [(item.source, item.forms) for item in catalogue.entries] == [
        ("Lake", ("",)),
        ("Yes", ("Dale",)),
    ]


def test_wrong_plural_rule_is_not_repaired_in_silence() -> None:
    old = Catalogue(Path("es.po"), (("Plural-Forms", "nplurals=1; plural=0;"),))
    assert dict(merge(old, SPANISH, {}, {}).header)["Plural-Forms"] == "nplurals=1; plural=0;"


def test_template_has_every_text_and_no_translation() -> None:
    found = template({"Yes": Sentence("Yes", kind=Kind.OPTION)}, Path("baraza.pot"))
    assert found.entries == (Entry("Yes", notes=("i18n: option",)),)
