"""`baraza messages`: from the code to catalogues and back to a clean bill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.messages import messages
from bot.i18n.speech import shared_path
from tests.country.lagunia import copy_lagunia
from tests.i18n.folders import catalogue, entry, locales, write_shared

CODE = 'A = _("Yes")\n# i18n: button\nB = _("Take part")\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project: two texts in the code and a made-up country that speaks Spanish too."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "flow.py").write_text(CODE, "utf-8")
    country = copy_lagunia(locales(tmp_path / "locales"))
    path = country / "country.toml"
    text = path.read_text("utf-8")
    text, times = re.subn(r"(?m)^languages = .*$", 'languages = ["es", "en"]', text, count=1)
    assert times == 1
    path.write_text(text, "utf-8")
    (country / "es.po").write_text(catalogue(), "utf-8")
    return tmp_path


def call(root: Path, command: str) -> Result:
    result = CliRunner().invoke(messages, ["--root", str(root), command])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def fill(path: Path) -> None:
    """Translate every missing text, after a fashion: its placeholders stay."""

    def translation(found: re.Match[str]) -> str:
        words = " ".join(("Texto", *re.findall(r"\{\w+\}", found[1])))
        return f'msgid "{found[1]}"\nmsgstr "{words}"'

    text = path.read_text("utf-8")
    path.write_text(re.sub(r'msgid "(.+)"\nmsgstr ""', translation, text), "utf-8")


def test_texts_are_collected_for_the_code_and_for_the_country(root: Path) -> None:
    result = call(root, "extract")
    assert result.exit_code == 0
    assert result.output.split("\n")[:-1] == [
        "written: locales/baraza.pot",
        "written: locales/es/LC_MESSAGES/baraza.po",
        "written: locales/countries/lagunia/es.po",
    ]
    shared = shared_path(root / "locales", "es").read_text("utf-8")
    assert '#. i18n: button\n#: bot/flow.py\nmsgid "Take part"\nmsgstr ""\n' in shared
    own = (root / "locales/countries/lagunia/es.po").read_text("utf-8")
    assert '#: country.toml:country.name\nmsgid "Lagunia"' in own


def test_collecting_again_changes_nothing(root: Path) -> None:
    call(root, "extract")
    assert call(root, "extract").output == ""


def test_check_fails_until_every_text_is_translated(root: Path) -> None:
    call(root, "extract")
    before = call(root, "check")
    assert before.exit_code == 1
    path = shared_path(root / "locales", "es")
    line = path.read_text("utf-8").split("\n").index('msgid "Take part"') + 1
    assert f"{path}:{line}: is missing: 'Take part'\n" in before.output
    assert "is missing: 'Lagunia'" in before.output
    fill(path)
    fill(root / "locales/countries/lagunia/es.po")
    after = call(root, "check")
    assert after.output.endswith("texts are whole in es.\n")
    assert after.exit_code == 0
    again = call(root, "extract")
    assert again.output == ""


def test_check_names_catalogues_that_are_not_there(root: Path) -> None:
    (root / "locales/countries/lagunia/es.po").write_text(catalogue(), "utf-8")
    result = call(root, "check")
    assert result.exit_code == 1
    assert (
        "es/LC_MESSAGES/baraza.po:1: is not there (run baraza messages extract)" in result.output
    )


def test_unreadable_catalogue_is_named_with_its_line(root: Path) -> None:
    path = write_shared(root / "locales", "es", 'msgid "Yes"\nmsgstr Sí\n')
    for command in ("check", "extract", "status"):
        result = call(root, command)
        assert result.exit_code == 1
        assert f"{path}:2: is not a line of a catalogue" in result.output


def test_doubled_entry_stops_collecting_before_anything_is_written(root: Path) -> None:
    text = catalogue(entry("Yes", "Sí"), entry("Yes", "Dale"))
    path = write_shared(root / "locales", "es", text)
    result = call(root, "extract")
    assert result.exit_code == 1
    assert "is here twice: 'Yes'" in result.output
    assert path.read_text("utf-8") == text
    assert not (root / "locales/baraza.pot").exists()


def test_status_shows_how_much_is_done(root: Path) -> None:
    write_shared(root / "locales", "es", catalogue(entry("Yes", "Sí")))
    output = call(root, "status").output
    (shared,) = [line for line in output.split("\n") if "all countries" in line]
    (own,) = [line for line in output.split("\n") if "lagunia" in line]
    assert re.findall(r"\w+", shared) == ["all", "countries", "es", "Español", "1", "2", "50"]
    assert re.findall(r"\w+", own)[:4] == ["lagunia", "es", "Español", "0"]


def test_pseudo_language_and_english_need_no_catalogue(root: Path) -> None:
    write_shared(root / "locales", "es", catalogue())
    path = root / "locales/countries/lagunia/country.toml"
    text = path.read_text("utf-8").replace('languages = ["es", "en"]', 'languages = ["en"]')
    path.write_text(text, "utf-8")
    (root / "locales/es/LC_MESSAGES/baraza.po").unlink()
    result = call(root, "check")
    assert (result.exit_code, result.output) == (0, result.output)
    assert result.output.endswith("texts are whole in English only.\n")


def test_english_of_a_country_s_own_words_shared_texts_and_nothing_else(root: Path) -> None:
    own = root / "locales/countries/lagunia/en.po"
    own.write_text(catalogue(entry("Yes", "Aye"), entry("Take part", "")), "utf-8")
    call(root, "extract")
    assert '#: bot/flow.py\nmsgid "Yes"\nmsgstr "Aye"\n' in own.read_text("utf-8")
    for language in ("locales/es/LC_MESSAGES/baraza.po", "locales/countries/lagunia/es.po"):
        fill(root / language)
    assert call(root, "check").exit_code == 0
    own.write_text(catalogue(entry("Yes", "Yes"), entry("Nay", "No")), "utf-8")
    output = call(root, "check").output
    assert "equals the English text" in output
    assert "nothing says this any more: 'Nay'" in output
    assert "English" not in call(root, "status").output
