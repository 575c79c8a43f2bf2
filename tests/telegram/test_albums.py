"""Albums, voices and files as Telegram's people send them, over the loopback Bot API."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from bot import app
from bot.conversation.pieces import WAIT
from bot.pictures import demo_photo
from tests.media import sound_files
from tests.telegram.indoors import driven
from tests.telegram.life import ANA, Life, at_the_menu

WHERE = [
    "You can also send where you are now, with the button below.",
    "Where is it? Send your location, type the neighbourhood, or pick from the list.",
]
"""The one question that follows a story."""

PHOTOS = [demo_photo("bin_full", number) for number in (1, 2, 3)]


async def moment(life: Life) -> None:
    """Take what was said, and let the time go by in which more might come."""
    await life.go()
    life.house.later(seconds=WAIT.total_seconds())
    database, conversations = life.house.database, life.house.conversations
    while await database.write(conversations.take_waited) is True:
        continue
    while await life.fetcher.fetch_next() is True:
        continue
    while await life.sender.send_ready():
        continue


async def at_the_story(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Bins", "Full bin")


async def to_the_end(life: Life) -> None:
    life.api.say(ANA, location={"latitude": -34.9061, "longitude": -56.1851})
    await life.go()


async def test_an_album_with_its_caption_on_the_second_is_one_report_with_one_reply(
    life: Life,
) -> None:
    await at_the_story(life)
    before = len(life.api.texts(ANA))
    for number, photo in enumerate(PHOTOS):
        caption = "full since Friday" if number == 1 else None
        life.api.photo(ANA, photo, media_group_id="77", caption=caption)
    await moment(life)
    assert life.api.texts(ANA)[before:] == WHERE
    await to_the_end(life)
    await life.press(ANA, "This week", "Not sure")
    assert "full since Friday" in life.api.texts(ANA)[-1]
    await life.press(ANA, "Send it")
    sql = "select count(*) from media where report_id is not null and state = 'kept'"
    assert life.count(sql) == 3
    assert life.count("select count(*) from report where text = 'full since Friday'") == 1


async def test_parts_on_a_slow_line_join_the_report_that_was_sent(life: Life) -> None:
    await at_the_story(life)
    await life.say(ANA, "It is full")
    await to_the_end(life)
    life.api.photo(ANA, PHOTOS[0], media_group_id="77")
    await moment(life)
    await life.press(ANA, "That is all", "This week", "Not sure", "Send it")
    sent = len(life.api.texts(ANA))
    for photo in PHOTOS[1:]:
        life.house.later(seconds=5)
        life.api.photo(ANA, photo, media_group_id="77")
        await moment(life)
    [note] = life.api.texts(ANA)[sent:]
    assert note.startswith("We added your photo to MVD-")
    assert life.count("select count(*) from report") == 1
    sql = "select count(*) from media where report_id is not null and state = 'kept'"
    assert life.count(sql) == 3


async def test_a_pasted_text_of_6000_letters_is_one_story(life: Life) -> None:
    await at_the_story(life)
    before = len(life.api.texts(ANA))
    life.api.say(ANA, text="a" * 4096)
    life.api.say(ANA, text="b" * 1904)
    await life.go()
    assert life.api.texts(ANA)[before:] == WHERE


async def test_a_voice_note_is_a_story_and_comes_without_what_it_carried(life: Life) -> None:
    await at_the_story(life)
    data = sound_files.ogg(sound_files.opus(4))
    life.api.say(ANA, voice={"file_id": life.api.keep_file(data), "file_unique_id": "v",
                             "duration": 4, "mime_type": "audio/ogg"})  # fmt: skip
    await life.go()
    assert life.api.texts(ANA)[-1].startswith("Where is it?")
    assert life.count("select count(*) from media where kind = 'voice' and state = 'kept'") == 1


async def test_a_voice_note_of_more_than_two_minutes_is_told_and_not_fetched(life: Life) -> None:
    await at_the_story(life)
    voice = {"file_id": "x", "file_unique_id": "v", "duration": 121, "mime_type": "audio/ogg"}
    life.api.say(ANA, voice=voice)
    await life.go()
    told = life.api.texts(ANA)[-2]
    assert told == "That is too long. Please say it in less than two minutes."


@pytest.mark.parametrize("tells", [True, False], ids=["with its size", "without"])
async def test_a_file_over_the_limit_is_told_and_the_flow_goes_on(life: Life, tells: bool) -> None:
    await at_the_story(life)
    await life.say(ANA, "It is full")
    await to_the_end(life)
    file = life.api.keep_file(b"x", 89_704_028)
    size = {"file_size": 89_704_028} if tells else {}
    document = {"file_id": file, "file_unique_id": "d", "mime_type": "image/png", **size}
    life.api.say(ANA, document=document)
    await moment(life)
    told = "That file is too large: 10 MB at most. Please send a smaller one."
    assert life.api.texts(ANA).count(told) == 1
    assert life.api.texts(ANA)[-1].startswith("Send a photo if it is safe")
    await life.press(ANA, "Skip", "This week", "Not sure", "Send it")
    asked = [call for call in life.api.calls if call.method.lower() == "getfile"]
    assert len(asked) == (0 if tells else 1)
    sql = "select count(*) from media where report_id is not null and reason = 'too_large'"
    assert life.count(sql) == 1
    assert life.count("select count(*) from report where text = 'It is full'") == 1


async def test_a_download_that_hangs_keeps_nobody_waiting(life: Life) -> None:
    await at_the_story(life)
    await life.say(ANA, "It is full")
    await to_the_end(life)
    life.api.photo(ANA, PHOTOS[0])
    await life.poller.poll(0)
    while await life.sender.send_ready():
        continue
    # Nothing was fetched yet, and the photo counts already.
    assert life.api.texts(ANA)[-1].startswith("We have 1 photo.")
    assert life.count("select count(*) from media where state = 'waiting'") == 1


async def test_nobody_waits_for_the_photos_of_others_to_be_cleaned(tmp_path: Path) -> None:
    loop, clean = asyncio.get_running_loop(), threading.Event()
    async with driven(tmp_path) as life:
        cleaned = [
            loop.run_in_executor(life.house.executor, clean.wait) for _thread in range(app.THREADS)
        ]
        try:
            async with asyncio.timeout(30):
                await life.start(ANA)
        finally:
            clean.set()
            await asyncio.gather(*cleaned)
        assert "What would you like to do?" in life.api.texts(ANA)
