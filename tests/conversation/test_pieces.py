"""An album is one answer however late its parts come, and so is a text that came in pieces."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bot.conversation import Conversations
from bot.conversation.pieces import NEARLY_FULL, WAIT, Piece
from bot.conversation.turn import Turn
from bot.domain.inbound import MAX_WORDS, Attachment, Command, Input, Text, Unusable
from bot.domain.operations import Tell
from bot.flows.questions.told import MAX_STORY
from bot.services.stuck import SORRY
from storage.errors import Busy
from tests.conversation.test_turns import heard, lines
from tests.examples import examples
from tests.houses import SmallHouse, small_house

AT_THE_STORY: tuple[Input, ...] = (
    Command("start"), Text("English"), Text("yes"), Text("report"), Text("full bin"),
)  # fmt: skip
TO_THE_PHOTOS: tuple[Input, ...] = (Text("It is full"), Text("Palermo"), Text("skip"))
TO_THE_END: tuple[Input, ...] = (Text("2"), Text("no"), Text("send it"))


def say(house: SmallHouse, *inputs: Input, who: str = "ana", country: str = "uruguay") -> None:
    """As a channel that hands long things over in pieces."""
    for input in inputs:
        house.updates += 1
        inbound = replace(
            house.inbound(input, who=who, country=country),
            in_pieces=True,
            echo=False,
            ref=str(house.updates),
        )
        house.database.write_now(house.conversations.take_turn, inbound)


def wait(house: SmallHouse) -> None:
    """The moment goes by in which a rest might come."""
    house.later(seconds=WAIT.total_seconds())
    while house.database.write_now(house.conversations.take_waited) is True:
        continue


def part(number: int, caption: str = "", album: str = "al") -> Attachment:
    name = f"{number:064x}"
    return Attachment(
        "photo", name, "image/jpeg", 9, album=album, caption=caption, position=number
    )


def rows(house: SmallHouse, sql: str) -> list[tuple[object, ...]]:
    return house.database.write_now(_rows, sql)


def _rows(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(sql))]


POSITIONS = "select position from media where report_id is not null and state = 'kept' order by 1"


def test_an_album_is_one_answer_with_one_reply(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, *TO_THE_PHOTOS)
    heard(house)
    say(house, part(1))
    house.later(seconds=WAIT.total_seconds() / 2)
    say(house, part(2))
    house.later(seconds=WAIT.total_seconds() / 2)
    assert house.database.write_now(house.conversations.take_waited) is not True
    assert heard(house) == []
    wait(house)
    assert lines(heard(house)) == ["We have {n} photo. Send more?"]
    say(house, Text("that is all"), *TO_THE_END)
    assert rows(house, POSITIONS) == [(1,), (2,)]
    assert rows(house, "select count(*) from piece") == [(0,)]


@pytest.mark.parametrize(
    ("captions", "story"),
    [
        (("", "full since Friday", ""), "full since Friday"),
        (("by the school", "", "it smells"), "by the school\nit smells"),
    ],
)
def test_captions_on_any_picture_are_the_story_and_stay_with_their_pictures(
    house: SmallHouse, captions: tuple[str, ...], story: str
) -> None:
    say(house, *AT_THE_STORY)
    heard(house)
    say(house, *(part(number, caption) for number, caption in enumerate(captions)))
    wait(house)
    [line] = lines(heard(house))
    assert line.startswith("Where is it?")
    say(house, Text("Palermo"), Text("skip"), *TO_THE_END)
    assert rows(house, "select text from report") == [(story,)]
    assert rows(house, "select caption from media order by position") == [
        (caption,) for caption in captions
    ]


@pytest.mark.parametrize("before", [(), (Command("start"),), AT_THE_STORY[:2]])
def test_an_album_before_consent_is_answered_once_and_kept_nowhere(
    house: SmallHouse, before: tuple[Input, ...]
) -> None:
    say(house, *before)
    heard(house)
    say(house, *(part(number) for number in range(1, 4)))
    wait(house)
    assert len(lines(heard(house))) == 1
    assert rows(house, "select count(*) from media") == [(0,)]
    say(house, part(1, album="another"))
    assert len(lines(heard(house))) == 1
    say(house, part(1, album=""), part(2, album=""))
    assert len(lines(heard(house))) == 2, "photos that do not belong together"


def test_a_press_in_between_comes_after_the_album(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, *TO_THE_PHOTOS, part(1), part(2), Text("that is all"), *TO_THE_END)
    assert rows(house, POSITIONS) == [(1,), (2,)]


def test_parts_that_come_late_join_the_report_with_one_note(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, *TO_THE_PHOTOS, part(1), Text("that is all"), *TO_THE_END)
    heard(house)
    cleared = "update report set cleared_at = created_at"
    house.database.write_now(lambda connection: connection.execute(text(cleared)).rowcount)
    house.later(seconds=5)
    say(house, part(3))
    wait(house)
    house.later(seconds=6)
    say(house, part(2))
    wait(house)
    assert lines(heard(house)) == [
        "We added your photo to {code}. If more photos come with it, we add them too."
    ]
    assert rows(house, POSITIONS) == [(1,), (2,), (3,)]
    assert rows(house, "select cleared_at from report") == [(None,)]
    say(house, part(4))
    wait(house)
    assert lines(heard(house)) == ["We can keep {most} photos of it. The others are not kept."]
    say(house, part(5))
    wait(house)
    assert heard(house) == []
    assert rows(house, POSITIONS) == [(1,), (2,), (3,)]


def test_a_late_part_joins_the_answer_that_its_album_is_in_a_draft(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, part(1, "It is full"))
    wait(house)
    heard(house)
    say(house, part(2, "and smells"))
    wait(house)
    assert lines(heard(house)) == [
        "We added your photo. If more photos come with it, we add them too."
    ]
    say(house, Text("Palermo"), Text("skip"), Text("skip"), *TO_THE_END)
    assert rows(house, POSITIONS) == [(1,), (2,)]
    assert rows(house, "select text from report") == [("It is full\nand smells",)]


def test_a_video_in_an_album_is_told_once_and_the_photos_are_kept(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, *TO_THE_PHOTOS)
    heard(house)
    say(
        house, part(1), Unusable("video", "video", "al"), part(2), Unusable("video", "video", "al")
    )
    wait(house)
    assert lines(heard(house)) == [
        "We cannot take videos. Please send a photo.",
        "We have {n} photo. Send more?",
    ]
    say(house, Text("that is all"), *TO_THE_END)
    assert rows(house, POSITIONS) == [(1,), (2,)]


def test_more_than_the_most_are_told_once(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, *TO_THE_PHOTOS)
    heard(house)
    say(house, *(part(number) for number in range(1, 6)))
    wait(house)
    assert lines(heard(house)) == [
        "We can keep {most} photos of it. The others are not kept.",
        "When did it start?",
    ]
    say(house, *TO_THE_END)
    assert rows(house, POSITIONS) == [(1,), (2,), (3,)]


@pytest.mark.parametrize("flow", ["report", "idea"])
def test_so_many_are_kept_as_it_is_said(house: SmallHouse, flow: str) -> None:
    kenya = house.countries["kenya"]
    most = {"report": kenya.report.photos, "idea": kenya.idea.photos}[flow]
    assert kenya.report.photos != kenya.idea.photos
    say(house, Command("start"), Text("English"), Text("yes"), Command(flow), country="kenya")
    say(house, Text("1"), country="kenya")
    heard(house)
    say(house, *(part(number, "It is so") for number in range(1, 6)), country="kenya")
    wait(house)
    told = [item.line for item in heard(house) if isinstance(item, Tell)]
    assert ("most", most) in next(line for line in told if "{most}" in line.source).values
    kept = "select count(*) from media where state = 'kept'"
    assert rows(house, kept) == [(most,)]


def test_a_long_text_in_pieces_is_one_answer(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY)
    heard(house)
    say(house, Text("x" * MAX_WORDS))
    assert heard(house) == []
    say(house, Text("y" * 1904))
    [line] = lines(heard(house))
    assert line.startswith("Where is it?")
    say(house, Text("Palermo"), Text("skip"), Text("skip"), *TO_THE_END)
    assert rows(house, "select text from report") == [("x" * MAX_WORDS + "y" * 1904,)]


async def test_a_long_text_without_a_rest_is_taken_once_the_moment_is_over(
    house: SmallHouse,
) -> None:
    say(house, *AT_THE_STORY)
    heard(house)
    say(house, Text("x" * NEARLY_FULL))
    assert heard(house) == []
    assert await house.database.checkpoint()
    assert b"x" * 99 not in house.path.read_bytes()
    wait(house)
    assert lines(heard(house))[0].startswith("Where is it?")


def test_what_waited_when_a_process_died_is_taken_by_the_next(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, *TO_THE_PHOTOS, part(1), part(2))
    heard(house)
    house.conversations = Conversations(house.countries, house.speeches, house.keys, house.outside)
    wait(house)
    assert lines(heard(house)) == ["We have {n} photo. Send more?"]
    say(house, Text("that is all"), *TO_THE_END)
    assert rows(house, POSITIONS) == [(1,), (2,)]


def test_a_text_that_is_shorter_is_not_delayed(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY)
    heard(house)
    say(house, Text("x" * (NEARLY_FULL - 1)))
    assert lines(heard(house))[0].startswith("Where is it?")


def test_pieces_that_are_too_much_together_are_refused_together(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY)
    heard(house)
    say(house, *[Text("x" * MAX_WORDS)] * 5, Text("the end of it"))
    assert lines(heard(house)) == [
        "That is too long. Please say it in at most {most} letters.",
        "Tell us what you see. Please do not name people.",
    ]
    assert MAX_STORY < 3 * MAX_WORDS


def test_nothing_waits_of_somebody_who_has_not_agreed(house: SmallHouse) -> None:
    say(house, Command("start"), Text("x" * MAX_WORDS), part(1))
    assert rows(house, "select count(*) from piece") == [(0,)]
    assert rows(house, "select count(*) from media") == [(0,)]


def test_nothing_waits_where_nothing_is_to_stay(house: SmallHouse) -> None:
    say(house, Command("start"), Text("English"), Text("yes"), Text("private help"))
    say(house, Text("x" * MAX_WORDS))
    assert rows(house, "select count(*) from piece") == [(0,)]


def test_what_waits_of_somebody_who_is_forgotten_is_gone(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY, part(1))
    house.take(Text("forget me"), Text("yes"))
    assert rows(house, "select count(*) from piece") == [(0,)]
    wait(house)


def test_what_cannot_be_taken_holds_up_nobody_and_is_answered(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in ("ana", "ben"):
        say(house, *AT_THE_STORY, *TO_THE_PHOTOS, who=who)
        say(house, part(1), who=who)
    heard(house)
    [(ana, _due), (_ben, _due)] = rows(house, "select resident_id, due_at from piece order by 2")
    take_pieces = Turn.take_pieces

    def fails(turn: Turn, pieces: Sequence[Piece]) -> None:
        take_pieces(turn, pieces)
        if turn._actor.person.resident_id == ana:
            raise LookupError

    monkeypatch.setattr(Turn, "take_pieces", fails)
    wait(house)
    assert rows(house, "select count(*) from piece") == [(0,)]
    assert lines(heard(house)) == [SORRY.source, "We have {n} photo. Send more?"]
    say(house, Text("help"))
    assert "How can we help?" in lines(heard(house))


def test_what_waits_goes_on_waiting_while_the_database_is_away(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(house, *AT_THE_STORY, *TO_THE_PHOTOS, part(1))

    def away(_turn: Turn, _pieces: Sequence[Piece]) -> None:
        raise Busy("away")

    monkeypatch.setattr(Turn, "take_pieces", away)
    with pytest.raises(Busy):
        wait(house)
    assert rows(house, "select count(*) from piece") == [(1,)]


def test_a_channel_that_hands_things_over_whole_waits_for_nothing(house: SmallHouse) -> None:
    house.take(*AT_THE_STORY, Text("x" * NEARLY_FULL))
    assert lines(heard(house))[-1].startswith("Where is it?")


@examples(25)
@given(st.integers(0, 2**32))
def test_parts_in_any_order_doubled_and_late_are_one_album(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        for house in small_house(Path(folder)):
            count = chance.choice((1, 2, 3))
            arriving = [part(number, f"words {number}") for number in range(1, count + 1)]
            chance.shuffle(arriving)
            at_the_photos = chance.random() < 0.5
            say(house, *AT_THE_STORY, *(TO_THE_PHOTOS if at_the_photos else ()))
            first = arriving.pop()
            say(house, first)
            heard(house)
            notes, sent = 0, False
            while arriving or not sent:
                if not sent and (not arriving or chance.random() < 0.6):
                    notes += sum("We added your photo" in line for line in lines(heard(house)))
                    sent = _go_on(house)
                else:
                    late = arriving.pop()
                    say(house, late)
                    if chance.random() < 0.3:
                        again = house.inbound(late)
                        again = replace(
                            again, update=f"update {house.updates - 1}", in_pieces=True
                        )
                        house.database.write_now(house.conversations.take_turn, again)
                if chance.random() < 0.5:
                    wait(house)
            wait(house)
            notes += sum("We added your photo" in line for line in lines(heard(house)))
            assert rows(house, "select count(*) from report") == [(1,)]
            assert rows(house, POSITIONS) == [(number,) for number in range(1, count + 1)]
            assert notes <= 1


def _go_on(house: SmallHouse) -> bool:
    """Answer whatever is asked now. Whether the report is sent with that."""
    wait(house)
    sql = "select json_extract(state, '$.asked[0]') from conversation where flow = 'report'"
    [(asked,)] = rows(house, sql)
    say(house, _ANSWERS[str(asked)])
    return asked == "review"


_ANSWERS = {
    "story": Text("It is full"), "place": Text("Palermo"), "detail": Text("skip"),
    "photos": Text("skip"), "since": Text("2"), "danger": Text("no"), "review": Text("send it"),
}  # fmt: skip
