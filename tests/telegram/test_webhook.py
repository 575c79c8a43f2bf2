"""The same conversations over the web hook: real HTTP both ways."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.asgi import serve
from bot.domain.inbound import Inbound
from bot.handlers.webhook import WebHook, path_of, set_hook
from bot.services.stuck import TRIES
from bot.stopping import TAKING_SECONDS
from storage import stuck
from storage.errors import Busy
from tests.end_to_end import Process, free_port
from tests.telegram.api import TOKEN, BotApi, html_error, serving, too_many
from tests.telegram.hook import Hook
from tests.telegram.life import ANA, BETO, Life
from tests.telegram.state import DATE
from tests.telegram.talking import Talking
from tests.telegram.waiting import until

PUBLIC = "https://bot.example.org"
SECRET = "a-secret_of_the_tests"


@dataclass(slots=True)
class Hooked(Talking):
    api: BotApi
    life: Life
    hook: WebHook
    address: str

    @property
    def tries(self) -> list[tuple[int, int]]:
        """Update id and status of each that Telegram brought."""
        assert isinstance(self.api.hook, Hook)
        return self.api.hook.delivered

    async def go(self) -> None:
        """Wait until all is brought, then send all that can be sent."""
        await until(lambda: not self.api.updates)
        while await self.life.sender.send_ready():
            continue

    async def post(self, body: bytes, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with aiohttp.request("POST", self.address, data=body, headers=named) as answer:
            return answer.status


@pytest.fixture
async def hooked(life: Life) -> AsyncIterator[Hooked]:
    hook = WebHook({"uruguay": life.intake}, SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = f"http://127.0.0.1:{listening.getsockname()[1]}"
        life.api.reach[PUBLIC] = here
        task = asyncio.create_task(serve(hook, listening, TAKING_SECONDS))
        url = PUBLIC + path_of("uruguay")
        await set_hook(life.intake._bot, life.intake.name, url, SECRET)
        yield Hooked(life.api, life, hook, here + path_of("uruguay"))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_whole_report_and_its_presses_are_answered_in_the_reply(hooked: Hooked) -> None:
    api = hooked.life.api
    await hooked.say(ANA, "/start")
    for label in ("English", "Yes, I agree", "Report a problem", "Bins", "Full bin"):
        api.press(ANA, label)
        await hooked.go()
    words = ("It is full", "Palermo", "skip", "skip", "skip", "skip", "send it")
    await hooked.say(ANA, *words)
    assert any("Your number is MVD-" in text for text in api.texts(ANA))
    assert {status for _id, status in hooked.tries} == {200}
    assert len(api.answered) == 5
    assert hooked.life.count("select count(*) from report") == 1


async def test_the_same_update_again_and_again_is_answered_and_changes_nothing(
    hooked: Hooked,
) -> None:
    await hooked.say(ANA, "/start")
    number = hooked.tries[0][0]
    told = list(hooked.life.api.texts(ANA))
    for _time in range(3):
        hooked.life.api.again(number)
        assert hooked.life.api.hook is not None
        hooked.life.api.hook.push()
        await hooked.go()
    assert hooked.life.api.texts(ANA) == told
    assert [status for _id, status in hooked.tries] == [200] * 4


async def test_a_turn_that_is_held_is_answered_in_time_and_done_once(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.webhook.ANSWER_SECONDS", 0.05)
    go_on = asyncio.Event()
    take = hooked.life.take

    async def held(inbound: Inbound) -> None:
        await go_on.wait()
        await take(inbound)

    hooked.life.intake._take = held
    hooked.life.api.say(ANA, text="/start")
    await until(lambda: len(hooked.tries) >= 2)
    assert {status for _id, status in hooked.tries} == {503}
    go_on.set()
    await hooked.go()
    assert hooked.tries[-1][1] == 200
    assert len(hooked.life.api.texts(ANA)) == 1
    assert hooked.life.count("select count(*) from seen_update") == 1


async def test_a_database_that_is_away_is_503_without_any_effect(hooked: Hooked) -> None:
    async def away(_inbound: Inbound) -> None:
        raise Busy("locked")

    hooked.life.intake._take = away
    hooked.life.api.say(ANA, text="/start")
    await until(lambda: len(hooked.tries) >= TRIES + 1)
    assert {status for _id, status in hooked.tries} == {503}
    assert hooked.life.count("select count(*) from stuck_update") == 0
    assert hooked.life.count("select count(*) from resident") == 0
    hooked.life.intake._take = hooked.life.take
    await hooked.go()
    assert hooked.life.api.texts(ANA)


async def test_one_that_always_fails_is_set_aside_among_good_ones(hooked: Hooked) -> None:
    async def not_beto(inbound: Inbound) -> None:
        if inbound.address == str(BETO):
            raise ValueError("odd")
        await hooked.life.take(inbound)

    hooked.life.intake._take = not_beto
    hooked.life.api.say(BETO, text="/start")
    hooked.life.api.say(ANA, text="/start")
    await hooked.go()
    assert hooked.life.api.texts(ANA)
    assert {status for _id, status in hooked.tries} == {200}
    assert hooked.life.house.database.write_now(stuck.count) == 1


async def test_answers_that_come_at_once_are_taken_in_the_order_of_their_numbers(
    hooked: Hooked,
) -> None:
    """On lines of their own they may overtake each other, while an earlier one is being taken."""
    await hooked.say(ANA, "/start", "English", "yes", "report", "full bin")
    taken: list[str] = []
    go_on = asyncio.Event()

    async def watched(inbound: Inbound) -> None:
        taken.append(inbound.update)
        await go_on.wait()
        await hooked.life.take(inbound)

    hooked.life.intake._take = watched
    said = ("pump broken", "Palermo", "by the market", "skip")
    bodies = [_said(9000 + at, words) for at, words in enumerate(said)]
    secret = {"X_Telegram_Bot_Api_Secret_Token": SECRET}
    posts = [asyncio.create_task(hooked.post(bodies[0], **secret))]
    await until(lambda: taken)
    [queue] = hooked.life.intake._queues.values()
    for at in (3, 1, 2):
        posts.append(asyncio.create_task(hooked.post(bodies[at], **secret)))
        await until(lambda: len(queue.waiting) == len(posts) - 1)
    go_on.set()
    assert await asyncio.gather(*posts) == [200] * 4
    assert taken == ["9000", "9001", "9002", "9003"]
    await hooked.go()
    asked = [text for text in hooked.life.api.texts(ANA) if text.startswith("Tell us what you")]
    assert len(asked) == 1
    await hooked.say(ANA, "this week", "not sure")
    assert all(word in hooked.life.api.texts(ANA)[-1] for word in said[:3])


async def test_answers_of_one_moment_are_taken_in_the_order_of_their_numbers(life: Life) -> None:
    taken: list[str] = []

    async def watched(inbound: Inbound) -> None:
        taken.append(inbound.update)

    life.intake._take = watched
    numbers = (9002, 9000, 9001)
    await asyncio.gather(*(life.intake.take(_said(at, "/start")) for at in numbers))
    assert taken == ["9000", "9001", "9002"]
    cut = asyncio.create_task(life.intake.take(_said(9003, "/start")))
    await asyncio.sleep(0)
    cut.cancel()
    await asyncio.gather(cut, life.intake.take(_said(9004, "/start")), return_exceptions=True)
    assert taken[3:] == ["9004"]
    assert life.intake._queues == {}


def _said(number: int, words: str) -> bytes:
    person = {"id": ANA, "is_bot": False, "first_name": "A"}
    chat = {"id": ANA, "type": "private"}
    message = {"message_id": number, "date": DATE, "chat": chat, "from": person, "text": words}
    return json.dumps({"update_id": number, "message": message}).encode()


async def test_who_does_not_know_the_secret_is_refused_and_counted(hooked: Hooked) -> None:
    body = json.dumps({"update_id": 1}).encode()
    assert await hooked.post(body) == 403
    assert await hooked.post(body, X_Telegram_Bot_Api_Secret_Token=SECRET + "x") == 403
    assert await hooked.post(body, X_Telegram_Bot_Api_Secret_Token="") == 403
    assert hooked.hook.refused == 3
    assert await hooked.post(body, X_Telegram_Bot_Api_Secret_Token=SECRET) == 200


async def test_what_is_no_update_or_too_large_is_refused(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.webhook.BODY_MOST", 1000)
    secret = {"X_Telegram_Bot_Api_Secret_Token": SECRET}
    assert await hooked.post(b"", **secret) == 400
    assert await hooked.post(b"{}", **secret) == 400
    fits = b'{"update_id": 7}'.ljust(1000)
    assert await hooked.post(fits, **secret) == 200
    assert await hooked.post(fits + b" ", **secret) == 413


@pytest.mark.parametrize("depth", [600, 3_000, 100_000])
async def test_what_is_nested_without_end_is_refused_and_no_fault_of_ours(
    hooked: Hooked, depth: int, caplog: pytest.LogCaptureFixture
) -> None:
    hooked.life.intake._points = False
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    body = b'{"update_id": 7, "message": %b}' % nested
    assert await hooked.post(body, X_Telegram_Bot_Api_Secret_Token=SECRET) == 400
    assert await hooked.post(nested, X_Telegram_Bot_Api_Secret_Token=SECRET) == 400
    assert [record.message for record in caplog.records if record.exc_info] == []


async def test_other_paths_and_methods(hooked: Hooked) -> None:
    root = hooked.address.rpartition("/telegram")[0]
    async with aiohttp.ClientSession() as session:
        for method, path, status in (
            ("GET", "/health", 200),
            ("GET", path_of("uruguay"), 405),
            ("POST", path_of("kenya"), 404),
            ("POST", "/", 404),
        ):
            async with session.request(method, root + path) as answer:
                assert answer.status == status, path


async def test_setting_the_hook_waits_out_an_odd_server(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.webhook.AGAIN_SECONDS", 0.0)
    life.api.reach[PUBLIC] = "http://127.0.0.1:1"
    life.api.odd["setWebhook"] = [html_error, lambda: too_many(1)]
    await set_hook(life.intake._bot, "uruguay/telegram", PUBLIC, SECRET)
    call = life.api.calls[-1]
    assert call.method == "setWebhook"
    assert call.given["secret_token"] == SECRET
    assert not call.given.get("drop_pending_updates")


async def test_two_bots_of_one_process_survive_a_kill_over_the_web_hook(tmp_path: Path) -> None:
    first, other = BotApi(), BotApi(token=TOKEN.replace("123456789", "987654321"))
    async with serving(first, other):
        process = Process(tmp_path / "data")
        port = free_port()
        process.more = {
            "BARAZA_COUNTRIES": "uruguay,kenya",
            "BARAZA_TELEGRAM_TOKEN__URUGUAY": first.token,
            "BARAZA_TELEGRAM_TOKEN__KENYA": other.token,
            "BARAZA_TELEGRAM_API": first.address,
            "BARAZA_WEBHOOK_URL": PUBLIC,
            "BARAZA_WEBHOOK_SECRET": SECRET,
            "BARAZA_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
        }
        for api in (first, other):
            api.reach[PUBLIC] = f"http://127.0.0.1:{port}"
            api.say(ANA, text="/start")
        await asyncio.to_thread(process.start)
        await until(lambda: first.texts(ANA) and other.texts(ANA))
        first.press(ANA, "English")
        await until(lambda: any("Do you agree" in text for text in first.texts(ANA)))
        await asyncio.to_thread(process.stop, signal.SIGKILL)
        first.press(ANA, "Yes, I agree")
        other.press(ANA, "English")
        await asyncio.to_thread(process.start)
        await until(lambda: any("What would you like" in text for text in first.texts(ANA)))
        await until(lambda: any("Do you agree" in text for text in other.texts(ANA)))
        assert await asyncio.to_thread(process.stop) < 10
        assert sum("What would you like" in text for text in first.texts(ANA)) == 1
        for secret in (first.token, other.token, SECRET):
            assert secret not in process.log()
