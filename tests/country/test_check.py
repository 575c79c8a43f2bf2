"""`check_country` names what is wrong, in words and with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.country import CountryError, check_country, load_countries, load_country
from bot.country.protected import WORDS_MOST
from tests.country.lagunia import LAGUNIA, break_file, copy_lagunia, said, the_problem

LONG = "x" * 161

BROKEN = {
    # name: (what stands in the file, what it becomes, what is said)
    "an unknown key": ('region = "ZZ"', 'region = "ZZ"\ncapital = "W"', "`capital` is not known"),
    "a misspelt key": ("since = false", "sinse = false", "did you mean `since`?"),
    "an unknown heading": ("[report]", "[reports]", "did you mean `report`?"),
    "a text for a number": ("photos = 1", 'photos = "1"', "`photos` must be a number"),
    "a yes for a number": ("photos = 1", "photos = true", "`photos` must be a number"),
    "a part of a photo": ("photos = 1", "photos = 1.5", "`photos` must be a whole number"),
    "less than nothing": ("photos = 1", "photos = -1", "`photos` must be 0 or more"),
    "a number for a yes": ("since = false", "since = 0", "`since` must be true or false"),
    "a number for a text": ('version = "1"', "version = 1", "`version` must be a text"),
    "an empty text": ('question = "Do you agree?"', 'question = " "', "`question` is empty"),
    "a text for a list": (
        'level_names = ["District", "Quarter"]',
        'level_names = "District"',
        "`level_names` must be a list",
    ),
    "a missing key": ('region = "ZZ"\n', "", "`region` is missing"),
    "a missing heading": ('question = "Do you agree?"\n', "", "`question` is missing"),
    "a prefix with a look-alike": ('"LAG"', '"LOG"', "`prefix` must be 2 to 4 capital"),
    "a prefix with a digit": ('"LAG"', '"LA2"', "`prefix` must be 2 to 4 capital"),
    "a prefix of one letter": ('"LAG"', '"L"', "`prefix` must be 2 to 4 capital"),
    "a prefix of five letters": ('"LAG"', '"LAGUN"', "`prefix` must be 2 to 4 capital"),
    "a time zone": ('"UTC"', '"Europe/Lagunia"', "`Europe/Lagunia` is not a time zone"),
    "a time zone that is a path": ('"UTC"', '"../UTC"', "`../UTC` is not a time zone"),
    "a region": ('"ZZ"', '"Z1"', "`region` must be the two capital letters"),
    "a language without catalogue": (
        'languages = ["en"]\norg',
        'languages = ["en", "sw"]\norg',
        "there is no catalogue sw.po",
    ),
    "a language twice": (
        'languages = ["en"]\norg',
        'languages = ["en", "en"]\norg',
        "language twice",
    ),
    "no language": ('languages = ["en"]\norg', "languages = []\norg", "`languages` is missing"),
    "a spelling of no language": ("sw = ", "Swahili = ", "`Swahili` is not the code"),
    "a prompt over 160": ('"Where is it?"', f'"{LONG}"', "has 161 signs; 160 fit one message"),
    "a notice over 160": ("This chat is run by the town", LONG, "this line of `notices` has"),
    "a label over 24": ('"Boat sinks"', f'"{"x" * 25}"', "`label` has 25 signs; 24 fit"),
    "a description over 72": (
        '"A boat that takes in water."',
        f'"{"x" * 73}"',
        "`description` has 73 signs; 72 fit",
    ),
    "a placeholder that nothing fills": ('"Where is it?"', '"Where, {name}?"', "{name}, which"),
    "a stray bracket": ('"Where is it?"', '"Where { is it?"', "curly bracket"),
    "a hazard without its number": ("Call {number}.", "Call.", "`text` must say {number}"),
    "a hazard of no kind": ('emergency = "health"', 'emergency = "lava"', "of the kind `lava`"),
    "an emergency kind missing": (
        '[[emergency]]\nkind = "fire"\nnumber = "112"\nsource = "made up"\n',
        "",
        "no [[emergency]] of the kind `fire`",
    ),
    "an unknown emergency kind": (
        'kind = "fire"',
        'kind = "fires"',
        "`fires` is not known here; did you mean `fire`?",
    ),
    "an emergency kind twice": (
        'kind = "fire"',
        'kind = "police"',
        "`police` has a number already",
    ),
    "an emergency number": ('"112"', '"call 112"', "is not an emergency number"),
    "a help line without source": (
        'number = "+999 100-200"\nsource = "made up"\n',
        'number = "+999 100-200"\n',
        "`source` is missing",
    ),
    "a help line's number": ('"+999 100-200"', '"+999 LAKE"', "can be called"),
    "a date in quotes": ("tested = 2026-11-20", 'tested = "soon"', "`tested` must be a date"),
    "a date that is no day": ("2026-11-20", "2026-02-30", "2026-02-30 is not a date"),
    "a holiday that is no day": ("2026-12-24", "2026-13-24", "`2026-13-24` is not a date"),
    "a time of day": (
        'until = "07:00"\nweekend',
        'until = "7 o\'clock"\nweekend',
        "`quiet_until` must be a time of day",
    ),
    "a day of the week": ("weekend = [5]", "weekend = [8]", "`weekend` must be different days"),
    "quiet hours of no day of the week": ("days = [1, 3]", "days = [0]", "`days` must be"),
    "quiet hours that end as they begin": (
        'until = "14:00"',
        'until = "12:00"',
        "`until` is the same time as `from`",
    ),
    "quiet hours all day": (
        'days = [1, 3]\nfrom = "12:00"\nuntil = "14:00"',
        'from = "06:30"\nuntil = "21:01"',
        "leave no hour of any day",
    ),
    "a season without a name": ('name = "The regatta"\n', "", "`name` is missing"),
    "a season's name twice": (
        'name = "The regatta"',
        'name = "The high water"',
        "“The high water” is another season already",
    ),
    "a season that ends before it begins": (
        "until = 2026-02-27",
        "until = 2026-01-27",
        "it ends on 2026-01-27, before it begins on 2026-02-18",
    ),
    "a season of over 60 days": (
        "until = 2026-02-27",
        "until = 2026-04-19",
        "longer than 60 days",
    ),
    "a season with half its dates": (", until = 2026-02-27", "", "`until` is missing"),
    "a season without dates": (
        "dates = [{ from = 2026-02-20, until = 2026-02-20 }]\n",
        "",
        "`dates` is missing",
    ),
    "a season that meets itself": (
        "from = 2026-02-18, until = 2026-02-27",
        "from = 2025-03-10, until = 2025-03-12",
        "overlaps other dates of this season",
    ),
    "a season that misses a year": (
        "{ from = 2025-03-01, until = 2025-03-10 }",
        "{ from = 2024-03-01, until = 2024-03-10 }",
        "has no dates in 2025",
    ),
    "a season that misses the year of the holidays": (
        "  { from = 2026-02-18, until = 2026-02-27 },\n",
        "",
        "has no dates in 2026",
    ),
    "seasons with hours that meet": (
        "silent = true",
        'quiet = [{ from = "08:00", until = "09:00" }]',
        "overlaps “The high water”, 2026-02-18 to 2026-02-27",
    ),
    "a season of nothing": ("silent = true", "", "has either `quiet` hours of its own or"),
    "a season of both": (
        'quiet = [{ from = "16:00"',
        'silent = true\nquiet = [{ from = "16:00"',
        "has either `quiet` hours of its own or",
    ),
    "a season's hours on a weekday": (
        '{ from = "16:00", until',
        '{ days = [5], from = "16:00", until',
        "hours of a weekday stand in [[calendar.quiet]]",
    ),
    "a season without an open hour": (
        '{ from = "16:00", until = "20:00" }',
        '{ from = "07:30", until = "22:31" }',
        "leaves no hour of any day",
    ),
    "a level of places that there is not": (
        'region = "ZZ"',
        'region = "ZZ"\nfinest_shown = 3',
        "there are 2 levels of places",
    ),
    "a format of a language not spoken": (
        "[retention]",
        '[formats.sw]\ntime = "HH:mm"\n\n[retention]',
        "`sw` is not one of the country's `languages`",
    ),
    "a time that is no pattern": (
        "[retention]",
        '[formats.en]\ntime = "20:00"\n\n[retention]',
        "is not a time like HH:mm",
    ),
    "a time without its half of the day": (
        "[retention]",
        '[formats.en]\ntime = "h:mm"\n\n[retention]',
        "hours to 12 need their half",
    ),
    "an amount that is no pattern": (
        "[retention]",
        '[formats.en]\nmoney = "Rp 100"\n\n[retention]',
        "is not an amount like",
    ),
    "a sign of no currency": (
        "[retention]",
        '[formats.en]\nsymbols = { baht = "฿" }\n\n[retention]',
        "`baht` is not a currency like THB",
    ),
    "a retention below a day": ("report = 30", "report = 0", "`report` must be 1 or more"),
    "a key with capitals": ('"dirty_shore"', '"Dirty Shore"', "the key `Dirty Shore` may hold"),
    "a category's key twice": ('"dirty_shore"', '"boat_sinks"', "is another category's already"),
    "a label twice": ('"Dirty shore"', '"boat SINKS"', "means `boat_sinks` in the same list"),
    "an alias that is a label": ('["mud"]', '["boat sinks"]', "means `boat_sinks` in the same"),
    "a theme's key twice": (
        'key = "fish"',
        'key = "piers"',
        "the key `piers` is another theme's already",
    ),
    "a theme's label twice": ('label = "Fish"', 'label = "Jetty"', "means `piers` in the same"),
    "a theme's label over 24": ('"Piers and boats"', f'"{"x" * 25}"', "`label` has 25 signs"),
    "a single theme": (
        '[[themes]]\nkey = "fish"\nlabel = "Fish"\n',
        "",
        "1 themes; write 2 to 10, or none",
    ),
    "a theme with members": ('label = "Fish"', 'label = "Fish"\nmembers = []', "`members`"),
    "a limited group": (
        'label = "Lake"\n',
        'label = "Lake"\nlimited = true\n',
        "`limited` has no effect on a group",
    ),
    "a protected word of a language not spoken": (
        "[retention]",
        '[protected.words]\nsw = ["ubakaji"]\n\n[retention]',
        "`sw` is not one of the country's `languages`",
    ),
    "a protected word of two letters": (
        "[retention]",
        '[protected.words]\nen = ["*ab*"]\n\n[retention]',
        "“*ab*” is too short: 3 letters at least",
    ),
    "more protected words than anybody reads": (
        "[retention]",
        f"[protected.words]\nen = {['word'] * (WORDS_MOST + 1)}\n\n[retention]",
        f"{WORDS_MOST + 1} words; write {WORDS_MOST} at most",
    ),
    "private help that is off": (
        'region = "ZZ"',
        'region = "ZZ"\nprivate_help = false',
        "leads to private help, but",
    ),
    "live without a reader": (
        'region = "ZZ"',
        'region = "ZZ"\nlive = true',
        "nobody has signed `en`",
    ),
    "a reader of no language": (
        "[retention]",
        '[reviewed_by]\nsw = "Asha"\n\n[retention]',
        "`sw` is not one of the country's `languages`",
    ),
    "a place's key twice": ('"hills"', '"west"', "the key `west` is another place's already"),
    "a name twice in one parent": (
        'name = "Township", aliases',
        'name = "west", aliases',
        "“west” is here twice",
    ),
    "an alias that is another's name": ('["Harbour"]', '["Hills"]', "is the name of `hills`"),
    "an alias that is the name": ('["Harbour"]', '["TOWNSHIP"]', "is the name itself"),
    "a level without a name": ('["District", "Quarter"]', '["Quarter"]', "places have 2 levels"),
    "a centre off the earth": (
        'name = "West" }',
        'name = "West", centre = [91, 0] }',
        "in degrees",
    ),
}


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
