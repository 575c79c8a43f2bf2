"""A vote's file: a sound one is read, and everything else is named with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.country import COUNTRIES, CountryError
from bot.country.vote_files import OPTIONS_MOST, load_vote
from bot.country.vote_template import template
from bot.domain.country import Country
from tests.houses import served

ROOT = Path(__file__).resolve().parents[2]

SOUND = """\
key = "ravine-2026"
country = "uruguay"
owner = "The budget team"
opens = 2026-12-01T09:00:00
closes = 2026-12-14T20:00:00
method = "greedy-skip"
tie = "cheapest"
most = 2
pot = "3600.60"
currency = "UYU"

[question]
es = "¿Qué hacemos con la cañada?"
en = "What shall we do with the ravine?"

[who]
registered_before = 2026-11-30

[[options]]
key = "lights"
cost = "1500.20"
label = { es = "Luces", en = "Lights" }

[[options]]
key = "paths"
cost = "2100.40"
label = { es = "Caminos", en = "Paths" }
text = { es = "De la escuela al arroyo.", en = "From the school to the stream." }

[[options]]
key = "paint"
cost = 900
emoji = "🎨"
label = { es = "Pintura", en = "Paint" }
"""


@pytest.fixture
def countries() -> Mapping[str, Country]:
    return served()[0]


def problems(folder: Path, text: str, countries: Mapping[str, Country]) -> list[str]:
    file = folder / "vote.toml"
    file.write_text(text, "utf-8")
    try:
        load_vote(file, countries)
    except CountryError as error:
        return [f"{problem.line}: {problem.text}" for problem in sorted(error.problems)]
    return []


def test_a_sound_file_is_the_vote_it_says(
    tmp_path: Path, countries: Mapping[str, Country]
) -> None:
    assert problems(tmp_path, SOUND, countries) == []
    vote = load_vote(tmp_path / "vote.toml", countries).vote
    assert [option.key for option in vote.options] == ["lights", "paths", "paint"]
    assert vote.pot == vote.spent(["lights", "paths"]) == Decimal("3600.60")
    assert vote.opens.astimezone(UTC) == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert vote.who.registered_before is not None
    assert vote.who.registered_before.astimezone(UTC) == datetime(2026, 11, 30, 3, tzinfo=UTC)
    assert vote.question.within("en") == "What shall we do with the ravine?"
    assert vote.options[2].label.within("es") == "Pintura"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('key = "ravine-2026"\n', "", ["1: `key` is missing at the top of the file"]),
        ('"uruguay"', '"urugay"', ["2: `urugay` is not known here; did you mean `uruguay`?"]),
        ("2026-12-01T09:00:00", "2026-12-01", ["4: `opens` must be day and time like"]),
        ("2026-12-01T09:00:00", "2026-12-01T09:00:00Z", ["4: `opens` is read on the clocks"]),
        ("2026-12-14T20", "2026-12-01T09", ["5: `closes` is not after `opens`"]),
        ("2026-12-14T20", "9999-12-31T23", ["5: `closes` is not in a year from 1970 to 2999"]),
        ('"greedy-skip"', '"greedy"', ["6: `greedy` is not known here"]),
        ('"greedy-skip"', '"approval"', ["9: `approval` spends nothing"]),
        ('"cheapest"', '"lot"', ["7: the tie rule 'lot' is none of"]),
        ("most = 2", "most = 4", ["8: `most` is 4, more than 3 options"]),
        ('"3600.60"', "3600.60", ["9: write `pot` in quotes"]),
        ('"3600.60"', '"0.00"', ["9: a `pot` of 0 pays for nothing"]),
        ('"3600.60"', '"3,600"', ["9: '3,600' may mean two amounts"]),
        ("cost = 900", 'cost = "9.000"', ["32: '9.000' may mean two amounts: write it without"]),
        ('currency = "UYU"\n', "", ["1: `currency` is missing"]),
        ('"UYU"', '"pesos"', ["10: `currency` must be three capital letters"]),
        ('en = "What shall we do with the ravine?"\n', "", ["12: `question` is missing in `en`"]),
        ('en = "What', 'fr = "Quoi"\nen = "What', ["14: `fr` is not one of the country's"]),
        ("2026-11-30", '"soon"', ["17: `registered_before` must be a date"]),
        ("[who]\n", '[who]\nareas = ["nowhere"]\n', ["17: `nowhere` is not known here"]),
        ('cost = "1500.20"\n', "", ["19: `cost` is missing here"]),
        ('"2100.40"', '"3600.61"', ["26: costs more than the pot: cannot win"]),
        ('key = "paths"', 'key = "lights"', ["25: the key `lights` is another option's already"]),
        ('key = "paths"', 'key = "2"', ["25: the key `2` would be read as a number"]),
        ('"Lights"', '"**Lights**"', ["22: **Lights** would be read with its signs: write"]),
        ('"Lights"', '"<b>Lights</b>"', ["22: <b> would be read with its signs"]),
        ("the ravine?", "<a href=x>it</a>?", ["14: <a href=x> would be read with its signs"]),
        ('es = "Luces"', 'es = "Ponemos muchísimas luces!"', ["22: 25 signs; 24 fit"]),
        ('es = "Caminos"', 'es = "LUCES"', ["27: “LUCES” is what the option lights is called"]),
        ('en = "Paint"', 'en = "12"', ["34: “12” would be read as a number of the list"]),
        ('emoji = "🎨"', 'emoji = "art"', ["33: `emoji` must be one sign"]),
        ('emoji = "🎨"', 'picture = "no.jpg"', ["33: there is no file no.jpg beside this one"]),
        ('emoji = "🎨"', 'picture = "vote.toml"', ["33: vote.toml is no JPEG and no PNG"]),
        ('emoji = "🎨"', "color = 1", ["33: `color` is not known here"]),
    ],
)
def test_what_is_wrong_or_missing_is_named_with_its_line(
    tmp_path: Path,
    countries: Mapping[str, Country],
    before: str,
    after: str,
    said: list[str],
) -> None:
    assert before in SOUND
    found = problems(tmp_path, SOUND.replace(before, after, 1), countries)
    assert len(found) == len(said), found
    assert all(told.startswith(begin) for told, begin in zip(found, said, strict=True)), found


def test_a_cost_that_a_published_file_says_a_withdrawal_by_is_refused(
    tmp_path: Path, countries: Mapping[str, Country]
) -> None:
    large = SOUND.replace('"3600.60"', '"2000000000"')
    assert problems(tmp_path, large.replace("900", "999999998"), countries) == []
    [told] = problems(tmp_path, large.replace("900", "999999999"), countries)
    assert told.startswith("32: in the published file 999999999 says that it was withdrawn")


def test_everything_is_named_at_once(tmp_path: Path, countries: Mapping[str, Country]) -> None:
    broken = SOUND.replace("most = 2", "most = \ntypo").replace('"greedy-skip"', '"greedy"')
    found = problems(tmp_path, broken, countries)
    assert [line.partition(":")[0] for line in found] == ["6", "8", "9"]


def test_the_cheapest_come_first_only_where_something_costs(
    tmp_path: Path, countries: Mapping[str, Country]
) -> None:
    free = re.sub(r"(?m)^(pot|currency|cost) = .*\n", "", SOUND).replace("greedy-skip", "approval")
    [told] = problems(tmp_path, free, countries)
    assert told == "7: nothing has a cost here: choose file, or lot: and a seed"
    assert problems(tmp_path, free.replace('"cheapest"', '"lot:2027"'), countries) == []


def test_an_hour_that_clocks_skip_is_refused(
    tmp_path: Path, countries: Mapping[str, Country]
) -> None:
    text = SOUND.replace('tie = "', 'zone = "Europe/Berlin"\ntie = "')
    text = text.replace("2026-12-14T20:00:00", "2027-03-28T02:30:00")
    assert problems(tmp_path, text, countries)[0].startswith("5: clocks in Europe/Berlin skip")


@pytest.mark.parametrize(("count", "right"), [(1, False), (OPTIONS_MOST, True)])
def test_there_are_two_to_twenty_options(
    tmp_path: Path, countries: Mapping[str, Country], count: int, right: bool
) -> None:
    head = SOUND[: SOUND.index("[[options]]")].replace("most = 2", "most = 1")
    option = '[[options]]\nkey = "o{n}"\ncost = 1\nlabel = {{ es = "Uno {n}", en = "One {n}" }}\n'
    for more in (0, 1):
        text = head + "".join(option.format(n=n) for n in range(count + more))
        assert (problems(tmp_path, text, countries) == []) is (right ^ bool(more))


def test_a_new_file_lacks_nothing_but_its_texts(
    tmp_path: Path, countries: Mapping[str, Country]
) -> None:
    found = problems(tmp_path, template(countries["kenya"], "new-one"), countries)
    assert found
    assert all(line.endswith("is empty") for line in found)


def test_every_setting_stands_in_a_new_file_and_in_the_guide(
    tmp_path: Path, countries: Mapping[str, Country]
) -> None:
    unknown = SOUND.replace("[who]", "[who]\nzzz = 1").replace("cost = 900", "zzz = 1\ncost = 900")
    told = problems(tmp_path, "zzz = 1\n" + unknown, countries)
    names = {name for line in told for name in line.split("known are ")[1].split(", ")}
    assert len(told) == 3
    assert names >= {"about", "within_pot", "least", "zone", "ask_area", "picture"}
    new = template(countries["kenya"], "new-one")
    guide = (ROOT / "docs" / "organiser.md").read_text("utf-8")
    week = guide[guide.index("## Week 3") : guide.index("## Week 4")]
    for name in names:
        assert re.search(rf"^(# )?\[*{name}\b", new, re.M), name
        assert re.search(rf"\b{name}\b", week), name


def test_what_stands_as_a_comment_in_a_new_file_can_be_used(
    tmp_path: Path, countries: Mapping[str, Country]
) -> None:
    used = re.sub(
        r"^# (?=\S+ = |\[about\])", "", template(countries["kenya"], "new-one"), flags=re.M
    )
    found = problems(tmp_path, used.replace('"approval"', '"greedy-skip"'), countries)
    assert {line.split(": ")[1] for line in found if not line.endswith("is empty")} == {
        "there is no file one.jpg beside this one",
        "there is no file two.jpg beside this one",
        "the pot decides how many win",
    }


def test_a_broken_file_is_no_vote(tmp_path: Path, countries: Mapping[str, Country]) -> None:
    file = tmp_path / "vote.toml"
    file.write_bytes(b"key = \xff")
    with pytest.raises(CountryError, match="not UTF-8"):
        load_vote(file, countries)
    with pytest.raises(CountryError, match="cannot be read"):
        load_vote(tmp_path / "none.toml", countries)


def test_the_votes_of_the_countries_are_sound(countries: Mapping[str, Country]) -> None:
    for file in sorted(COUNTRIES.glob("*/votes/*.toml")):
        assert load_vote(file, countries).vote.country == file.parts[-3]
