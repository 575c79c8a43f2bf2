"""The made-up town: the same for the same seed, marked in every row, like a real quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.app import LOCALES
from bot.demo import DemoWords, Filled, read_words
from bot.demo.team import WITHOUT_TARGET_DAYS
from bot.domain.codes import fold_code
from bot.domain.country import Country
from bot.domain.reports import Status, may_become
from storage import reports as report_rows
from tests.demo.towns import EMPTY, HANGING, MARKED, TODAY, made, rows
from tests.houses import SmallHouse, served, small_house

COUNTRIES = sorted(served()[0])


@dataclass(frozen=True, slots=True)
class Quarter:
    """A town of two months, only to be read."""

    country: Country
    house: SmallHouse
    filled: Filled
    words: DemoWords


@pytest.fixture(scope="module", params=COUNTRIES)
def quarter(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Quarter]:
    name: str = request.param
    for house in small_house(tmp_path_factory.mktemp(name)):
        filled = made(house, name, days=60, residents=80)
        words = read_words(LOCALES / "countries" / name, house.countries[name])
        yield Quarter(house.countries[name], house, filled, words)


def test_every_country_has_a_town(quarter: Quarter) -> None:
    filled = quarter.filled
    assert filled.residents == 80
    assert filled.reports > 10
    assert filled.changes > filled.reports
    assert filled.photos > 2


def test_the_same_seed_makes_the_same_rows(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for house in small_house(tmp_path / name):
            made(house)
            found.append(house.database.write_now(rows))
    assert found[0]["report"]
    assert found[0] == found[1]


def test_another_seed_makes_another_town(tmp_path: Path) -> None:
    found = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        for house in small_house(tmp_path / str(seed)):
            made(house, seed=seed)
            found.append(house.database.write_now(rows)["report"])
    assert found[0] != found[1]


def test_every_row_is_marked_or_hangs_off_one_that_is(big: SmallHouse) -> None:
    for table in MARKED:
        assert big.count(f"select count(*) from {table}") > 0, table
        assert big.count(f"select count(*) from {table} where not demo") == 0, table
    for table, of_the_town in HANGING.items():
        assert big.count(f"select count(*) from {table}") > 0, table
        assert big.count(f"select count(*) from {table} where not ({of_the_town})") == 0, table


def test_nothing_is_owed_and_nobody_can_be_reached(big: SmallHouse) -> None:
    for table in EMPTY:
        assert big.count(f"select count(*) from {table}") == 0, table


def test_nothing_is_left_that_fell_due_before_today(big: SmallHouse) -> None:
    moments = big.rows("select at from due")
    assert moments
    assert min(str(at) for (at,) in moments) > TODAY.isoformat()


def test_every_code_is_one_that_people_can_type(big: SmallHouse) -> None:
    codes = [code for (code,) in big.rows("select code from report")]
    assert codes
    assert [fold_code(code.lower(), "MVD") for code in codes] == codes


def test_every_status_is_met_and_each_change_is_allowed(big: SmallHouse) -> None:
    met = set()
    for (id,) in big.rows("select id from report"):
        updates = big.database.write_now(report_rows.updates_of, id)
        assert updates[0].status is Status.NEW
        for before, after in pairwise(updates):
            assert may_become(before.status, after.status)
            assert before.at <= after.at
        met |= {update.status for update in updates}
        row = big.database.write_now(report_rows.find_report_by_id, id)
        assert row is not None
        assert (row.status, row.status_at) == (updates[-1].status, updates[-1].at)
    assert met == set(Status)


def test_most_is_answered_within_its_target_and_some_is_not(big: SmallHouse) -> None:
    """Of reports whose target has passed; taken back or joined with another does not count."""
    targets = big.countries["uruguay"].categories_by_key()
    ends = "select report_id, min(at) from report_update where status in ('done', 'not ours')"
    ended = dict(big.rows(f"{ends} group by 1"))
    kept = []
    for id, category, told in big.rows(
        "select id, category, created_at from report where status not in ('merged', 'withdrawn')",
    ):
        days = targets[category].target_days or WITHOUT_TARGET_DAYS
        target = moment(told) + timedelta(days)
        if target < datetime.combine(TODAY, datetime.min.time(), UTC):
            kept.append(id in ended and moment(ended[id]) <= target)
    assert len(kept) > 150
    assert 0.8 <= sum(kept) / len(kept) <= 0.95


def moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def test_neighbours_say_the_same_and_say_what_is_not_fixed(big: SmallHouse) -> None:
    assert big.count("select count(*) from report where affected > 1") > 5
    kinds = {kind for (kind,) in big.rows("select distinct kind from addition")}
    assert kinds == {"backer", "not fixed"}
    counted = "select count(*) + 1 from backer where report_id = report.id"
    assert big.count(f"select count(*) from report where affected <> ({counted})") == 0


def test_a_fire_is_told_at_once_and_put_out_soon(big: SmallHouse) -> None:
    waits = big.rows(
        "select (julianday(min(u.at)) - julianday(r.created_at)) * 24 from report r"
        " join report_update u on u.report_id = r.id and u.status <> 'new'"
        " where r.category = 'burning_bin' group by r.id",
    )
    assert waits
    assert all(0 < float(hours) < 3 for (hours,) in waits)
    alerted = "select count(*) from alert where category = 'burning_bin' and report_id is not null"
    assert big.count(alerted) == len(waits)


def test_the_town_ends_as_today_begins_there(big: SmallHouse) -> None:
    newest = max(
        str(at)
        for table, column in (
            ("report_update", "at"),
            ("interaction", "at"),
            ("audit", "at"),
            ("resident", "created_at"),
        )
        for (at,) in big.rows(f"select max({column}) from {table}")
    )
    # Midnight in Montevideo is three in the morning, UTC.
    assert moment(newest) < datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
    assert moment(newest) > datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(1)


def test_everything_that_is_said_stands_in_the_country_s_file(quarter: Quarter) -> None:
    words = quarter.words
    said = {
        "report.text": [item.stories for item in words.categories.values()],
        "report.detail": [words.details],
        "addition.text": [item.stories for item in words.categories.values()] + [words.still],
        "person_request.words": [words.questions],
    }
    for where, lists in said.items():
        table, column = where.split(".")
        known = {line for lines in lists for spoken in lines.values() for line in spoken}
        found = {line for (line,) in quarter.house.rows(f"select {column} from {table}")}
        if where == "report.detail" and not quarter.country.report.point:
            assert found == {""}  # nobody is asked what it is near where only areas are kept
            continue
        assert found - {""}, where
        assert found - {""} <= known, where


def test_a_story_is_in_the_language_of_who_tells_it(quarter: Quarter) -> None:
    told = quarter.house.rows("select category, language, text from report where text <> ''")
    assert len(told) > 10
    for category, language, line in told:
        assert line in quarter.words.categories[category].stories[language]


def test_categories_keep_their_own_rules(house: SmallHouse) -> None:
    """No photo where nobody should go near, no point where a map of it may start a fight."""
    made(house, "kenya", days=90, residents=300)
    known = house.countries["kenya"].categories_by_key()
    found = house.rows(
        "select category, limited, lat is not null,"
        " exists (select 1 from media where report_id = report.id) from report",
    )
    assert {category for category, *_rest in found} >= {"wildlife_harm", "grazing_or_trees"}
    for category, limited, pointed, photographed in found:
        assert bool(limited) is known[category].limited
        assert not pointed or known[category].point
        assert not photographed or known[category].photos
