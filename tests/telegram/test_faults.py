"""A report with a voice note and an album over the web hook, on each database, whatever goes wrong
with what is sent and fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.conversation.pieces import WAIT
from bot.pictures import demo_photo
from tests.media import sound_files
from tests.postgres import POSTGRES, SQLITE
from tests.telegram.api import html_error, too_many
from tests.telegram.life import ANA
from tests.telegram.living import Living, living
from tests.telegram.residents import OF_THE_RUN
from tests.telegram.state import Fault, Odd

PHOTOS = [demo_photo("bin_full", number) for number in (1, 2)]
VOICE = sound_files.ogg(sound_files.opus(4))

LONGEST = 10
"""Seconds that Telegram asks to wait, and longer than any other wait of a first try."""

UNDER_WAY = (
    "select (select count(*) from media where state = 'waiting')"
    " + (select count(*) from outbox where state <> 'sent')"
)

Trouble = Sequence[tuple[str, Odd | str]]

SENDING: Trouble = (
    ("sendMessage", lambda: too_many(LONGEST)),
    ("sendMessage", html_error),
    ("editMessageReplyMarkup", html_error),
)
FETCHING: Trouble = (
    ("getFile", html_error),
    ("getFile", lambda: too_many(LONGEST)),
    ("download", "half"),
    ("download", html_error),
)


async def report(life: Living, trouble: Trouble) -> list[str]:
    """A whole report, each answer of which meets the trouble; all that was read."""

    async def meet(act: Callable[[], object], *methods: str) -> None:
        """What fails on the way of an act is tried again until nothing does."""
        life.api.faults = [Fault(name, how) for name, how in trouble if name in methods]
        act()
        await life.settled()
        await life.later(seconds=WAIT.total_seconds())
        while any(fault.times for fault in life.api.faults) or await life.count(UNDER_WAY):
            await life.later(seconds=LONGEST)

    await life.start(ANA)
    await life.press(ANA, "Report a problem", "Bins")
    await meet(lambda: life.api.press(ANA, "Full bin"), "sendMessage", "editMessageReplyMarkup")
    file = life.api.keep_file(VOICE)
    voice = {"file_id": file, "file_unique_id": "v", "duration": 4, "mime_type": "audio/ogg"}
    await meet(lambda: life.api.say(ANA, voice=voice), "getFile", "download")
    await life.say(ANA, "Palermo", "skip")
    await meet(
        lambda: [life.api.photo(ANA, photo, media_group_id="77") for photo in PHOTOS],
        "sendMessage",
        "getFile",
        "download",
    )
    await life.press(ANA, "That is all", "This week", "Not sure", "Send it")
    return [OF_THE_RUN.sub("…", text) for text in life.api.texts(ANA)]


@pytest.mark.parametrize("engine", [POSTGRES, pytest.param(SQLITE, marks=pytest.mark.long)])
async def test_a_report_with_its_files_arrives_whatever_goes_wrong_on_the_way(
    engine: str, tmp_path: Path
) -> None:
    calm, troubled = tmp_path / "calm", tmp_path / "troubled"
    calm.mkdir()
    troubled.mkdir()
    async with living(calm) as life:
        wanted = await report(life, ())
    async with living(troubled, "hook", engine=engine) as life:
        assert await report(life, (*SENDING, *FETCHING)) == wanted
        kept = "select count(*) from media where report_id is not null and state = 'kept'"
        assert await life.count(kept) == 3
        assert await life.count("select count(*) from outbox where state <> 'sent'") == 0
