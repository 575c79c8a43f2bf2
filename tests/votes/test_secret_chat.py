"""What is said in a vote's chat: readable with the vote's key alone, wherever it is kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, LargeBinary, func, select

from bot.channels.web_render import change
from bot.domain.inbound import Input, Press, Text
from bot.domain.inbox import Entry
from bot.domain.operations import Ask, Operation, Receipt, Sent
from bot.keys import Keys, KeysError
from bot.work.outbox import Sender
from storage import outbox
from storage.tables import Base, Conversation, Interaction, Outbox
from tests.houses import SmallHouse, open_house
from tests.postgres import SQLITE
from tests.votes.elections import resident
from tests.votes.samples import begin, end

CHOICES = ("bench", "trees", "lights", "Trees", "Lights", "Un banco", "Árboles", "Luces")
"""Keys and labels of the vote `one`; what names none of them says nothing of a choice."""

OF_THE_VOTE = {"vote", "vote_option"}
"""Tables where the options stand for everybody."""


def opened(house: SmallHouse, name: str) -> str:
    """Open a vote by its name; its code."""
    country = house.countries["uruguay"]
    return house.database.write_now(begin, house.outside, house.keys, country, name)


class Browser:
    """A resident's page: what is owed comes into its inbox, by the real sender and town."""

    def __init__(self, house: SmallHouse, who: str = "ana") -> None:
        self.house = house
        self.who = who
        self.code = ""
        self.asked: Ask | None = None
        self.town = house.web_town()
        self.sender = Sender(house.database, house.keys, house.outside, self._send)

    async def _send(
        self, bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Receipt]:
        speech = self.house.speeches["uruguay"]
        for id, operation in owed:
            if isinstance(operation, Ask):
                self.asked = operation
            shown = change(operation, language, speech, self.house.now)
            await self.town.keep(bot, address, [(id, shown)])
        return [Sent() for _item in owed]

    async def say(self, *inputs: Input | str) -> list[Entry]:
        """Say or press something; what the page shows then."""
        for item in inputs:
            said = self._press(item) if isinstance(item, str) else item
            await self.town.take(self.house.inbound(said, who=self.who))
            while await self.sender.send_ready():
                pass
        return await self.shown()

    def _press(self, key: str) -> Press:
        assert self.asked is not None
        return Press(self.asked.conversation, self.asked.serial, key)

    async def shown(self) -> list[Entry]:
        return await self.town.entries("uruguay/web", self.who)


async def voting(house: SmallHouse) -> Browser:
    """Somebody who has opened the vote `one`, before their first choice."""
    resident(house)
    browser = Browser(house)
    await browser.say(Text("menu"))
    browser.code = opened(house, "one")
    await browser.say(Text("vote"))
    assert browser.asked is not None
    return browser


def everything(connection: Connection, keys: Keys) -> Iterator[tuple[str, str]]:
    """Table and text of every value that is stored; sealed ones as whoever has the master's keys
    and the database reads them, but not the vote's."""
    for table in Base.metadata.sorted_tables:
        for row in connection.execute(select(table)):
            for column, value in zip(table.columns, row, strict=True):
                if isinstance(column.type, LargeBinary) or isinstance(value, bytes):
                    yield table.name, _opened(keys, row._mapping, bytes(value or b""))
                else:
                    yield table.name, str(value)


def _opened(keys: Keys, row: object, value: bytes) -> str:
    found = [value]
    for purpose in ("inbox", "piece", "address", "file", "stuck"):
        for bot in ("uruguay/web", ""):
            try:
                found.append(keys.open(purpose, value, keys.key_id, bot.encode()))
            except KeysError:
                continue
    return b" ".join(found).decode("utf-8", "replace")


def told(house: SmallHouse) -> list[tuple[str, str]]:
    """Where a choice can be read."""
    stored = house.database.write_now(lambda c: list(everything(c, house.keys)))
    assert len(stored) > 100, "nothing was looked at"
    return [
        (table, choice)
        for table, text in stored
        for choice in CHOICES
        if table not in OF_THE_VOTE and choice in text
    ]


def marks(house: SmallHouse) -> dict[str, int]:
    """How often each choice stands in the bytes of the files of the database."""
    data = b"".join(path.read_bytes() for path in sorted(house.path.parent.glob("town.db*")))
    return {choice: data.count(choice.encode()) for choice in CHOICES}


async def test_a_draft_is_read_with_the_votes_key_alone(house: SmallHouse) -> None:
    browser = await voting(house)

    page = await browser.say("trees")

    assert any("Trees" in str(entry.summary) for entry in page), "its owner sees it"
    assert told(house) == []


async def test_what_is_owed_of_it_is_read_with_the_votes_key_alone(house: SmallHouse) -> None:
    browser = await voting(house)

    await browser.town.take(house.inbound(browser._press("trees"), who="ana"))

    owed = house.database.write_now(
        lambda c: c.scalar(select(func.count()).where(Outbox.payload.is_not(None)))
    )
    assert owed
    assert told(house) == []


async def test_which_picture_was_looked_at_is_read_with_the_votes_key_alone(
    house: SmallHouse,
) -> None:
    resident(house)
    browser = Browser(house)
    await browser.say(Text("menu"))
    opened(house, "pictured")
    await browser.say(Text("vote"))
    assert browser.asked is not None
    [see] = [button.key for button in browser.asked.controls if button.key.startswith("!see")]

    await browser.town.take(house.inbound(browser._press(see), who="ana"))
    assert told(house) == [], "while it is owed"
    page = await browser.say()
    while await browser.sender.send_ready():
        page = await browser.shown()

    assert told(house) == []
    assert [entry.media for entry in page if entry.media] == [(("photo", "f" * 64),)]
    assert not any(entry.media for entry in await browser.say("trees")), "gone with its question"


async def test_a_ballot_that_is_cast_leaves_no_trace_of_its_choice(house: SmallHouse) -> None:
    browser = await voting(house)

    page = await browser.say("trees", "send")

    assert told(house) == []
    assert not any(choice in str(page) for choice in CHOICES), "not even on the page"
    assert any("Your code is" in entry.text for entry in page)


async def test_a_question_leaves_the_page_when_the_next_one_is_there(house: SmallHouse) -> None:
    browser = await voting(house)
    before = {entry.number for entry in await browser.shown()}

    at_review = await browser.say("trees")
    changing = await browser.say("change")

    asked = [entry for entry in at_review if entry.conversation and entry.lock]
    assert [entry.text for entry in asked] == ["This is your vote. Do you want to send it?"]
    asked = [entry for entry in changing if entry.conversation and entry.lock]
    assert [entry.text for entry in asked] == ["What do you want to change?"]
    assert not any("Trees" in str(entry.summary) for entry in changing)
    assert before & {entry.number for entry in changing}, "what was said before the vote stays"


async def test_what_was_ticked_is_gone_with_the_next_tick(house: SmallHouse) -> None:
    resident(house)
    browser = Browser(house)
    opened(house, "money")

    await browser.say(Text("vote"), "lights")
    page = await browser.say("paint")

    shown = [entry for entry in page if entry.lock and entry.buttons]
    assert len(shown) == 1
    assert {button.key for button in shown[0].buttons if button.ticked} == {"lights", "paint"}


async def test_something_else_that_is_opened_takes_the_vote_off_the_page(
    house: SmallHouse,
) -> None:
    browser = await voting(house)
    await browser.say("trees")

    page = await browser.say(Text("report"))

    assert [entry for entry in page if entry.lock] == []
    back = await browser.say(Text("vote"))
    assert any("Trees" in str(entry.summary) for entry in back), "the draft is still there"
    assert told(house) == []


async def test_the_log_does_not_even_say_that_it_was_answered(
    house: SmallHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = await voting(house)

    await browser.say("trees", "change", "edit:choices", "bench", "send")
    adults = opened(house, "adults")
    await browser.say(Text(adults), "yes", "trees", "send")

    flows = house.database.write_now(lambda c: list(c.scalars(select(Interaction.flow))))
    assert "vote" not in flows
    assert not any(choice in caplog.text for choice in CHOICES)


async def test_no_byte_of_the_files_tells_a_choice(tmp_path: Path) -> None:
    async with open_house(tmp_path, SQLITE) as house:
        browser = await voting(house)
        assert await house.database.checkpoint()
        before = marks(house)
        assert before["trees"], "the option itself stands there"

        await browser.say("trees", "change", "edit:choices", "bench")
        assert marks(house) == before, "a draft"
        await browser.say("send")
        assert marks(house) == before, "a ballot"
        await browser.say(Text("vote"))
        await browser.say("lights", "send")
        assert marks(house) == before, "another ballot"
        assert await house.database.checkpoint()
        assert marks(house) == before, "and after the log was emptied"


async def test_one_choice_changes_as_many_bytes_as_another(house: SmallHouse) -> None:
    sizes: set[int] = set()
    for who, choice in (("ana", "bench"), ("beto", "trees"), ("carla", "-")):
        resident(house, who)
        browser = Browser(house, who)
        if not sizes:
            opened(house, "one")
        await browser.say(Text("vote"), choice)
        state = house.database.write_now(
            lambda c: c.scalars(
                select(func.length(Conversation.state)).where(Conversation.flow == "vote")
            ).all()
        )
        sizes.update(state)
    assert len(sizes) == 1


async def test_a_draft_of_a_vote_that_is_over_is_told_of_its_end(house: SmallHouse) -> None:
    browser = await voting(house)
    await browser.say("trees")
    house.later(days=7)
    house.database.write_now(end, house.outside, house.keys, browser.code, True)

    page = await browser.say("send")

    assert any("Nobody voted" in entry.text for entry in page)
    assert [entry for entry in page if entry.lock] == []
    page = await browser.say(Text("1"))
    assert not any(choice in str(entry) for entry in page[-1:] for choice in ("Trees",))
    page = await browser.say(Text("vote"))
    assert any("Nobody voted" in entry.text for entry in page)


@pytest.mark.parametrize("words", ["1", "trees", "lights please", "that is all"])
async def test_what_is_typed_to_a_vote_that_is_over_chooses_nothing_else(
    house: SmallHouse, words: str
) -> None:
    browser = await voting(house)
    await browser.say("trees")
    house.later(days=7)
    house.database.write_now(end, house.outside, house.keys, browser.code, True)

    page = await browser.say(Text(words))

    assert any("Nobody voted" in entry.text for entry in page)
    assert "What would you like to do?" in page[-1].text


async def test_what_was_owed_when_the_key_was_destroyed_is_given_up(house: SmallHouse) -> None:
    browser = await voting(house)
    await browser.town.take(house.inbound(browser._press("trees"), who="ana"))
    house.keys.votes.destroy(browser.code)

    while await browser.sender.send_ready():
        pass

    reasons = house.database.write_now(
        lambda c: set(c.scalars(select(Outbox.reason).where(Outbox.state == outbox.GIVEN_UP)))
    )
    assert reasons == {"key gone"}
    page = await browser.say(Text("menu"))
    assert page[-1].buttons, "the chat goes on"


async def test_without_the_key_a_vote_is_not_begun(house: SmallHouse) -> None:
    resident(house)
    browser = Browser(house)
    house.keys.votes.destroy(opened(house, "adults"))

    page = await browser.say(Text("vote"))

    assert any("Something is wrong with this vote" in entry.text for entry in page)


async def test_my_data_says_that_there_is_a_draft_and_not_what_is_in_it(house: SmallHouse) -> None:
    browser = await voting(house)
    await browser.say("trees")

    data = await browser.town.own_data("uruguay/web", "ana")

    assert data is not None
    assert '"state": "sealed"' in data.decode()
    assert not any(choice in data.decode() for choice in CHOICES)


async def test_a_long_text_in_a_vote_waits_nowhere(house: SmallHouse) -> None:
    browser = await voting(house)
    inbound = house.inbound(Text("trees " * 700), who="ana")
    await browser.town.take(replace(inbound, in_pieces=True))

    assert told(house) == []
