"""An update that fails is tried again, set aside, and blocks nobody; the database's own troubles
are not its fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Connection
from starlette.responses import Response

from bot.domain.inbound import Inbound
from bot.handlers.intake import PAUSES, NoUpdate, Take
from bot.services.residents import ADDRESS
from bot.services.stuck import SORRY, TRIES, Away
from bot.work.sweeping import sweep
from storage import stuck
from storage.errors import Busy
from tests.telegram.life import ANA, BETO, Life, at_the_menu
from tests.votes.samples import begin


def fail_for(life: Life, chat: int, *errors: Exception) -> list[str]:
    """Turns of a chat raise these in turn, the last one for ever; the updates that were tried."""
    take: Take = life.intake._take
    left = list(errors)
    tried: list[str] = []

    async def sometimes(inbound: Inbound) -> None:
        if inbound.address == str(chat) and left:
            tried.append(inbound.update)
            error = left.pop(0) if len(left) > 1 else left[0]
            raise error
        await take(inbound)

    life.intake._take = sometimes
    return tried


async def test_an_update_is_confirmed_only_after_its_turn(life: Life) -> None:
    take: Take = life.intake._take
    confirmed: list[int] = []

    async def watched(inbound: Inbound) -> None:
        confirmed.append(life.api.confirmed)
        await take(inbound)

    life.intake._take = watched
    number = life.api.say(ANA, text="/start")
    await life.poller.poll(0)
    assert confirmed == [0]
    await life.poller.poll(0)
    assert life.api.confirmed == number + 1


async def test_one_that_fails_once_is_tried_again_and_leaves_no_trace(life: Life) -> None:
    take: Take = life.intake._take
    failures = iter([ValueError("odd")])

    async def once(inbound: Inbound) -> None:
        for failure in failures:
            raise failure
        await take(inbound)

    life.intake._take = once
    life.api.say(ANA, text="/start")
    await life.go()
    assert life.api.texts(ANA)
    assert life.count("select count(*) from stuck_update") == 0


async def test_one_that_always_fails_is_set_aside_and_blocks_no_other(life: Life) -> None:
    tried = fail_for(life, BETO, ValueError("odd"))
    bad = life.api.say(BETO, text="/start")
    life.api.say(ANA, text="/start")
    await life.go()
    assert life.api.texts(ANA)
    assert life.api.texts(BETO) == []
    assert tried == [str(bad)] * TRIES
    assert life.api.confirmed > bad
    [item] = life.house.database.write_now(stuck.list_stuck)
    assert (item.bot, item.update_id) == ("uruguay/telegram", str(bad))
    assert (item.tries, item.reason) == (TRIES, "ValueError")


async def test_whose_message_is_set_aside_hears_of_it_once_in_their_language(
    life: Life,
) -> None:
    await life.say(ANA, "/start")
    await life.press(ANA, "Español", "Sí")
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    life.intake._wait = wait
    fail_for(life, ANA, ValueError("odd"))
    number = life.api.say(ANA, text="hola")
    await life.go()
    said = life.house.speeches["uruguay"].text(SORRY, "es")
    assert life.api.texts(ANA)[-1] == said
    assert waits == list(PAUSES[: TRIES - 1])
    await life.intake.retry(str(number))
    await life.go()
    assert life.api.texts(ANA).count(said) == 1


async def test_whoever_dies_over_it_has_set_it_aside_and_owes_the_apology_or_neither(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await life.say(ANA, "/start")
    await life.press(ANA, "English", "Yes")
    before = life.count("select count(*) from outbox")
    database, seen = life.house.database, []
    write = database.write

    async def watched(*call: Any, **named: Any) -> Any:
        result = await write(*call, **named)
        if life.count("select count(*) from stuck_update where set_aside"):
            seen.append(life.count("select count(*) from outbox") - before)
        return result

    monkeypatch.setattr(database, "write", watched)
    fail_for(life, ANA, ValueError("odd"))
    life.api.say(ANA, text="hola")
    await life.go()
    assert seen[0] == 1


async def test_tries_before_a_restart_count(life: Life) -> None:
    number = life.api.say(BETO, text="/start")
    raw = json.dumps(life.api.updates[0]).encode()
    failures = life.intake._failures
    for _try in range(TRIES - 1):
        aside = await failures.note(
            life.intake.name, str(number), raw, str(BETO), ValueError(), TRIES
        )
        assert not aside
    tried = fail_for(life, BETO, ValueError("odd"))
    await life.go()
    assert len(tried) == 1
    assert life.house.database.write_now(stuck.count) == 1


async def test_a_database_that_is_away_is_never_the_updates_fault(life: Life) -> None:
    tried = fail_for(life, BETO, Busy("locked"))
    number = life.api.say(BETO, text="/start")
    life.api.say(ANA, text="/start")
    for _poll in range(TRIES + 1):
        with pytest.raises(Away):
            await life.poller.poll(0)
    assert len(tried) == TRIES + 1
    assert life.api.confirmed < number
    assert life.count("select count(*) from stuck_update") == 0
    assert life.count("select count(*) from resident") == 1
    life.intake._take = life.take
    await life.go()
    assert life.api.texts(BETO)
    assert life.count("select count(*) from seen_update") == 2


async def test_a_database_that_goes_away_while_a_failure_is_forgotten_is_waited_for(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = iter([Busy("locked")])

    def drop(_connection: Connection, _bot: str, _update: str) -> None:
        for error in away:
            raise error

    monkeypatch.setattr(stuck, "drop", drop)
    take, odd = life.intake._take, iter([ValueError("odd")])

    async def once(inbound: Inbound) -> None:
        for failure in odd:
            raise failure
        await take(inbound)

    life.intake._take = once
    life.api.say(ANA, text="/start")
    with pytest.raises(Away):
        await life.poller.poll(0)
    await life.go()
    assert sum("Which language do you want?" in said for said in life.api.texts(ANA)) == 1
    assert life.house.database.write_now(stuck.count) == 0


async def test_an_update_that_cannot_be_read_is_set_aside_at_once(life: Life) -> None:
    odd = life.api.say(BETO, text="/start")
    life.api.updates[0]["message"]["date"] = {"not": "a date"}
    life.api.say(ANA, text="/start")
    await life.go()
    assert life.api.texts(ANA)
    [item] = life.house.database.write_now(stuck.list_stuck)
    assert (item.update_id, item.tries, item.reason) == (str(odd), 1, "ValidationError")
    known = life.house.keys.find(ADDRESS, f"uruguay/telegram:{BETO}").hex()
    assert life.count(f"select count(*) from stuck_update where hex(hash) = upper('{known}')") == 1


OLDER_POLL = {"id": "1", "question": "?", "options": [], "total_voter_count": 0}
NEW_ORIGIN = {"type": "of 2031", "date": 1_764_000_000}


@pytest.mark.parametrize(
    ("odd", "answered"),
    [
        ({"text": "/help", "forward_origin": NEW_ORIGIN}, "How can we help?"),
        ({"text": "/help", "external_reply": {"origin": NEW_ORIGIN}}, "How can we help?"),
        ({"text": "/help", "quote": 1, "entities": 2}, "How can we help?"),
        ({"poll": OLDER_POLL}, "What would you like to do?"),
        ({"sticker": {"file_id": "s"}}, "What would you like to do?"),
        ({"chat_background_set": {"type": NEW_ORIGIN}}, None),
    ],
)
async def test_what_another_version_of_the_server_has_otherwise_costs_nobody_their_words(
    life: Life, odd: dict[str, Any], answered: str | None
) -> None:
    await at_the_menu(life)
    heard = len(life.api.texts(ANA))
    life.api.say(ANA, **odd)
    await life.go()
    assert life.house.database.write_now(stuck.count) == 0
    told = life.api.texts(ANA)[heard:]
    assert (told[-1] if told else None) == answered


@pytest.mark.parametrize("odd", [{"voice": {"file_id": 1}}, {"text": "x", "from": {"id": ANA}}])
async def test_what_cannot_be_read_of_what_is_said_is_set_aside(
    life: Life, odd: dict[str, Any]
) -> None:
    await at_the_menu(life)
    life.api.say(ANA, **odd)
    await life.go()
    [item] = life.house.database.write_now(stuck.list_stuck)
    assert (item.reason, item.kept) == ("ValidationError", True)


async def test_an_update_of_a_kind_that_nobody_knows_is_no_failure(life: Life) -> None:
    life.api.queue({"a_kind_of_2031": {"chat": {"id": ANA}, "text": "hello"}})
    await life.go()
    assert life.house.database.write_now(stuck.count) == 0


async def test_half_of_a_sign_in_one_message_keeps_no_other_away(life: Life) -> None:
    await at_the_menu(life)
    life.api.say(ANA, text="/help half \\ud83d whole \N{WAVING HAND SIGN}")
    life.api.say(BETO, text="/start")
    raw = json.dumps({"ok": True, "result": life.api.updates}).replace("\\\\ud83d", "\\ud83d")
    assert r"half \ud83d whole \ud83d\udc4b" in raw
    life.api.odd["getUpdates"] = [lambda: Response(raw)]
    await life.go()
    assert life.api.texts(ANA)[-1] == "How can we help?"
    assert "Which language do you want?" in life.api.texts(BETO)[-1]
    life.api.say(ANA, text="/report \\ud83d")
    pushed = json.dumps(life.api.updates.pop()).replace("\\\\ud83d", "\\ud83d")
    await life.intake.take(pushed.encode())
    while await life.sender.send_ready():
        continue
    assert life.api.texts(ANA)[-1] == "What is the problem?"


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"{", b'{"update_id": "x"}', b"\xff\xfe"])
async def test_what_is_no_update_is_refused(life: Life, raw: bytes) -> None:
    with pytest.raises(NoUpdate):
        await life.intake.take(raw)


async def test_what_was_set_aside_can_be_tried_again(life: Life) -> None:
    fail_for(life, BETO, ValueError("odd"))
    number = str(life.api.say(BETO, text="/start"))
    await life.go()
    await life.intake.retry(number)
    [item] = life.house.database.write_now(stuck.list_stuck)
    assert item.tries == TRIES + 1
    life.intake._take = life.take
    await life.intake.retry(number)
    assert life.house.database.write_now(stuck.count) == 0
    while await life.sender.send_ready():
        continue
    assert life.api.texts(BETO)
    await life.intake.retry(number)


async def test_what_was_set_aside_is_sealed_and_forgotten_with_its_sender(life: Life) -> None:
    await at_the_menu(life)
    take = life.take
    fail_for(life, ANA, ValueError("odd"))
    await life.say(ANA, "palabrasquenadiemasescribe")
    assert life.house.database.write_now(stuck.count) == 1
    assert b"palabrasquenadiemasescribe" not in life.house.path.read_bytes()
    life.intake._take = take
    await life.say(ANA, "/forget")
    await life.press(ANA, "Yes")
    assert life.house.database.write_now(stuck.count) == 0


async def test_what_is_set_aside_never_names_a_choice_in_a_vote(life: Life) -> None:
    house = life.house
    await at_the_menu(life, BETO)
    await at_the_menu(life)
    house.database.write_now(begin, house.outside, house.keys, house.countries["uruguay"], "one")
    await life.say(ANA, "vote")
    take: Take = life.intake._take
    fail_for(life, ANA, ValueError("odd"))
    await life.press(ANA, "Trees")
    await life.say(ANA, "Trees")
    life.intake._take = take
    chosen = life.api.say(ANA, text="Trees")
    await life.go()
    await life.press(ANA, "Send")
    assert life.count("select count(*) from ballot") == 1
    fail_for(life, ANA, ValueError("odd"))
    life.api.edit(chosen, text="Lights")
    await life.go()
    fail_for(life, BETO, ValueError("odd"))
    await life.say(BETO, "kept, as always")
    kept = {item.update_id: item.kept for item in house.database.write_now(stuck.list_stuck)}
    assert list(kept.values()) == [False, False, False, True]
    for update, has in kept.items():
        raw = await life.intake._failures.find(life.intake.name, update)
        assert (raw is not None) == has
        await life.intake.retry(update)
    assert life.count("select count(*) from stuck_update where length(sealed) > 0") == 1
    assert life.api.texts(ANA).count(house.speeches["uruguay"].text(SORRY, "en")) == 3


async def test_where_no_point_is_kept_none_is_set_aside_either(life: Life) -> None:
    life.intake._points = False
    fail_for(life, BETO, ValueError("odd"))
    here = {"latitude": 6.541234, "longitude": 101.281234}
    place = {"location": here, "title": "A house", "address": "Its street 7"}
    numbers = [life.api.say(BETO, location=here), life.api.say(BETO, location=here, venue=place)]
    await life.go()
    for number in numbers:
        raw = await life.intake._failures.find(life.intake.name, str(number))
        assert raw is not None
        assert not [part for part in (b"541234", b"281234", b"house", b"street") if part in raw]
    life.intake._take = life.take
    for number in numbers:
        await life.intake.retry(str(number))
    assert life.house.database.write_now(stuck.count) == 0


async def test_what_was_set_aside_goes_with_the_sweep(life: Life) -> None:
    fail_for(life, BETO, ValueError("odd"))
    life.api.say(BETO, text="/start")
    await life.go()
    house = life.house
    house.later(days=29)
    await sweep(house.database, house.outside, house.countries)
    assert house.database.write_now(stuck.count) == 1
    house.later(days=2)
    await sweep(house.database, house.outside, house.countries)
    assert house.database.write_now(stuck.count) == 0


async def test_queues_of_chats_leave_nothing_behind(life: Life) -> None:
    await at_the_menu(life)
    assert life.intake._queues == {}
