"""Votes by name, for transcripts; and what happens to one while people are in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.country import COUNTRIES
from bot.country.vote_files import load_vote
from bot.domain.country import Country
from bot.domain.messages import Name
from bot.domain.outside import Outside
from bot.domain.votes import Option, Vote, Who
from bot.keys import Keys
from bot.services import vote_course
from storage import votes
from tests.votes.elections import made_up


def _name(en: str, es: str) -> Name:
    return Name(es, (("es", es), ("en", en)))


def _option(key: str, en: str, es: str, cost: str = "0", emoji: str = "") -> Option:
    return Option(key, _name(en, es), cost=Decimal(cost), emoji=emoji)


_BENCH = _option("bench", "A bench", "Un banco", emoji="🪑")
_TREES = _option("trees", "Trees", "Árboles", emoji="🌳")
_LIGHTS = _option("lights", "Lights", "Luces", emoji="💡")
_ONE = {"most": 1, "method": "plurality", "options": (_BENCH, _TREES, _LIGHTS)}

SAMPLES: Mapping[str, Callable[[], Vote]] = {
    "one": lambda: made_up(key="one", **_ONE),
    "pictured": lambda: made_up(
        key="pictured", **_ONE | {"options": (replace(_BENCH, picture="f" * 64), _TREES)}
    ),
    "money": lambda: made_up(
        key="money",
        question=_name("What shall we pay for?", "¿Qué pagamos?"),
        options=(
            _option("lights", "Lights", "Luces", "1500.20"),
            _option("paths", "Paths", "Caminos", "2100.40"),
            _option("paint", "Paint", "Pintura", "900.00"),
        ),
        pot=Decimal("3600.60"),
        currency="UYU",
        method="greedy-skip",
        tie="cheapest",
    ),
    "adults": lambda: made_up(key="adults", **_ONE, who=Who()),
    "casavalle": lambda: made_up(
        key="casavalle", **_ONE, who=Who(adult=False, areas=("casavalle",))
    ),
    "names alone": lambda: made_up(key="names-alone", **_ONE, blank=False),
}


OPEN_FOR = timedelta(days=7)


def begin(
    connection: Connection, outside: Outside, keys: Keys, country: Country, name: str
) -> str:
    """Open a vote by its name, or the country's `own`, from now on for `OPEN_FOR`; its code."""
    vote = own_vote(country) if name == "own" else SAMPLES[name]()
    now = outside.clock().astimezone(ZoneInfo(vote.zone))
    code = vote_course.draw_code(connection, outside, country)
    keys.votes.create(code)
    vote = replace(vote, code=code, opens=now, closes=now + OPEN_FOR)
    done = vote_course.open_vote(connection, outside, keys, "ana", vote)
    assert isinstance(done, vote_course.Changed), done
    return code


def own_vote(country: Country) -> Vote:
    """The first vote of the country's folder."""
    [file, *_others] = sorted((COUNTRIES / country.key / "votes").glob("*.toml"))
    return load_vote(file, {country.key: country}).vote


def end(connection: Connection, outside: Outside, keys: Keys, code: str, publish: bool) -> None:
    """Close a vote whose time is over; `publish` its result, which wants it cleaned."""
    vote_course.close_due(connection, outside, keys)
    if publish:
        keys.votes.destroy(code)
        votes.mark_cleaned(connection, [code], outside.clock())
        done = vote_course.publish_vote(connection, outside, "ana", code)
        assert isinstance(done, vote_course.Changed), done


def withdraw(connection: Connection, outside: Outside, code: str, key: str, reason: str) -> None:
    """Take an option out of an open vote."""
    why = _name(reason, reason)
    done = vote_course.withdraw_option(connection, outside, "ana", code, key, why)
    assert isinstance(done, vote_course.Changed), done
