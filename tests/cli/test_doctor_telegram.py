"""The doctor asks Telegram, waits for nobody too long, and never shows a token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import app
from bot.cli import doctor_database, doctor_telegram, finding
from bot.domain.outside import Outside
from storage import facts
from tests.cli.conftest import Shell
from tests.cli.test_upkeep import found
from tests.end_to_end import free_port
from tests.telegram.api import TOKEN, BotApi, html_error, server_error, serving, too_many


@pytest.fixture
async def api(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotApi]:
    async with serving(BotApi()) as api:
        monkeypatch.setenv("BARAZA_TELEGRAM_TOKEN__URUGUAY", TOKEN)
        monkeypatch.setenv("BARAZA_TELEGRAM_API", api.address)
        yield api


async def doctor_says(shell: Shell) -> str:
    told = (await asyncio.to_thread(shell.run, "doctor")).output
    assert TOKEN not in told
    assert TOKEN.partition(":")[2] not in told
    return told


async def test_a_bot_that_answers_is_named_with_what_waits(shell: Shell, api: BotApi) -> None:
    api.say(7_000_000_001, text="/start")
    told = await doctor_says(shell)
    [line] = found(told, "telegram")
    assert line.startswith("ok")
    assert "uruguay: @" in line
    [line] = found(told, "updates")
    assert "uruguay: 1 wait at Telegram. They are fetched by polling." in line
    assert "It agrees with Telegram's." in told


async def test_a_token_that_is_refused_is_bad(
    shell: Shell, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "987654321:" + "B" * 35
    monkeypatch.setenv("BARAZA_TELEGRAM_TOKEN__URUGUAY", other)
    told = await doctor_says(shell)
    [line] = found(told, "telegram")
    assert line.startswith("BAD")
    assert "refuses the token" in line
    assert "B" * 10 not in told


ODD = {"html": html_error, "restart": server_error, "wait": lambda: too_many(30)}


@pytest.mark.parametrize("away", ["no server", *ODD])
async def test_what_was_not_checked_is_said(
    shell: Shell, api: BotApi, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    if away in ODD:
        api.odd["getMe"] = [ODD[away]]
    else:
        monkeypatch.setenv("BARAZA_TELEGRAM_API", f"http://127.0.0.1:{free_port()}")
    [line] = found(await doctor_says(shell), "telegram")
    assert line.startswith("look")
    assert "token and clock are not checked" in line


@pytest.mark.parametrize("away", ["restart", "wait"])
async def test_that_what_waits_was_not_checked_is_said(
    shell: Shell, api: BotApi, away: str
) -> None:
    api.odd["getWebhookInfo"] = [ODD[away]]
    [line] = found(await doctor_says(shell), "updates")
    assert line.startswith("look")
    assert "what waits there is not checked" in line


def test_what_is_no_number_is_none() -> None:
    odd = {"url": "https://b.example", "pending_update_count": "x", "last_error_date": "y"}
    now = app.outside().clock()
    [line, _elsewhere] = doctor_telegram._hook("", odd, now)
    assert "0 wait at Telegram" in line.text


async def test_a_clock_that_is_off_is_seen_by_telegrams(
    shell: Shell, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = app.outside()
    off = doctor_telegram.CLOCK_OFF_MOST + timedelta(seconds=2)
    monkeypatch.setattr(app, "outside", lambda: Outside(lambda: real.clock() + off, real.random))
    lines = found(await doctor_says(shell), "clock")
    assert any(line.startswith("look") and "set it (ntp)" in line for line in lines)


@pytest.mark.parametrize(
    ("there", "wanted", "told"),
    [
        ("", "", ""),
        ("https://a.example/telegram/uruguay", "a.example", ""),
        ("", "a.example", "want them sent to a.example: `baraza run`"),
        ("https://b.example/x", "a.example", "want them sent to a.example"),
        ("https://b.example/x", "", "want them sent nowhere, but fetched"),
    ],
)
def test_a_web_hook_that_is_not_the_one_of_the_settings_is_told(
    there: str, wanted: str, told: str
) -> None:
    said = list(doctor_telegram._hook("", {"url": there}, app.outside().clock(), wanted))
    assert len(said) == 1 + bool(told)
    assert told in said[-1].text


def test_a_web_hook_that_fails_is_told_with_telegrams_reason() -> None:
    now = app.outside().clock()
    info = {
        "url": "https://chat.example.org/telegram/uruguay",
        "pending_update_count": doctor_telegram.PENDING_MANY,
        "last_error_date": int(now.timestamp()) - 120,
        "last_error_message": "Wrong response from the webhook: 502 Bad Gateway",
    }
    waiting, failed = doctor_telegram._hook("", info, now, "chat.example.org")
    assert waiting.state == finding.WARNING
    assert "sent to chat.example.org" in waiting.text
    assert "2 minutes ago: Wrong response" in failed.text


def test_the_doctor_asks_for_backups_and_knows_an_old_one(shell: Shell) -> None:
    shell.report("ana")
    [line] = found(shell.told("doctor"), "backup")
    assert line.startswith("look")
    shell.told("backup", str(shell.data / "backups"))
    [line] = found(shell.told("doctor"), "backup")
    assert line.startswith("ok")
    now = app.outside().clock()
    shell.read(facts.note_backup, now - doctor_database.BACKUP_AGE_MOST - timedelta(minutes=1))
    [line] = found(shell.told("doctor"), "backup")
    assert "look at its timer" in line


def test_the_doctor_finds_an_open_folder_of_keys(shell: Shell) -> None:
    shell.report("ana")
    keys = shell.data / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    assert found(shell.told("doctor"), "keys")[0].startswith("ok")
    keys.chmod(0o750)
    assert any(f"chmod 700 {keys}" in line for line in found(shell.told("doctor"), "keys"))


def test_the_doctor_knows_the_zone_of_every_country(shell: Shell) -> None:
    shell.report("ana")
    assert found(shell.told("doctor"), "zones")[0].startswith("ok")
