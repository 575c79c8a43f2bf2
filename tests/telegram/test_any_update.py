"""Whatever update comes: no crash, no silence to a person, and the next one is answered.

A case that failed is made smaller, field by field, before it is shown.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiogram.enums import ContentType as Kind
from aiogram.types import Update
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Connection

from bot.conversation import Conversations
from bot.domain.inbound import Inbound, Location
from bot.handlers import polling
from tests.examples import examples
from tests.telegram.indoors import Driven, driven
from tests.telegram.made_updates import ANA, BETO, STRANGER, Maker

UPDATES = 200
"""Updates of one example: 5,000 examples, as `make fuzz` asks for, are a million."""

SHARES = 10
"""Tests that the examples are spread over: a million updates take two hours of one core."""

LONGEST_WAIT = 120.0
"""Seconds within which everybody is answered, albums and cut texts too."""

MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""Where files cost no disk."""

SILENT = frozenset(
    {
        "pinned_message", "message_auto_delete_timer_changed", "chat_background_set",
        "write_access_allowed", "connected_website", "successful_payment", "refunded_payment",
        "boost_added", "proximity_alert_triggered", "gift_upgrade_sent", "giveaway_created",
        "giveaway_completed", "managed_bot_created", "checklist_tasks_done",
        "checklist_tasks_added", "poll_option_added", "poll_option_deleted",
        "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
        "general_forum_topic_hidden", "general_forum_topic_unhidden",
        "video_chat_scheduled", "video_chat_started", "video_chat_ended",
        "video_chat_participants_invited", "direct_message_price_changed",
        "paid_message_price_changed", "suggested_post_approved",
        "suggested_post_approval_failed", "suggested_post_declined", "suggested_post_paid",
        "suggested_post_refunded", "community_chat_added", "community_chat_removed",
        "community_chat_joined", "chat_owner_left", "chat_owner_changed", "new_chat_members",
        "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
        "group_chat_created", "supergroup_chat_created", "channel_chat_created",
        "migrate_to_chat_id", "migrate_from_chat_id",
    }
)  # fmt: skip
"""What Telegram says by itself about a chat: nobody waits for an answer."""

assert {str(kind.value) for kind in Kind} >= SILENT, "a kind that Telegram does not know"


def who_waits(made: dict[str, Any]) -> int | None:
    """The person in a private chat who should hear something; None where silence is right."""
    try:
        update = Update.model_validate_json(json.dumps({"update_id": 1, **made}))
    except ValidationError:
        return None
    message = update.message
    if message is not None:
        if message.chat.type != "private" or message.from_user is None or message.from_user.is_bot:
            return None
        if message.sender_chat is not None or message.chat.id not in (ANA, BETO, STRANGER):
            return None
        return None if message.content_type in SILENT else message.chat.id
    query = update.callback_query
    if query is not None and query.message is not None and not query.from_user.is_bot:
        here = query.message.chat
        return here.id if here.type == "private" and here.id == query.from_user.id else None
    return None


class Silence(AssertionError):
    """Somebody was not answered."""


@contextmanager
def no_errors() -> Iterator[list[str]]:
    """Whatever is logged as an error is collected: a crash that was caught is one all the same."""
    found: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(f"{record.getMessage()} {record.exc_info}")

    handler = Collect(logging.ERROR)
    logging.getLogger("bot").addHandler(handler)
    try:
        yield found
    finally:
        logging.getLogger("bot").removeHandler(handler)


async def try_update(life: Driven, made: dict[str, Any], errors: list[str]) -> None:
    """Let an update come. Raises `AssertionError` when it is not borne well."""
    api = life.api
    waits = who_waits(made)
    for chat in (ANA, BETO, STRANGER):
        api.chats.setdefault(chat, {"id": chat, "type": "private"})
    before = len(api.messages) + len(api.documents)
    api.updates.append({"update_id": api.next_id(), **made})
    readable = _readable(made)
    await life.go(LONGEST_WAIT)
    if readable:
        assert not errors, errors[0]
    errors.clear()
    assert api.updates == []
    if waits is not None and len(api.messages) + len(api.documents) == before:
        raise Silence("met with silence")


def _readable(made: dict[str, Any]) -> bool:
    try:
        Update.model_validate_json(json.dumps({"update_id": 1, **made}))
    except ValidationError:
        return False
    return True


async def answered(life: Driven, chat: int) -> None:
    """The next ordinary message is answered."""
    before = len(life.api.texts(chat))
    life.api.say(chat, text="menu")
    await life.go(LONGEST_WAIT)
    if len(life.api.texts(chat)) == before:
        raise Silence("the next ordinary message was not answered")


async def play(seed: int, count: int = UPDATES) -> None:
    """So many updates of a seed come, one after the other. Raises what went wrong."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, no_errors() as errors:
        async with driven(Path(folder)) as life:
            life.api.second_opinion = False
            maker = Maker(life.api, chance)
            for words in ("/start", "English", "yes"):
                life.api.say(ANA, text=words)
                await life.go()
            for number in range(count):
                made = maker.update()
                if not _readable(made):
                    continue
                try:
                    await try_update(life, made, errors)
                except Exception as error:
                    small = await shrunk(made, type(error))
                    error.add_note(f"seed {seed}, update {number}: {json.dumps(small)[:2000]}")
                    raise
            for chat in (ANA, BETO):
                await answered(life, chat)
            assert not errors, errors[0]
            # A topic that is gone is answered in the chat instead.
            allowed = (
                *("query is too old", "not modified", "chat not found", "wrong file_id"),
                "message thread not found",
            )
            refused = life.api.refusals(*allowed)
            assert not refused, refused[0]


async def shrunk(made: dict[str, Any], failure: type[Exception]) -> dict[str, Any]:
    """The same failure in fewer words, if it shows in a house of its own at all."""

    async def fails(candidate: dict[str, Any]) -> bool:
        with tempfile.TemporaryDirectory() as folder, no_errors() as errors:
            async with driven(Path(folder)) as life:
                try:
                    await try_update(life, candidate, errors)
                except failure:
                    return True
                except Exception:  # noqa: BLE001  # another failure is not the one looked for
                    return False
                return False

    if not await fails(made):
        return made
    smaller = True
    while smaller:
        smaller = False
        for candidate in _without_one(made):
            if await fails(candidate):
                made, smaller = candidate, True
                break
    return made


def _without_one(value: Any) -> Iterator[Any]:
    """Copies that lack one field or item each, the outermost first."""
    if isinstance(value, dict):
        for name in value:
            yield {other: item for other, item in value.items() if other != name}
        for name, item in value.items():
            for smaller in _without_one(item):
                yield {**copy.copy(value), name: smaller}
    elif isinstance(value, list):
        for at in range(len(value)):
            yield value[:at] + value[at + 1 :]


@pytest.mark.parametrize("share", range(SHARES))
@examples(10, SHARES)
@given(seed=st.integers(0, 2**32))
def test_whatever_comes_is_borne_and_answered(share: int, seed: int) -> None:
    asyncio.run(play(seed * SHARES + share))


take_turn = Conversations.take_turn


async def play_several() -> None:
    """Some seeds: not every one brings everything."""
    for seed in range(6):
        await play(seed)


async def test_a_planted_silence_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(self: Conversations, connection: Connection, inbound: Inbound) -> None:
        if not isinstance(inbound.input, Location):
            take_turn(self, connection, inbound)

    monkeypatch.setattr(Conversations, "take_turn", deaf)
    with pytest.raises(Silence) as found:
        await play_several()
    assert "location" in found.value.__notes__[0]


async def test_a_planted_crash_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "WAIT_SECONDS", 0.0)

    def crash(self: Conversations, connection: Connection, inbound: Inbound) -> None:
        if isinstance(inbound.input, Location):
            raise LookupError("planted")
        take_turn(self, connection, inbound)

    monkeypatch.setattr(Conversations, "take_turn", crash)
    with pytest.raises(AssertionError, match="failed") as found:
        await play_several()
    assert "location" in found.value.__notes__[0]
