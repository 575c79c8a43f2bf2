"""`check_country` names what is wrong, in words and with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.country import CountryError, check_country, load_countries, load_country
from tests.country.broken import BROKEN
from tests.country.lagunia import LAGUNIA, break_file, copy_lagunia, said, the_problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_lagunia(tmp_path)


@pytest.mark.parametrize("case", BROKEN)
def test_names_the_file_and_the_line_of(case: str, folder: Path) -> None:
    was, becomes, words = BROKEN[case]
    line = break_file(folder, was, becomes)
    problems = check_country(folder)
    matching = [problem for problem in problems if words in problem.text]
    assert matching, problems
    assert matching[0].file == folder / "country.toml"
    # What is missing is told at the heading it is missing under, which stands above.
    if "missing" in words or "no [[emergency]]" in words:
        assert matching[0].line <= line
    elif becomes.count("\n") == was.count("\n"):
        assert matching[0].line in (line, line - 1, line - 2), "the item, or the heading above it"
    with pytest.raises(CountryError):
        load_country(folder)


def test_a_country_with_protected_words_is_live_once_a_partner_has_signed_them(
    folder: Path,
) -> None:
    break_file(folder, 'region = "ZZ"', 'region = "ZZ"\nlive = true')
    words = '[reviewed_by]\nen = "Ana"\n\n[protected.words]\nen = ["rape"]\n\n'
    break_file(folder, "[retention]", f"{words}[retention]")
    assert said(folder) == ["no partner has signed the words of [protected]"]
    signed = '[protected]\nreviewed_by = "Eva"\n\n[protected.words]'
    break_file(folder, "[protected.words]", signed)
    assert said(folder) == []


def test_whole_lagunia_is_fine() -> None:
    assert check_country(LAGUNIA) == []


def test_texts_at_the_limit_are_fine(folder: Path) -> None:
    break_file(folder, '"Where is it?"', f'"{"x" * 160}"')
    break_file(folder, '"Boat sinks"', f'"{"x" * 24}"')
    break_file(folder, '"A boat that takes in water."', f'"{"x" * 72}"')
    assert said(folder) == []


def test_a_prompt_is_measured_in_utf16_units(folder: Path) -> None:
    break_file(folder, '"Where is it?"', f'"{"x" * 158}🌊"')
    assert said(folder) == []
    break_file(folder, "x" * 158, "x" * 159)
    assert said(folder) == ["`place_question` has 161 signs; 160 fit one message"]


def test_a_label_is_measured_in_signs_as_people_count_them(folder: Path) -> None:
    break_file(folder, '"Boat sinks"', f'"{"x" * 23}👩🏽\u200d🌾"')
    assert said(folder) == []


def test_everything_wrong_is_named_at_once(folder: Path) -> None:
    break_file(folder, '"LAG"', '"lag"')
    break_file(folder, "report = 30", "report = 0")
    break_file(folder, '"UTC"', '"Nowhere"')
    assert len(check_country(folder)) == 3


def test_a_key_given_twice_does_not_hide_the_rest(folder: Path) -> None:
    line = break_file(folder, 'region = "ZZ"', 'region = "ZZ"\nregion = "YY"') + 1
    break_file(folder, "report = 30", "report = 0")
    problems = check_country(folder)
    assert [problem.text for problem in problems] == [
        "`region` stands here a second time",
        "`report` must be 1 or more",
    ]
    assert problems[0].line == line


def test_a_heading_given_twice_does_not_hide_the_rest(folder: Path) -> None:
    break_file(folder, "[retention]", "[report]\nvoice = 7\n\n[retention]")
    break_file(folder, "report = 30", "report = 0")
    assert said(folder) == [
        "the heading [report] stands here a second time",
        "`report` must be 1 or more",
    ]


def test_a_key_twice_in_one_row_is_named(folder: Path) -> None:
    line = break_file(folder, 'name = "West" }', 'name = "West", name = "East" }')
    (folder / "areas.geojson").unlink()
    break_file(folder, "since = false", "since = false\npoint = false")
    problem = the_problem(folder)
    assert (problem.line, problem.text) == (line + 1, "`name` stands twice in this line")


def test_a_broken_line_is_not_called_missing_too(folder: Path) -> None:
    line = break_file(folder, 'region = "ZZ"', "region = ZZ")
    problem = the_problem(folder)
    assert problem.line == line
    assert problem.text.startswith("not TOML: ")


def test_a_list_left_open_is_one_problem(folder: Path) -> None:
    break_file(folder, '["District", "Quarter"]', '["District", "Quarter"')
    assert the_problem(folder).text.startswith("not TOML: Unclosed array")


def test_an_empty_file_names_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "country.toml").touch()
    told = said(tmp_path)
    assert "`[country]` is missing at the top of the file" in told
    assert "there is no category: add [[categories]]" in told
    assert "there is no place: add [[places]]" in told


def test_a_table_that_is_a_text_is_named(folder: Path) -> None:
    (folder / "country.toml").write_text('country = "Lagunia"', "utf-8")
    assert "`country` must be a table of names and values" in said(folder)


def test_a_folder_without_a_country_is_named(tmp_path: Path) -> None:
    assert the_problem(tmp_path).text == "there is no such file"


def test_a_file_in_another_encoding_is_named_by_its_line(folder: Path) -> None:
    (folder / "country.toml").write_bytes('# one\nname = "Ñu"\n'.encode("latin-1"))
    problem = the_problem(folder)
    assert (problem.line, problem.text) == (2, "not UTF-8: save the file with that encoding")


def test_a_mark_before_the_first_line_is_no_mistake(folder: Path) -> None:
    for file in (folder / "country.toml", folder / "areas.geojson"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert said(folder) == []
    assert load_country(folder).key == "lagunia"


def test_a_map_in_another_encoding_is_named_by_its_line(folder: Path) -> None:
    (folder / "areas.geojson").write_bytes('{\n"name": "Ñu"}\n'.encode("latin-1"))
    problem = the_problem(folder)
    assert (problem.file.name, problem.line) == ("areas.geojson", 2)
    assert problem.text == "not UTF-8: save the file with that encoding"


def test_languages_are_compared_with_the_house_where_it_lists_them(folder: Path) -> None:
    (folder.parents[1] / "languages.toml").write_text('[id]\nold_codes = ["in"]\n', "utf-8")
    (folder / "in.po").touch()
    break_file(folder, '\nlanguages = ["en"]', '\nlanguages = ["in"]')
    assert said(folder) == [
        "`in` is an old code; write `id`",
        "`en` has no entry in locales/languages.toml",
    ]


def test_a_place_without_centre_is_named_where_there_is_no_map(folder: Path) -> None:
    (folder / "areas.geojson").unlink()
    assert said(folder) == [
        f"`{key}` has no `centre`, so no point is ever in it"
        for key in ("west", "township-shore", "township-hills")
    ]


def test_a_country_that_takes_no_points_needs_neither_map_nor_centres(folder: Path) -> None:
    (folder / "areas.geojson").unlink()
    break_file(folder, "since = false", "since = false\npoint = false")
    assert said(folder) == []


def test_eleven_categories_do_not_fit_a_list(folder: Path) -> None:
    more = "".join(f'\n[[categories]]\nkey = "c{n}"\nlabel = "L{n}"\n' for n in range(8))
    break_file(folder, '\n[[places]]\nkey = "shore"', f'{more}\n[[places]]\nkey = "shore"')
    assert said(folder) == []
    break_file(
        folder,
        '[[categories]]\nkey = "c0"',
        '[[categories]]\nkey = "d"\nlabel = "D"\n\n[[categories]]\nkey = "c0"',
    )
    assert said(folder) == ["11 categories side by side; 10 fit a list"]


def test_the_problems_of_all_countries_come_together(tmp_path: Path) -> None:
    copy_lagunia(tmp_path)
    (tmp_path / "countries" / "empty").mkdir()
    (tmp_path / "countries" / "empty" / "country.toml").write_text("x", "utf-8")
    with pytest.raises(CountryError) as caught:
        load_countries(tmp_path / "countries", ["lagunia", "empty", "gone"])
    assert [problem.file.parent.name for problem in caught.value.problems] == ["empty", "gone"]
    assert str(caught.value).count("\n") == 1


@pytest.mark.parametrize("prefix", ["LAG", "LA", "LAGU"])
def test_a_prefix_that_begins_anothers_is_refused(folder: Path, prefix: str) -> None:
    other = folder.parent / "islands"
    other.mkdir()
    (other / "country.toml").write_text(f'[country]\nprefix = "{prefix}"\n', "utf-8")
    assert said(folder) == [f"`LAG` and `{prefix}` of islands: codes of one read as the other's"]
    (other / "country.toml").write_text('[country]\nprefix = "LGA"\n', "utf-8")
    assert said(folder) == []
