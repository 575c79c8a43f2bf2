"""What Telegram refuses until a person mends it is told in words, with the remedy."""

from __future__ import annotations

import asyncio

import pytest

from bot.handlers import polling, webhook
from bot.handlers.errors import TOKEN_REFUSED
from bot.handlers.webhook import set_hook
from tests.telegram.api import TOKEN
from tests.telegram.life import ANA, Life
from tests.telegram.living import PUBLIC
from tests.telegram.refusals import refuse
from tests.telegram.waiting import until

MEND = TOKEN_REFUSED % "uruguay/telegram"
OUT_OF_REACH = "Bad Request: bad webhook: IP address 10.0.0.1 is reserved"


async def test_a_refused_token_is_named_and_polling_goes_on_once_it_is_good(
    life: Life, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(polling, "TOKEN_SECONDS", 0.0)
    life.api.odd["getUpdates"] = [
        lambda: refuse(401, "Unauthorized"),
        lambda: refuse(404, "Not Found"),
    ]
    life.api.say(ANA, text="/start")
    running = asyncio.create_task(life.poller.run())
    await until(lambda: not life.api.updates)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [record.getMessage() for record in caplog.records] == [MEND] * 2
    assert TOKEN not in caplog.text


async def test_a_refused_web_hook_is_told_with_telegrams_reason_until_it_is_set(
    life: Life, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhook, "REFUSED_SECONDS", 0.0)
    life.api.reach[PUBLIC] = "http://127.0.0.1:1"
    life.api.odd["setWebhook"] = [
        lambda: refuse(400, OUT_OF_REACH),
        lambda: refuse(401, "Unauthorized"),
    ]
    await set_hook(life.intake._bot, "uruguay/telegram", PUBLIC, "a-secret-of-the-tests")
    assert life.api.calls[-1].method == "setWebhook"
    said = [record.getMessage() for record in caplog.records]
    assert said == [f"uruguay/telegram: Telegram refuses the web hook: {OUT_OF_REACH}", MEND]
