"""What was sent and what not, where Telegram's answer is lost or the process dies in between."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text, update

from bot.domain.inbound import Command, Text
from bot.domain.operations import Operation, Receipt, Sent, Unknown
from bot.work.outbox import Sender
from bot.work.receipts import MOST_UNSURE
from storage import outbox
from storage.tables import Outbox
from tests.houses import SmallHouse
from tests.telegram.life import ANA, Life, at_the_menu
from tests.telegram.state import Fault

STICKER = {
    "file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
    "is_animated": False, "is_video": False,
}  # fmt: skip
TOLD = "What is the problem?"


async def settle(life: Life) -> None:
    """Let what must wait come up until nothing is owed."""
    for _pass in range(MOST_UNSURE):
        await life.go()
        life.house.later(minutes=2)
        while await life.sender.send_ready():
            continue


@pytest.mark.parametrize(("after", "times"), [(False, 1), (True, 2)])
async def test_a_reply_whose_answer_was_lost_is_sent_again(
    life: Life, after: bool, times: int
) -> None:
    await at_the_menu(life)
    life.api.faults = [Fault("sendMessage", "reset", after=after)]
    life.api.press(ANA, "Report a problem")
    await settle(life)
    assert life.api.texts(ANA).count(TOLD) == times
    assert life.count("select count(*) from outbox where state != 'sent'") == 0


async def test_a_line_that_breaks_for_a_minute_loses_no_reply(life: Life) -> None:
    """Before anything arrives, at each try of this one chat's."""
    await at_the_menu(life)
    life.api.faults = [Fault("sendMessage", "reset", times=1_000)]
    life.api.press(ANA, "Report a problem")
    for _second in range(60):
        await life.go()
        await life.sender.send_ready()
        life.house.later(seconds=1)
    life.api.faults.clear()
    await settle(life)
    assert life.api.texts(ANA).count(TOLD) == 1
    assert life.count("select count(*) from outbox where state != 'sent'") == 0


async def test_a_reply_is_not_sent_again_for_ever(life: Life) -> None:
    await at_the_menu(life)
    life.api.faults = [Fault("sendMessage", "reset", after=True, times=MOST_UNSURE + 1)]
    life.api.press(ANA, "Report a problem")
    await settle(life)
    assert life.api.texts(ANA).count(TOLD) == MOST_UNSURE
    assert life.count("select count(*) from outbox where state = 'unknown'") == 1


async def test_what_waits_behind_another_uses_up_no_attempt(life: Life) -> None:
    await at_the_menu(life)
    life.api.faults = [Fault("sendMessage", "reset", times=times) for times in (MOST_UNSURE, 1)]
    life.api.say(ANA, sticker=STICKER)
    await settle(life)
    await settle(life)
    assert life.count("select count(*) from outbox where state = 'unknown'") == 1
    assert life.api.texts(ANA)[-1] == "What would you like to do?"
    assert life.api.texts(ANA).count("What would you like to do?") == 2


@pytest.mark.parametrize("after", [False, True])
async def test_buttons_are_put_out_though_the_answer_to_that_was_lost(
    life: Life, after: bool
) -> None:
    await at_the_menu(life)
    life.api.faults = [Fault("editMessageReplyMarkup", "reset", after=after)]
    life.api.press(ANA, "Report a problem")
    await settle(life)
    with_buttons = [message.text for message in life.api.messages if message.keyboard]
    assert with_buttons == [TOLD]


def _broadcast(connection: Connection) -> None:
    connection.execute(
        update(Outbox).where(Outbox.state == outbox.OWED).values(priority=outbox.BROADCAST)
    )


def _states(connection: Connection) -> list[str]:
    return list(connection.scalars(text("select state from outbox order by id")))


async def test_what_goes_to_many_is_not_sent_again_when_its_answer_was_lost(
    house: SmallHouse,
) -> None:
    house.take(Command("start"), Text("English"), who="ana")
    house.database.write_now(_broadcast)

    async def send(
        bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Receipt]:
        return [Unknown()]

    sender = Sender(house.database, house.keys, house.outside, send)
    await sender.send_ready()
    states = house.database.write_now(_states)
    assert states
    assert set(states) == {outbox.UNKNOWN}


async def test_a_message_that_stands_there_is_kept_before_the_next_is_sent(
    house: SmallHouse,
) -> None:
    """Whoever dies between two messages repeats the one under way, and no other."""
    house.take(Command("start"), Text("English"), who="ana")
    seen: list[list[str]] = []

    async def send(
        bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Receipt]:
        seen.append(house.database.write_now(_states))
        return [Sent("1")]

    sender = Sender(house.database, house.keys, house.outside, send)
    await sender.send_ready()
    assert len(seen) > 1
    assert [states.count(outbox.SENT) for states in seen] == list(range(len(seen)))
