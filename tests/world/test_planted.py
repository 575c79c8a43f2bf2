"""Proof that the world finds what is broken on purpose, each thing where it comes up first.

What a death is not needed for is sought in towns without any.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.conversation import files
from bot.domain.files import NOT_FETCHED, Fetching, Lost, NotYet
from bot.handlers import fetching
from bot.handlers.intake import Intake
from bot.services import announcements, delivering, edits
from bot.services.pauses import Pauses
from bot.work.files import FileKeeper
from storage import delivery_counts, used_files
from storage.deliveries import Copy, Ended
from tests.world import filing, simulate
from tests.world.faults import FIND, LOAD, SEND, SLOW, Fault
from tests.world.matters import MEND
from tests.world.people import TELEGRAM, Resident
from tests.world.plans import Plan, plan
from tests.world.simulate import Broken, Found, run_seed
from tests.world.ways_out import KeptStore

SOON = 40
"""Among so many seeds the first towns are sought in which something happens at all."""

IS_REFUSED = 23
"""A small town in which Telegram wants to wait for what is asked for a busy chat."""


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody dies."""

    def without_deaths(seed: int) -> Plan:
        calm = plan(seed)
        calm.steps[:] = [replace(step, watched=False) for step in calm.steps]
        return calm

    monkeypatch.setattr(simulate, "plan", without_deaths)


def _first(wanted: Callable[[Plan], bool]) -> int:
    """The first town that is so."""
    return next(seed for seed in range(SOON) if wanted(plan(seed)))


def _moves(one: Plan) -> set[str]:
    return {move.kind for who in one.people.values() for move in who.moves}


def _has(*kinds: str) -> Callable[[Plan], bool]:
    return lambda one: _moves(one).issuperset(kinds)


def _forgets_a_file(one: Plan) -> bool:
    sent = {"photo", "shared photo", "voice", "album", "late album"}
    return any(
        who.forgets and any(move.kind in sent for move in who.moves) for who in one.people.values()
    )


@pytest.mark.usefixtures("calm")
def test_a_file_that_stays_when_its_sender_is_forgotten_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FileKeeper, "erase_unused", lambda *_args: asyncio.sleep(0))
    with pytest.raises(Broken, match="is nobody's, and in the store"):
        run_seed(_first(_forgets_a_file), Found())


@pytest.mark.usefixtures("calm")
def test_a_file_that_is_erased_while_somebody_has_it_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(used_files, "media_names", lambda _connection, *_among: frozenset())

    def keeps_another(one: Plan) -> bool:
        senders = {who.name: who.forgets for who in one.people.values() if _sends(who.moves)}
        return any(who.forgets for who in one.people.values()) and False in senders.values()

    with pytest.raises(Broken, match="is kept, and not in the store"):
        run_seed(_first(keeps_another), Found())


def _sends(moves: Sequence[Any]) -> bool:
    return any(move.kind in {"photo", "shared photo", "voice", "album"} for move in moves)


@pytest.mark.usefixtures("calm")
def test_a_file_that_is_given_up_at_its_first_failure_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    once = fetching.fetch_file

    async def fetch(*args: Any) -> Fetching:
        got = await once(*args)
        return Lost(NOT_FETCHED) if isinstance(got, NotYet) else got

    monkeypatch.setattr(filing, "fetch_file", fetch)

    def fails(one: Plan) -> bool:
        sent = {"photo", "shared photo", "voice"}
        return any(
            {move.kind for doing in step.doings for move in doing.moves} & sent
            and any(f.method in {FIND, LOAD} and f.kind != SLOW for f in step.faults)
            for step in one.steps
        )

    with pytest.raises(Broken, match="step"):
        run_seed(_first(fails), Found())


def test_a_row_that_is_kept_before_its_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    late: list[tuple[KeptStore, Any]] = []
    put, settle = KeptStore.put, KeptStore.settle

    def put_later(store: KeptStore, cleaned: Any) -> str:
        late.append((store, cleaned))
        return str(cleaned.sha256)

    def settle_after(store: KeptStore, name: str) -> None:
        for one in [one for one in late if one[0] is store]:
            late.remove(one)
            put(*one)
        settle(store, name)

    monkeypatch.setattr(KeptStore, "put", put_later)
    monkeypatch.setattr(KeptStore, "settle", settle_after)

    def dies_sending(one: Plan) -> bool:
        return any(
            step.watched
            and any(
                one.people[doing.who].channel == TELEGRAM
                for doing in step.doings
                if _sends(doing.moves)
            )
            for step in one.steps
        )

    with pytest.raises(Broken, match=r"died . times: .* is kept, and not in the store"):
        run_seed(_first(dies_sending), Found())


@pytest.mark.parametrize("part", ["_keep_chat", "load"])
def test_a_wait_that_is_not_kept_or_not_read_is_found(
    monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def is_refused_once(seed: int) -> Plan:
        one = plan(seed)
        at = next(
            number
            for number, step in enumerate(one.steps)
            if number > len(one.steps) // 2
            and any(one.people[doing.who].channel == TELEGRAM for doing in step.doings)
        )
        for number, step in enumerate(one.steps):
            faults = (Fault("429 bot", SEND),) if number == at else ()
            one.steps[number] = replace(step, watched=number == at, faults=faults)
        return one

    monkeypatch.setattr(simulate, "plan", is_refused_once)
    broken = {"_keep_chat": lambda *_args: None, "load": lambda _pauses: asyncio.sleep(0)}
    monkeypatch.setattr(Pauses, part, broken[part])
    with pytest.raises(Broken, match=r"died . times: asked too soon"):
        run_seed(IS_REFUSED, Found())


@pytest.mark.usefixtures("calm")
def test_a_lost_file_that_is_not_asked_for_again_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_take_out", lambda *_args: None)
    with pytest.raises(Broken, match="is not told that a file was lost"):
        run_seed(_first(_has("gone photo")), Found())


@pytest.mark.usefixtures("calm")
def test_words_that_were_changed_after_they_were_sent_and_are_lost_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edits, "add_edit", lambda *_args: None)
    with pytest.raises(Broken, match="changed to"):
        run_seed(_first(lambda one: any(who.edited for who in one.people.values())), Found())


@pytest.mark.usefixtures("calm")
def test_an_update_that_is_not_taken_when_it_is_tried_again_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def settled(intake: Intake, number: str) -> None:
        await intake._failures.settle(intake.name, number)

    monkeypatch.setattr(Intake, "retry", settled)

    def mends(one: Plan) -> bool:
        return MEND in _moves(one) and "vote" not in one.matters

    with pytest.raises(Broken, match="tried again, 0 left, 0 answered"):
        run_seed(_first(mends), Found())


@pytest.mark.usefixtures("calm")
def test_two_announcements_in_a_week_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_args: object) -> Mapping[str, list[datetime]]:
        return {}

    monkeypatch.setattr(delivery_counts, "lately_got", nobody)
    with pytest.raises(Broken, match="two announcements in a week"):
        run_seed(_first(_has("announce again", "week")), Found())


@pytest.mark.usefixtures("calm")
def test_an_announcement_after_stop_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    once = delivering._screen

    def deaf(
        connection: Connection, country: Any, row: Any, copies: Sequence[Copy], now: datetime
    ) -> list[Ended]:
        heard = [replace(copy, stopped=False) for copy in copies]
        return once(connection, country, row, heard, now)

    monkeypatch.setattr(delivering, "_screen", deaf)
    monkeypatch.setattr(announcements, "stopped", lambda *_args: None)

    def stops(who: Resident) -> bool:
        said = [move for move in who.moves if move.text in {"stop", "start"}]
        night = any(move.after == ("announced",) for move in said)
        return who.channel == TELEGRAM and night and len(said) == 1 and not who.forgets

    def stops_at_night(one: Plan) -> bool:
        return "night" in _moves(one) and any(stops(who) for who in one.people.values())

    with pytest.raises(Broken, match="has said stop"):
        run_seed(_first(stops_at_night), Found())
