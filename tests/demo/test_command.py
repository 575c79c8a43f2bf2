"""`baraza demo` over a real data folder: filled once, cleared whole, careful with real people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, text

from bot import app, databases
from bot.app import House
from bot.cli import baraza
from bot.work.cleaned import Cleaned
from bot.work.media import clean
from storage import addresses, media
from tests.houses import migrated_file
from tests.media.photo_files import jpeg

SMALL = ("--days", "30", "--residents", "60")
TINY = ("--days", "10", "--residents", "12")
"""For every country at once."""
URUGUAY = ("--country", "uruguay", *SMALL)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    settle_in(data, monkeypatch)
    return data


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that `URUGUAY` filled, to be copied."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    with pytest.MonkeyPatch.context() as patched:
        settle_in(folder, patched)
        assert "uruguay: 60 residents" in told(*URUGUAY)
    return folder


@pytest.fixture(scope="module")
def filled_everywhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `filled`, by `TINY`."""
    folder = tmp_path_factory.mktemp("everywhere") / "data"
    with pytest.MonkeyPatch.context() as patched:
        settle_in(folder, patched)
        told(*TINY)
    return folder


@pytest.fixture
def town(data: Path, filled: Path) -> Path:
    """The data folder once it is filled."""
    shutil.copytree(filled, data, dirs_exist_ok=True)
    return data


@pytest.fixture
def towns(data: Path, filled_everywhere: Path) -> Path:
    """The data folder once every country that is served is filled."""
    shutil.copytree(filled_everywhere, data, dirs_exist_ok=True)
    return data


def settle_in(data: Path, patched: pytest.MonkeyPatch) -> None:
    """An empty folder, and a shell in it."""
    data.mkdir(mode=0o700)
    (data / "baraza.db").write_bytes(migrated_file())
    patched.setenv("BARAZA_DATA", str(data))
    patched.delenv("BARAZA_SECRET_KEY", raising=False)
    patched.delenv("BARAZA_COUNTRIES", raising=False)
    patched.chdir(data.parent)
    # One drawing of a kind shows all that six would.
    patched.setattr("bot.cli.demo.PICTURES_OF_A_KIND", 1)


def run(*words: str) -> Result:
    return CliRunner().invoke(baraza, ["demo", *words], catch_exceptions=False)


def told(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 1, result.output
    return result.output


def houses() -> Iterator[House]:
    with app.opened(app.read_environment(demo=True)) as house:
        yield house


def fetch(sql: str) -> list[tuple[Any, ...]]:
    for house in houses():
        return house.database.write_now(
            lambda connection: [tuple(row) for row in connection.execute(text(sql))]
        )
    raise AssertionError("no house")


def settle(pilot: bool) -> str:
    """A real resident with a real photo, whose name in the store is given back."""
    for house in houses():
        cleaned = clean(jpeg(), "image/jpeg")
        assert isinstance(cleaned, Cleaned)
        house.store.put(cleaned)
        house.database.write_now(move_in, pilot, cleaned, house.outside.clock())
        return cleaned.sha256
    raise AssertionError("no house")


def move_in(connection: Connection, pilot: bool, photo: Cleaned, now: datetime) -> None:
    addresses.add_address(
        connection,
        id="an address",
        bot="uruguay/web",
        hash=b"hash",
        cipher=b"cipher",
        key_id="key",
        now=now,
    )
    addresses.add_resident(
        connection,
        id="a resident",
        profile_id="a profile",
        address_id="an address",
        country="uruguay",
        language="es",
        channel="web",
        pilot=pilot,
        now=now,
    )
    media.add_media(
        connection,
        id="a photo",
        resident_id="a resident",
        conversation_id="a draft",
        kind="photo",
        name=photo.sha256,
        type=photo.type,
        size=len(photo.data),
        album="",
        created_at=now,
    )


def test_a_town_is_filled_and_its_photos_stand_in_the_store(town: Path) -> None:
    names = fetch("select distinct name, size from media")
    assert names
    for house in houses():
        for name, size in names:
            assert len(house.store.open(name)) == size
            assert isinstance(clean(house.store.open(name), "image/jpeg"), Cleaned)


def test_one_vote_is_over_with_its_result_and_one_is_open(town: Path) -> None:
    votes = fetch("select status, cleaned_at is not null, turnout from vote order by closes_at")
    assert [(status, cleaned) for status, cleaned, _turnout in votes] == [
        ("published", True),
        ("open", False),
    ]
    listed = CliRunner().invoke(baraza, ["vote", "list"]).output
    assert "tema" in listed, "organisers read questions in the country's first language"
    assert "Which theme" not in listed
    [(counted,)] = fetch("select count(*) from counted_ballot")
    [(sealed,)] = fetch("select count(*) from ballot")
    assert counted > sealed > 5
    [(open_code,)] = fetch("select code from vote where status = 'open'")
    keys = town / "keys" / "votes"
    assert [path.stem for path in keys.iterdir()] == [open_code]
    [(over,)] = fetch("select code from vote where status = 'published'")
    assert fetch("select subject, state from announcement where kind = 'result'") == [
        (over, "done")
    ]
    assert fetch("select count(*) from announced_picture")[0][0] >= 2, "a chart a language"
    told("clear")
    assert fetch("select count(*) from announced_picture") == [(0,)]
    assert fetch("select count(*) from vote") == [(0,)]
    assert not list(keys.iterdir())


def test_announcements_have_gone_out_and_ideas_have_come_in(town: Path) -> None:
    assert fetch("select distinct state from announcement") == [("done",)]
    assert {state for (state,) in fetch("select distinct state from delivery")} <= {
        "sent",
        "given up",
    }
    statuses = {status for (status,) in fetch("select distinct status from idea")}
    assert statuses & {"published", "accepted", "in progress", "done"}
    assert fetch("select count(*) from supporter")[0][0] > 0


def test_what_is_there_already_is_not_made_twice(town: Path) -> None:
    before = fetch("select * from report order by id")
    assert "is there already" in told(*URUGUAY, "--seed", "2")
    assert fetch("select * from report order by id") == before


def test_again_makes_it_anew_and_the_same_seed_makes_the_same(town: Path) -> None:
    first = fetch("select * from report order by id")
    told(*URUGUAY, "--seed", "2", "--again")
    assert fetch("select * from report order by id") != first
    told(*URUGUAY, "--again")
    assert fetch("select * from report order by id") == first


def test_again_for_one_country_leaves_the_towns_of_the_others(towns: Path) -> None:
    elsewhere = "select * from report where country <> 'uruguay' order by id"
    before = fetch(elsewhere)
    assert before
    told("--country", "uruguay", *TINY, "--seed", "2", "--again")
    assert fetch(elsewhere) == before


def test_without_a_country_every_one_that_is_served_is_filled(towns: Path) -> None:
    filled = {country for (country,) in fetch("select distinct country from resident")}
    for house in houses():
        assert filled == set(house.countries)


def test_a_country_that_is_not_served_is_refused_by_name(data: Path) -> None:
    assert "'atlantis' is not served" in refused("--country", "atlantis")


def test_clear_takes_every_made_up_row_and_picture_and_leaves_what_is_real(data: Path) -> None:
    real = settle(pilot=True)
    told(*URUGUAY)
    drawn = {name for (name,) in fetch("select name from media where demo")}
    assert drawn
    printed = told("clear")
    assert "60  resident" in printed
    assert "pictures" in printed
    for house in houses():
        assert list(house.store.names()) == [real]
    assert fetch("select id from resident") == [("a resident",)]
    assert fetch("select count(*) from report") == [(0,)]


def test_what_is_cleared_is_in_no_byte_of_the_files(town: Path) -> None:
    [(words,)] = fetch("select text from report where text <> '' limit 1")
    assert any(words.encode() in path.read_bytes() for path in town.glob("baraza.db*"))
    told("clear")
    kept = [path for path in town.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if words.encode() in path.read_bytes()]


def test_pictures_are_left_to_the_process_that_serves_the_folder(town: Path) -> None:
    with databases.alone(town):
        assert "erases their pictures within seconds" in told("clear")
    assert ("clean files",) in fetch("select name from task")


def test_nothing_is_made_up_beside_residents_of_a_live_country(data: Path) -> None:
    settle(pilot=False)
    assert "Residents of a live country" in refused(*URUGUAY)
    assert fetch("select count(*) from report") == [(0,)]
    assert "uruguay: 60 residents" in told(*URUGUAY, "--yes")


def test_a_trial_may_be_filled(data: Path) -> None:
    settle(pilot=True)
    assert "uruguay: 60 residents" in told(*URUGUAY)
