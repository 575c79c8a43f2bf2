"""Files come after their turns: fetched once, cleaned and kept, or told to who sent them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from bot.domain.files import NOT_FETCHED, PHOTO_BYTES_MOST, Fetched, Lost, NotYet
from bot.domain.inbound import Command, Input, Text, Unusable
from bot.work.fetching import TRIED_FOR
from bot.work.receipts import backoff
from storage import media
from storage.database import Database
from storage.media import Home
from tests.conversation.test_turns import heard, lines
from tests.fetchers import Channel
from tests.houses import SmallHouse
from tests.media import sound_files
from tests.media.photo_files import jpeg

AT_THE_STORY: tuple[Input, ...] = (
    Command("start"), Text("English"), Text("yes"), Text("report"), Text("full bin"),
)  # fmt: skip
AT_THE_PHOTOS: tuple[Input, ...] = (
    *AT_THE_STORY, Text("It is full"), Text("Palermo"), Text("skip"),
)  # fmt: skip
TO_THE_END: tuple[Input, ...] = (
    Text("that is all"), Text("2"), Text("no"), Text("send it"),
)  # fmt: skip


def rows(house: SmallHouse, columns: str = "state, reason") -> list[tuple[object, ...]]:
    return house.database.write_now(rows_of, f"select {columns} from media order by id")


def rows_of(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(sql))]


async def clean(database: Database, channel: Channel) -> None:
    fetcher = channel.fetcher()
    await fetcher._keeper.erase_unused(database, fetcher._executor)


async def test_a_photo_counts_at_once_and_is_fetched_after_its_turn(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS)
    heard(house)
    house.take(channel.photo(jpeg()))
    assert lines(heard(house)) == ["We have {n} photo. Send more?"]
    assert rows(house) == [("waiting", None)]
    await channel.fetch_all()
    [(state, name, file)] = rows(house, "state, name, file")
    assert (state, file) == ("kept", None)
    assert list(channel.store.files) == [name]
    assert heard(house) == []
    await channel.fetch_all()
    assert channel.asked == [("uruguay/web", "AgACAgQ-0-secret")]


async def test_what_the_channel_calls_a_file_is_in_no_byte_of_the_database(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    assert await house.database.checkpoint()
    assert b"secret" not in house.path.read_bytes()


async def test_a_report_may_be_sent_while_its_photo_is_on_its_way(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()), *TO_THE_END)
    sql = "select id from report"
    report = house.database.write_now(lambda connection: connection.scalar(text(sql)))
    [filed] = house.database.write_now(media.media_of, Home(str(report)))
    assert (filed.state, filed.name) == ("waiting", "")
    await channel.fetch_all()
    [filed] = house.database.write_now(media.media_of, Home(str(report)))
    assert (filed.state, list(channel.store.files)) == ("kept", [filed.name])


async def test_a_photo_that_comes_after_the_report_was_cleared_is_not_cleared_with_it(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()), *TO_THE_END)
    set_now = "update report set cleared_at = created_at"
    house.database.write_now(lambda connection: connection.execute(text(set_now)).rowcount)
    await channel.fetch_all()
    assert house.database.write_now(rows_of, "select cleared_at from report") == [(None,)]


async def test_a_channel_that_is_away_is_asked_again_after_a_growing_wait(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    heard(house)
    channel.answers = [NotYet("not reached"), NotYet("retry_after", 40)]
    await channel.fetch_all()
    assert len(channel.asked) == 1
    assert rows(house) == [("waiting", "not reached")]
    house.later(seconds=backoff(1).total_seconds())
    await channel.fetch_all()
    assert len(channel.asked) == 2
    house.later(seconds=39)
    await channel.fetch_all()
    assert len(channel.asked) == 2
    house.later(seconds=1)
    await channel.fetch_all()
    assert rows(house) == [("kept", None)]
    assert heard(house) == []


async def test_a_file_that_cannot_be_had_for_a_day_is_given_up_and_told(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    heard(house)
    channel.answers = [NotYet("not reached"), NotYet("not reached")]
    house.later(seconds=TRIED_FOR.total_seconds() - 1)
    await channel.fetch_all()
    assert rows(house) == [("waiting", "not reached")]
    house.later(minutes=1)
    await channel.fetch_all()
    assert rows(house) == [("failed", NOT_FETCHED)]
    said = lines(heard(house))
    assert said[0] == "We could not get your file. Please send it again."
    assert said[1].startswith("Send a photo if it is safe")


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"", "empty", "That file is empty. Please send it again."),
        (b"not a photo at all", "not_a_photo",
         "We cannot take that kind of file. Please send a photo or words."),
        (jpeg()[:300], "broken", "That file is broken. Please send it again."),
        (b"x" * (PHOTO_BYTES_MOST + 1), "too_large",
         "That file is too large: {most} MB at most. Please send a smaller one."),
        (sound_files.ogg(sound_files.opus(3)), "broken",
         "That file is broken. Please send it again."),
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_told_in_one_line_and_its_question_asked_again(
    house: SmallHouse, channel: Channel, data: bytes, reason: str, line: str
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()), channel.photo(data))
    heard(house)
    await channel.fetch_all()
    assert rows(house) == [("kept", None), ("refused", reason)]
    assert lines(heard(house)) == [line, "We have {n} photo. Send more?"]
    house.take(*TO_THE_END)
    assert "Thank you. Your number is {code}." in lines(heard(house))
    assert rows(house, "report_id is not null") == [(1,), (1,)]
    await channel.fetch_all()
    assert len(channel.asked) == 2


async def test_a_photo_that_was_the_whole_story_is_asked_for_again(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_STORY, channel.photo(b"x"), Text("The photo is enough"))
    heard(house)
    await channel.fetch_all()
    said = lines(heard(house))
    assert said[0] == "We cannot take that kind of file. Please send a photo or words."
    assert said[1].startswith("Tell us what you see")
    house.take(Text("It is full"))
    assert lines(heard(house))[-1].startswith("Where is it?")


async def test_a_photo_lost_further_back_is_told_and_the_question_on_the_table_stays(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_STORY, channel.photo(b"x"), Text("It is full"))
    heard(house)
    await channel.fetch_all()
    said = lines(heard(house))
    assert said[0].startswith("One of your photos could not be kept.")
    assert said[1].startswith("Where is it?")


async def test_a_voice_note_lost_further_back_is_called_a_voice_note(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_STORY, Text("It is full"), channel.voice(b"no sound"))
    heard(house)
    await channel.fetch_all()
    said = lines(heard(house))
    assert said[0].startswith("One of your voice notes could not be kept.")
    assert said[1].startswith("Where is it?")


async def test_a_photo_lost_after_the_report_was_sent_is_told_with_its_code(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()), *TO_THE_END)
    heard(house)
    channel.answers = [Lost("too_large")]
    await channel.fetch_all()
    assert lines(heard(house)) == [
        "A photo that you sent with {code} could not be kept. The team knows of it."
    ]
    assert rows(house, "state, reason, report_id is not null, file") == [
        ("refused", "too_large", 1, None)
    ]


async def test_a_voice_note_is_a_whole_story(house: SmallHouse, channel: Channel) -> None:
    house.take(*AT_THE_STORY, channel.voice(sound_files.ogg(sound_files.opus(4))))
    assert lines(heard(house))[-1].startswith("Where is it?")
    await channel.fetch_all()
    [(state, kind, seconds)] = rows(house, "state, type, seconds")
    assert (state, kind) == ("kept", "audio/ogg")
    assert isinstance(seconds, float)
    assert abs(seconds - 4) < 0.1


async def test_who_is_forgotten_while_a_file_is_on_its_way_leaves_none_behind(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))

    def forget() -> None:
        house.take(Text("forget me"), Text("yes"))

    channel.meanwhile = forget
    await channel.fetch_all()
    assert rows(house) == []
    assert len(channel.store.files) == 1
    tasks = house.database.write_now(rows_of, "select name from task where name = 'clean files'")
    assert tasks == [("clean files",)]
    await clean(house.database, channel)
    assert channel.store.files == {}


async def test_a_draft_that_is_cancelled_while_its_photo_comes_keeps_no_file(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    channel.meanwhile = lambda: house.take(Text("cancel"))
    await channel.fetch_all()
    await clean(house.database, channel)
    assert (rows(house), channel.store.files) == ([], {})


async def test_what_a_process_was_fetching_when_it_died_is_fetched_by_the_next(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    assert house.database.write_now(media.take_due, house.now) is not None
    await channel.fetch_all()
    assert channel.asked == []
    house.later(seconds=media.LEASE.total_seconds())
    await channel.fetch_all()
    assert rows(house) == [("kept", None)]


async def test_a_start_fetches_at_once_what_was_under_way_and_nothing_that_must_wait(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()), channel.photo(jpeg()))
    channel.answers = [NotYet("retry_after", 60)]
    assert await channel.fetcher().fetch_next() is True
    assert house.database.write_now(media.take_due, house.now) is not None
    house.database.write_now(media.release_all, house.now)
    await channel.fetch_all()
    assert sorted(str(state) for (state, _reason) in rows(house)) == ["kept", "waiting"]
    due = await channel.fetcher().fetch_next()
    assert due == house.now + timedelta(seconds=60)


async def test_a_file_that_is_refused_before_it_is_fetched_is_noted_on_the_report(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_STORY, Text("It is full"), Unusable("too_large", "video"))
    said = lines(heard(house))
    assert said[-2] == "That file is too large. Please send a smaller one."
    assert said[-1].startswith("Where is it?")
    house.take(Text("Palermo"), Text("skip"), Text("skip"), Text("2"), Text("no"), Text("send it"))
    assert rows(house, "kind, state, reason, report_id is not null") == [
        ("video", "refused", "too_large", 1)
    ]
    await channel.fetch_all()
    assert channel.asked == []


async def test_a_sticker_is_no_file_that_staff_could_ask_for(house: SmallHouse) -> None:
    house.take(*AT_THE_STORY, Unusable("sticker"))
    assert rows(house) == []


async def test_a_download_without_end_is_cut_at_the_limit(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    channel.answers = [Fetched(bytes(PHOTO_BYTES_MOST + 1))]
    await channel.fetch_all()
    assert rows(house) == [("refused", "too_large")]
    assert channel.store.files == {}


async def test_a_death_in_the_middle_of_a_download_fetches_it_once_more(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    heard(house)
    on_its_way = asyncio.Event()
    channel.meanwhile, channel.until = on_its_way.set, asyncio.Event()
    dying = asyncio.create_task(channel.fetcher().fetch_next())
    await on_its_way.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    channel.until = None
    house.database.write_now(media.release_all, house.now)
    await channel.fetch_all()
    assert rows(house) == [("kept", None)]
    assert heard(house) == []


async def test_a_death_between_the_file_and_its_row_leaves_one_file(
    house: SmallHouse, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Death(BaseException):
        pass

    def die(*_values: object, **_more: object) -> None:
        raise Death

    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))
    with monkeypatch.context() as dying:
        dying.setattr(media, "keep", die)
        with pytest.raises(Death):
            await channel.fetcher().fetch_next()
    assert rows(house) == [("waiting", None)]
    assert len(channel.store.files) == 1
    house.database.write_now(media.release_all, house.now)
    await channel.fetch_all()
    [(state, name)] = rows(house, "state, name")
    assert (state, [name]) == ("kept", list(channel.store.files))


async def test_a_file_that_the_store_does_not_take_is_given_up_after_a_day_and_told(
    house: SmallHouse, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()))

    def refuses(_cleaned: object) -> str:
        raise PermissionError

    monkeypatch.setattr(channel.store, "put", refuses)
    await channel.fetch_all()
    assert rows(house) == [("waiting", "failing")]
    house.later(seconds=TRIED_FOR.total_seconds())
    heard(house)
    await channel.fetch_all()
    assert rows(house) == [("failed", NOT_FETCHED)]
    assert heard(house) != []
    assert len(channel.asked) == 2
