"""Groups, topics and blocks: who is answered where, and who becomes a resident."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.services.groups import INVITE_EVERY
from tests.telegram.life import ANA, BETO, GROUP, Life, at_the_menu
from tests.telegram.refusals import refuse
from tests.telegram.state import Message

NAME = "baraza_tests_bot"
OLD = -4_001
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
RELAY = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def mention(text: str, name: str) -> dict[str, Any]:
    entity = {"type": "mention", "offset": text.index(name), "length": len(name)}
    return {"text": text, "entities": [entity]}


async def heard(life: Life, chat: int, **what: Any) -> list[Message]:
    """What the bot said in a chat since, to something said there."""
    before = len(life.api.newest(chat))
    life.api.say(chat, **what)
    await life.go()
    return life.api.newest(chat)[: len(life.api.newest(chat)) - before]


async def invited(life: Life, **what: Any) -> bool:
    what.setdefault("kind", "supergroup")
    found = await heard(life, GROUP, **what)
    assert len(found) < 2
    for message in found:
        assert message.buttons[0]["url"] == f"https://t.me/{NAME}"
    return bool(found)


@pytest.mark.parametrize(
    "what",
    [
        {"text": f"/report@{NAME}"},
        {"text": f"/start@{NAME.upper()} ward4"},
        {"text": "/report"},
        mention(f"hello @{NAME}, the lamp is out", f"@{NAME}"),
        {
            "text": f"/help@{NAME}",
            "from": ANONYMOUS,
            "sender_chat": {"id": GROUP, "type": "supergroup"},
        },
        {
            "text": "thanks",
            "reply_to_message": {
                "message_id": 3,
                "date": 1,
                "chat": {"id": GROUP, "type": "supergroup"},
                "from": {"id": 123456789, "is_bot": True, "first_name": "B", "username": NAME},
                "text": "x",
            },
        },
    ],
)
async def test_whoever_calls_the_bot_in_a_group_is_shown_the_way(
    life: Life, what: dict[str, Any]
) -> None:
    assert await invited(life, **what)
    assert life.count("select count(*) from resident") == 0


@pytest.mark.parametrize(
    "what",
    [
        {"text": "the lamp is out"},
        {"text": "/report@some_other_bot"},
        mention("hello @somebody", "@somebody"),
        {"text": f"/report@{NAME}", "from": CHANNEL_BOT},
        {"text": f"/report@{NAME}", "from": RELAY, "is_automatic_forward": True},
        {"text": f"/report@{NAME}", "from": {"id": 9, "is_bot": True, "first_name": "B"}},
        {"new_chat_title": "<Ward 4>"},
        {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1,
                     "height": 1, "is_animated": False, "is_video": False}},
    ],
)  # fmt: skip
async def test_what_was_not_said_to_the_bot_is_let_be(life: Life, what: dict[str, Any]) -> None:
    assert not await invited(life, **what)
    assert life.count("select count(*) from address") == 0


async def test_a_group_is_shown_the_way_once_in_a_while(life: Life) -> None:
    assert await invited(life, text="/report")
    assert not await invited(life, text="/report")
    life.house.later(seconds=INVITE_EVERY.total_seconds() - 1)
    assert not await invited(life, text="/report")
    life.house.later(seconds=1)
    assert await invited(life, text="/report")


async def test_a_channel_is_let_be(life: Life) -> None:
    channel = {"id": -100, "type": "channel", "title": "c"}
    post = {"message_id": 1, "date": 1, "text": "/report", "chat": channel}
    life.api.queue({"channel_post": post})
    life.api.say(-100, kind="channel", text="/report")
    await life.go()
    assert life.count("select count(*) from address") == 0


async def test_being_put_into_a_group_is_greeted_once_and_leaving_it_erases_it(
    life: Life,
) -> None:
    life.api.chats[GROUP] = {"id": GROUP, "type": "supergroup", "title": "<Ward 4> & co"}
    life.api._member(GROUP, "left", "member")
    await life.go()
    assert not await invited(life, text=f"/start@{NAME}")
    [greeting] = life.api.texts(GROUP)
    assert greeting.startswith("Hello!") or greeting.startswith("¡Hola!")
    life.api._member(GROUP, "member", "left")
    await life.go()
    assert life.count("select count(*) from address") == 0
    assert life.count("select count(*) from outbox") == 0


async def test_a_group_that_becomes_a_supergroup_is_the_same_group(life: Life) -> None:
    assert await heard(life, OLD, kind="group", text="/report")
    first, second = life.api.upgrade_group(OLD, GROUP)
    assert first < second
    await life.go()
    assert life.count("select count(*) from group_chat") == 1
    assert not await invited(life, text="/report")
    life.house.later(hours=1)
    assert await invited(life, text="/report")
    assert life.count("select count(*) from address") == 1


@pytest.mark.parametrize("lost", [0, 1])
async def test_one_of_the_two_signs_of_a_move_is_enough(life: Life, lost: int) -> None:
    assert await heard(life, OLD, kind="group", text="/report")
    life.api.upgrade_group(OLD, GROUP)
    life.api.updates.pop(-1 - lost)
    await life.go()
    assert not await invited(life, text="/report")
    assert life.count("select count(*) from address") == 1


async def test_the_signs_of_a_move_in_the_other_order_join_what_is_one_group(life: Life) -> None:
    assert await heard(life, OLD, kind="group", text="/report")
    assert await invited(life, text="/report")
    life.api.upgrade_group(OLD, GROUP)
    life.api.updates[-2:] = reversed(life.api.updates[-2:])
    await life.go()
    assert life.count("select count(*) from address") == 1
    assert life.count("select count(*) from group_chat") == 1
    assert not await invited(life, text="/report")


async def test_a_move_that_shows_only_on_sending_is_followed_once(life: Life) -> None:
    assert await heard(life, OLD, kind="group", text="/report")
    life.api.moved[OLD] = GROUP
    life.api.chats[GROUP] = {"id": GROUP, "type": "supergroup", "title": "x"}
    life.house.later(hours=1)
    life.api.say(OLD, kind="group", text="/report")
    await life.go()
    assert len(life.api.texts(GROUP)) == 1
    to_old = [call for call in life.api.calls if call.chat == OLD]
    life.house.later(hours=1)
    assert await invited(life, text="/report")
    assert [call for call in life.api.calls if call.chat == OLD] == to_old
    assert life.count("select count(*) from address") == 1


async def test_a_topic_of_a_group_is_answered_in_that_topic(life: Life) -> None:
    life.api.topics[GROUP] = {7}
    [told] = await heard(
        life, GROUP, kind="supergroup", text="/report", message_thread_id=7, is_topic_message=True
    )
    assert told.thread == 7


async def test_a_topic_of_a_private_chat_is_answered_there_and_elsewhere_once_it_is_gone(
    life: Life,
) -> None:
    await at_the_menu(life)
    life.api.topics[ANA] = {5}
    topic = {"message_thread_id": 5, "is_topic_message": True}
    told = await heard(life, ANA, text="help", **topic)
    assert [message.thread for message in told] == [5]
    life.api.topics[ANA] = set()
    told = await heard(life, ANA, text="menu", **topic)
    assert [message.thread for message in told] == [None]
    assert told[0].text == "What would you like to do?"


@pytest.mark.parametrize("gone", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
async def test_own_data_comes_into_its_topic_and_elsewhere_once_it_is_gone(
    life: Life, gone: str
) -> None:
    await at_the_menu(life)
    life.api.topics[ANA] = {5}
    topic = {"message_thread_id": 5, "is_topic_message": True}
    told = await heard(life, ANA, text="/mydata", **topic)
    assert [one.thread for one in told if one.kind == "document"] == [5]
    life.api.odd["sendDocument"] = [lambda: refuse(400, f"Bad Request: {gone}")]
    told = await heard(life, ANA, text="/mydata", **topic)
    assert [one.thread for one in told if one.kind == "document"] == [None]


async def test_a_thread_of_replies_is_no_topic(life: Life) -> None:
    [told] = await heard(life, GROUP, kind="supergroup", text="/report", message_thread_id=9)
    assert told.thread is None


async def test_a_block_gives_up_what_is_owed_and_begins_nothing_new(life: Life) -> None:
    await at_the_menu(life)
    life.api.say(ANA, text="help")
    await life.poller.poll(0)
    life.api.block(ANA)
    await life.poller.poll(0)
    calls = len(life.api.calls)
    while await life.sender.send_ready():
        continue
    assert len(life.api.calls) == calls
    assert life.count("select count(*) from outbox where reason = 'blocked'") > 0
    assert life.count("select count(*) from address where blocked_at is not null") == 1
    resident = life.house.database.write_now(_resident)
    begin = life.house.conversations.begin
    assert life.house.database.write_now(begin, resident, "fixed", "MVD-7F3K") is False


def _resident(connection: Connection) -> str:
    return str(connection.scalar(text("select id from resident")))


@pytest.mark.parametrize("told", [True, False])
async def test_who_takes_the_block_back_or_just_writes_is_open_again(
    life: Life, told: bool
) -> None:
    await at_the_menu(life)
    life.api.block(ANA)
    await life.go()
    if told:
        life.api.unblock(ANA)
        await life.go()
    else:
        life.api.blocked.discard(ANA)
        await life.say(ANA, "help")
    assert life.count("select count(*) from address where blocked_at is not null") == 0
    assert life.count("select count(*) from resident where consented_at is not null") == 1


async def test_a_block_by_somebody_unknown_is_no_error(life: Life) -> None:
    life.api.block(BETO)
    life.api.unblock(BETO)
    await life.go()
    assert life.count("select count(*) from address") == 0
