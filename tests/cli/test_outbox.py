"""`baraza outbox`: how it stands with each bot, and stopping one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from storage import budget, outbox
from tests.cli.conftest import Shell

WEB, TELEGRAM = "uruguay/web", "uruguay/telegram"


def told(shell: Shell) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell.told("outbox", "status", "--format", "json"))
    return found


def of(shell: Shell, bot: str) -> dict[str, Any]:
    [found] = [one for one in told(shell)["bots"] if one["bot"] == bot]
    return dict(found)


def test_each_state_is_counted_by_bot_with_its_reasons(shell: Shell) -> None:
    shell.talk("ana", "/start", "English")
    owed = of(shell, WEB)
    assert owed["owed"] > 3
    assert owed["oldest_owed_seconds"] >= 0
    shell.execute(
        "update outbox set state = 'given up', reason = 'blocked'"
        " where id = (select min(id) from outbox)"
    )
    shell.execute(
        "update outbox set state = 'unknown' where id = (select min(id) + 1 from outbox)"
    )
    shell.execute(
        "update outbox set state = 'sent', ref = '7', unsure = 1"
        " where id = (select min(id) + 2 from outbox)"
    )
    after = of(shell, WEB)
    assert after["owed"] == owed["owed"] - 3
    assert after["given_up"] == {"blocked": 1}
    assert (after["unknown"], after["sent_today"], after["twice"]) == (1, 1, 1)
    table = shell.told("outbox", "status")
    assert "1 given up (blocked)" in table
    assert "stuck updates  0" in table
    shell.execute("update outbox set created_at = '2020-01-01T00:00:00.000000Z'")
    assert of(shell, WEB)["sent_today"] == 0


def test_until_when_a_channel_wants_silence_is_told(shell: Shell) -> None:
    shell.talk("ana", "/start")
    for house in shell.house():
        now = house.outside.clock()
        until = now + timedelta(seconds=10_072)
        house.database.write_now(budget.pause, TELEGRAM, until, now)
    assert of(shell, TELEGRAM)["silent_until"] == until.isoformat()
    assert f"Paused until {until:%Y-%m-%d %H:%M:%S} UTC" in shell.told("outbox", "status")
    assert "Nothing is paused" in shell.refused("outbox", "resume")
    told_by_doctor = shell.told("doctor")
    assert f"{TELEGRAM}: its channel wants silence until {until:%Y-%m-%d %H:%M}" in told_by_doctor
    assert WEB not in told_by_doctor


def test_a_bot_that_is_paused_owes_until_it_is_resumed(shell: Shell) -> None:
    shell.talk("ana", "/start")
    assert TELEGRAM in shell.told("outbox", "pause", "--bot", TELEGRAM)
    assert not of(shell, WEB)["paused"]
    assert "already" in shell.refused("outbox", "pause", "--bot", TELEGRAM)
    assert WEB in shell.told("outbox", "pause")
    assert of(shell, WEB)["paused"]
    assert f"{WEB}: an operator has paused it" in shell.told("doctor")
    for house in shell.house():
        now, rooms = house.outside.clock(), {WEB: outbox.Room(50)}
        assert house.database.write_now(outbox.claim, now, 50, rooms) == []
        due = house.database.write_now(outbox.next_due, now, rooms)
        assert due is not None
        assert due > now + timedelta(days=999)
    assert "No restore waits here" in shell.refused("outbox", "resume", "--drop-owed")
    assert of(shell, WEB)["paused"]
    assert "Sending again" in shell.told("outbox", "resume")
    for house in shell.house():
        assert house.database.write_now(outbox.claim, house.outside.clock(), 50, rooms)
    actions = [(action, subject) for action, subject, _detail in shell.audits()]
    assert actions[0] == ("outbox pause", TELEGRAM)
    assert ("outbox resume", WEB) in actions


def test_a_bot_that_is_none_is_refused_with_those_there_are(shell: Shell) -> None:
    assert "uruguay/telegram" in shell.refused("outbox", "pause", "--bot", "atlantis/telegram")
