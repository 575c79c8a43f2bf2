"""A voice note that comes before a story is asked for."""

from __future__ import annotations

from sqlalchemy import Connection, text

from bot.domain.files import Lost
from bot.domain.inbound import Command, Input, Text
from tests.conversation.test_turns import heard, lines
from tests.fetchers import Channel
from tests.houses import SmallHouse
from tests.media import sound_files

AT_THE_PROBLEM: tuple[Input, ...] = (
    Command("start"), Text("English"), Text("yes"), Text("report"),
)  # fmt: skip
TO_THE_END = [Text(said) for said in ("Palermo", "skip", "skip", "2", "no", "send it")]


def _files(connection: Connection) -> list[tuple[object, ...]]:
    found = connection.execute(text("select state, type, report_id is not null from media"))
    return [tuple(row) for row in found]


async def test_it_is_the_story_of_the_report(house: SmallHouse, channel: Channel) -> None:
    house.take(*AT_THE_PROBLEM, channel.voice(sound_files.ogg(sound_files.opus(4))))
    await channel.fetch_all()
    assert lines(heard(house))[-2:] == [
        "Thank you, we have kept what you told us. Now choose what it is about.",
        "What is the problem?",
    ]
    house.take(Text("full bin"), *TO_THE_END)
    assert house.database.write_now(_files) == [("kept", "audio/ogg", 1)]


async def test_one_that_is_lost_is_asked_for_in_its_place(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PROBLEM, channel.voice(b"no sound"))
    channel.answers = [Lost("too_large")]
    await channel.fetch_all()
    house.take(Text("full bin"))
    assert lines(heard(house))[-1].startswith("Tell us what you see.")
