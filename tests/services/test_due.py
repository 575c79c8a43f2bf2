"""What falls due: each by itself, so that one that cannot be done holds up no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from bot.domain.outside import Outside
from bot.services import upkeep
from storage import due, later
from storage.errors import Away
from tests.houses import SmallHouse

BROKEN, WHOLE = "a kind that fails", "a kind that is done"


class Acts:
    """Two kinds of due work, of which the first fails as long as it has something to raise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: Exception | None = ValueError("a mistake of ours")
        self.done: list[str] = []
        monkeypatch.setattr(upkeep, "_ACTS", {BROKEN: self.fail, WHOLE: self.do})

    def fail(self, connection: Connection, _outside: Outside, subject: str) -> None:
        due.put(connection, "written before it failed", subject, _outside.clock())
        later.kick(connection, "kicked before it failed")
        if self.error is not None:
            raise self.error
        self.done.append(subject)

    def do(self, _connection: Connection, _outside: Outside, subject: str) -> None:
        self.done.append(subject)


def kinds(connection: Connection) -> list[str]:
    return sorted(connection.scalars(text("select kind from due")))


async def test_what_cannot_be_done_holds_up_no_other_and_is_tried_again(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    acts = Acts(monkeypatch)
    await house.database.write(due.put, BROKEN, "first", house.now)
    await house.database.write(due.put, WHOLE, "second", house.now)
    while await house.database.write(upkeep.do_due, house.outside):
        pass
    assert acts.done == ["second"]
    assert await house.database.read(kinds) == [BROKEN]
    assert "kicked before it failed" not in {kick.task for kick in house.kicks}
    assert BROKEN in caplog.text
    acts.error = None
    house.now += upkeep.AGAIN_AFTER - timedelta(seconds=1)
    await house.database.write(upkeep.do_due, house.outside)
    assert acts.done == ["second"]
    house.later(seconds=1)
    await house.database.write(upkeep.do_due, house.outside)
    assert acts.done == ["second", "first"]


async def test_a_database_that_is_away_puts_nothing_off(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = Acts(monkeypatch)
    acts.error = Away("the database server cannot be reached")
    await house.database.write(due.put, BROKEN, "first", house.now)
    with pytest.raises(Away):
        await house.database.write(upkeep.do_due, house.outside)
    acts.error = None
    await house.database.write(upkeep.do_due, house.outside)
    assert acts.done == ["first"]
