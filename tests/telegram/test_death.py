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


@pytest.mark.parametrize("skip", [0, 1])
async def test_a_death_at_a_question_with_its_keyboard_doubles_one_message(
    tmp_path: Path, skip: int
) -> None:
    """The place is asked for with two messages: it dies once the first stands there, or both."""
    async with driven(tmp_path) as life:
        for said in ("/start", "English", "yes", "report", "full bin"):
            life.api.say(ANA, text=said)
            await life.go()
        life.api.say(ANA, text="The bin is full and it smells")
        await life.take()
        before = len(life.api.texts(ANA))
        life.api.misbehave("sendMessage", die, skip=skip, after=True)
        with pytest.raises(Death):
            await life.send()
        life.house.database.write_now(outbox.release_all, life.house.outside.clock())
        await life.send()
        said_after = life.api.texts(ANA)[before:]
        here, where = said_after[0], said_after[-1]
        assert "with the button below" in here
        assert "Where is it?" in where
        assert said_after == ([here, here, where] if skip == 0 else [here, where, where])
