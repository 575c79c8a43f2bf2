"""How the Bot API of the tests hands out updates: long polling and web hook, as Telegram does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from starlette.responses import JSONResponse, Response

from tests.end_to_end import free_port
from tests.telegram.api import BotApi, serving
from tests.telegram.hook import Hook
from tests.telegram.test_api import ANA, Client
from tests.telegram.waiting import until
from tests.telegram.wire import Answered, Asked, Listener

BETO = 5
PUBLIC = "https://bot.example"


@pytest.fixture
async def bot() -> AsyncIterator[Client]:
    async with serving(BotApi()) as api, aiohttp.ClientSession() as session:
        yield Client(api, session)


async def ids(bot: Client, **given: Any) -> list[int]:
    return [update["update_id"] for update in (await bot("getUpdates", **given))["result"]]


async def test_an_offset_confirms_what_is_before_it_and_nothing_else_does(bot: Client) -> None:
    first, second, third = (bot.api.say(ANA, text=words) for words in "abc")
    assert await ids(bot) == [first, second, third]
    assert await ids(bot, limit=2) == [first, second]
    assert await ids(bot, offset=second) == [second, third]
    assert await ids(bot, offset=0) == [second, third]
    assert await ids(bot, offset=-1) == [third]
    assert await ids(bot, offset=third + 1) == []
    assert await ids(bot, limit=1000) == []
    bot.api.again(first)
    assert await ids(bot) == [first]


async def test_a_poll_waits_until_something_comes(bot: Client) -> None:
    waiting = asyncio.create_task(ids(bot, timeout=50))
    await until(lambda: bot.api.calls)
    update = bot.api.say(ANA, text="a")
    assert await waiting == [update]


async def test_of_two_pollers_the_older_one_is_ended(bot: Client) -> None:
    waiting = asyncio.create_task(bot("getUpdates", timeout=50))
    await until(lambda: bot.api.calls)
    bot.api.poll_most = 0.0
    assert await ids(bot, timeout=1) == []
    ended = await waiting
    assert ended["error_code"] == 409
    assert "terminated by other getUpdates request" in ended["description"]


async def test_only_the_kinds_that_are_wanted_come(bot: Client) -> None:
    await bot("getUpdates", allowed_updates=["callback_query"])
    bot.api.say(ANA, text="a")
    assert await ids(bot) == []
    pressed = bot.api.press_data(ANA, 1, "x")
    await bot("getUpdates", allowed_updates=[])
    said = bot.api.say(ANA, text="b")
    assert await ids(bot) == [pressed, said]
    assert "no kind of update" in await bot.refusal("getUpdates", allowed_updates=["messages"])


class Site:
    """A web hook of the tests: answers what it is told, and keeps what came."""

    def __init__(self) -> None:
        self.listener = Listener(free_port(), self.take)
        self.came: list[tuple[int, str]] = []
        self.answers: list[Response] = []
        self.inside = 0
        self.most_inside = 0
        self.hold: asyncio.Event | None = None

    async def take(self, asked: Asked) -> Answered:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        update = json.loads(asked.body)
        secret = asked.headers.get("x-telegram-bot-api-secret-token", "")
        self.came.append((update["update_id"], secret))
        if self.hold is not None:
            await self.hold.wait()
        self.inside -= 1
        return self.answers.pop(0) if self.answers else Response(b"")


@pytest.fixture
async def site(bot: Client) -> AsyncIterator[Site]:
    found = Site()
    await found.listener.open()
    bot.api.reach[PUBLIC] = f"http://127.0.0.1:{found.listener.port}"
    yield found
    await found.listener.close()


async def emptied(api: BotApi) -> None:
    await until(lambda: not api.updates)


async def test_a_web_hook_gets_each_update_until_it_takes_it(bot: Client, site: Site) -> None:
    early = bot.api.say(ANA, text="before the hook")
    site.answers = [Response(b"", 500), Response(b"", 503)]
    await bot("setWebhook", url=f"{PUBLIC}/telegram/x", secret_token="s-1")
    late = bot.api.say(ANA, text="later")
    await emptied(bot.api)
    assert site.came == [(early, "s-1")] * 3 + [(late, "s-1")]
    info = (await bot("getWebhookInfo"))["result"]
    assert info["url"] == f"{PUBLIC}/telegram/x"
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert (await bot("getUpdates"))["error_code"] == 409
    assert (await bot("deleteWebhook"))["description"] == "Webhook was deleted"
    assert await ids(bot) == []


async def test_chats_do_not_wait_for_each_other_and_each_keeps_its_order(
    bot: Client, site: Site
) -> None:
    site.hold = asyncio.Event()
    await bot("setWebhook", url=PUBLIC, max_connections=2)
    own = [bot.api.say(ANA, text=words) for words in "ab"]
    for chat in (BETO, 6):
        bot.api.say(chat, text="c")
    await until(lambda: site.inside == 2)
    assert [id for id, _secret in site.came if id in own] == own[:1]
    site.hold.set()
    await emptied(bot.api)
    assert site.most_inside == 2
    assert [id for id, _secret in site.came if id in own] == own


async def test_the_answer_of_a_web_hook_may_be_a_call(bot: Client, site: Site) -> None:
    bot.api.say(ANA, text="hello")
    site.answers = [JSONResponse({"method": "sendMessage", "chat_id": ANA, "text": "in reply"})]
    await bot("setWebhook", url=PUBLIC)
    await emptied(bot.api)
    assert bot.api.texts(ANA) == ["in reply"]
    site.answers = [JSONResponse({"method": "sendMessage", "chat_id": ANA, "text": ""})]
    bot.api.say(ANA, text="again")
    await emptied(bot.api)
    assert bot.api.refused == [("sendMessage", 400, "Bad Request: message text is empty")]


async def test_a_web_hook_that_is_away_is_tried_again(bot: Client, site: Site) -> None:
    await bot("setWebhook", url=PUBLIC)
    async with site.listener.closed():
        bot.api.say(ANA, text="a")
        hook = bot.api.hook
        assert isinstance(hook, Hook)
        await until(lambda: hook.delivered)
    await emptied(bot.api)
    assert len(site.came) == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"url": "http://bot.example"}, "An HTTPS URL must be provided"),
        ({"url": "https://bot.example:8081"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": PUBLIC, "secret_token": "ñ"}, "unallowed characters"),
        ({"url": PUBLIC, "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": PUBLIC, "allowed_updates": ["messages"]}, "no kind of update"),
    ],
)
async def test_a_wrong_web_hook_is_refused(bot: Client, given: dict[str, Any], why: str) -> None:
    assert why in await bot.refusal("setWebhook", **given)
    assert bot.api.hook is None
