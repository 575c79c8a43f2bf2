"""What was in flight at a death, and nothing else, comes twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.responses import Response

from storage import outbox
from tests.telegram.indoors import driven
from tests.telegram.made_updates import ANA


class Death(BaseException):
    """The process ends here."""


def die() -> Response:
    raise Death


@pytest.mark.parametrize("after", [False, True])
async def test_a_death_among_several_replies_doubles_one_at_most(
    tmp_path: Path, after: bool
) -> None:
    async with driven(tmp_path) as life:
        life.api.say(ANA, text="/start")
        await life.go()
        life.api.press(ANA, "English")
        await life.take()
        before = len(life.api.texts(ANA))
        life.api.misbehave("sendMessage", die, skip=3, after=after)
        with pytest.raises(Death):
            await life.send()
        assert len(life.api.texts(ANA)) == before + 3 + after
        marked = life.house.database.write_now(
            lambda c: c.scalar(text("select count(*) from outbox where state = 'sending'"))
        )
        life.house.database.write_now(outbox.release_all, life.house.outside.clock())
        await life.send()
        said = life.api.texts(ANA)[before:]
        assert marked == len(said) - 3 - after
        assert len(said) - len(set(said)) == after
        assert "Do you agree to start?" in said[-1]
