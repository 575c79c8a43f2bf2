"""`baraza country` in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.country import country
from bot.country import COUNTRIES
from tests.country.lagunia import LAGUNIA, break_file, copy_lagunia


def test_check_says_what_a_sound_folder_holds() -> None:
    result = CliRunner().invoke(country, ["check", str(LAGUNIA)])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "lagunia is fine: en; 5 places (3 to report in), 3 categories in 1 group, "
        "2 themes for ideas, 1 help line.",
        "  - “Township” is 2 places (in Hills, in Shore): residents are asked which.",
        "  - Looked up in the calendar: holidays until 2026-12-24, The high water until "
        "2026-02-27, The regatta until 2026-02-20.",
    ]


def test_check_says_where_no_exact_point_is_kept(tmp_path: Path) -> None:
    folder = copy_lagunia(tmp_path)
    break_file(folder, "since = false", "since = false\npoint = false")
    result = CliRunner().invoke(country, ["check", str(folder)])
    assert "  - No exact point is asked for or kept, in any category." in result.output


def test_check_names_each_problem_in_a_line_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_lagunia(tmp_path)
    line = break_file(folder, "report = 30", "report = 0")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(country, ["check", "countries/lagunia/country.toml"])
    assert result.exit_code == 1
    assert result.output == (
        f"countries/lagunia/country.toml:{line}: `report` must be 1 or more\n"
    )


def test_check_of_the_folder_one_stands_in_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy_lagunia(tmp_path))
    result = CliRunner().invoke(country, ["check", "."])
    assert result.output.startswith("lagunia is fine")


def test_check_without_a_path_looks_at_all_countries() -> None:
    result = CliRunner().invoke(country, ["check"])
    assert result.exit_code == 0
    for folder in COUNTRIES.glob("*/country.toml"):
        assert f"{folder.parent.name} is fine" in result.output


def test_check_of_nothing_fails(tmp_path: Path) -> None:
    result = CliRunner().invoke(country, ["check", str(tmp_path / "gone")])
    assert result.exit_code == 1
    assert "there is no such file" in result.output


def test_list_shows_each_country_in_a_line() -> None:
    result = CliRunner().invoke(country, ["list"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == len(list(COUNTRIES.glob("*/country.toml")))
    assert "pilot" in result.output
