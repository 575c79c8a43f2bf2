"""A town in which the neighbours have come in already: lived once, and copied for every seed."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from tests.world.acting import begin
from tests.world.database import Files, close_left, empty_database, put_files
from tests.world.matters import neighbours
from tests.world.outdoors import Outdoors
from tests.world.people import Move
from tests.world.plans import Doing, Step
from tests.world.telegram import Telegram
from tests.world.town import Town


@lru_cache(maxsize=1)
def inhabited() -> tuple[Files, Outdoors]:
    """Its files and all that is outside; to be copied before it is used."""
    people = {who.name: who for who in neighbours()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.db"
        put_files(path, (empty_database(), b""))
        town = Town(path, "inhabited", Outdoors(Telegram(lambda: 0.0)))
        try:
            for moves in ("/start", "language", "yes"):
                doings = [
                    Doing(who.name, (_move(moves, who.language),)) for who in people.values()
                ]
                begin(town.outdoors, people, Step(tuple(doings)))
                town.go()
            town.database.checkpoint_now()
            return town.keep_files(), town.outdoors
        finally:
            town.die()
            close_left(Path(folder))


def _move(what: str, language: str) -> Move:
    if what == "language":
        return Move({"es": "español", "en": "English"}[language], language)
    return Move(what, "" if what.startswith("/") else what)
