"""Pictures in a chat: options of votes that are looked at, and photos of ideas."""

from __future__ import annotations

from bot.domain.messages import Name
from bot.domain.operations import InTopic, Operation, Sent, Show
from bot.handlers.paced import PacedBot
from bot.handlers.sending import TelegramSender
from bot.handlers.session import LeanSession
from bot.i18n import Speech
from bot.services.pauses import Pauses
from tests.houses import SmallHouse
from tests.telegram.api import TOKEN, BotApi, serving
from tests.web.town import LOCALES, make_country

CHAT = 10_001


async def picture(name: str) -> bytes | None:
    return b"a picture" if name == "p" * 64 else None


async def nothing(*_told: str) -> None:
    return None


async def test_a_picture_is_uploaded_once_and_said_in_words_where_its_file_is_gone(
    house: SmallHouse,
) -> None:
    pauses = Pauses(house.database, house.outside.clock, house.keys)
    async with serving(BotApi()) as api:
        api.say(CHAT, text="/start")
        session = LeanSession(api.address)
        bot = PacedBot(TOKEN, "riverside/telegram", pauses, session)
        speech = Speech(make_country(), LOCALES)
        sender = TelegramSender(bot, speech, nothing, nothing, picture)
        shows = [Show(name * 64, Name("A tree")) for name in ("p", "p", "q")]
        operations: list[Operation] = [*shows, InTopic("9", shows[0])]
        for show in operations:
            [receipt] = await sender.send("riverside/telegram", str(CHAT), [("1", show)], "en")
            assert isinstance(receipt, Sent)
        await session.close()
        said = [(one.kind, one.text) for one in api.messages]
        assert said == [
            ("photo", "A tree"),
            ("photo", "A tree"),
            ("text", "A tree"),
            ("photo", "A tree"),
        ]
        assert sum(bool(call.files) for call in api.calls) == 1
