"""Some towns of the world in every run, and proof that it finds what is broken on purpose."""

from __future__ import annotations

import logging

import pytest

from bot.domain.inbound import Inbound
from storage import conversations
from tests.world.simulate import Broken, Found, prepare, run_seed
from tests.world.town import Town

SEEDS = (0, 3, 7)
"""A power cut in the first. `make simulate` runs hundreds."""

SOON = 3
"""A planted bug must be found within so many seeds."""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("bot").setLevel(logging.CRITICAL)
    prepare()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_town_that_dies_anywhere_ends_as_it_should(seed: int) -> None:
    found = Found()
    run_seed(seed, found)
    assert found.recoveries > 100
    if seed == 0:
        assert found.seen["power cut"] > 0


def _run_some(make: type[Town]) -> None:
    for seed in range(SOON):
        run_seed(seed, Found(), make)


class AcknowledgedTooSoon(Town):
    """Tells that it has heard before what was said is committed."""

    async def take(self, inbound: Inbound) -> None:
        self.acknowledged = True
        self.effect()
        await super().take(inbound)


def test_an_acknowledgement_before_the_commit_is_found() -> None:
    with pytest.raises(Broken, match="seed"):
        _run_some(AcknowledgedTooSoon)


def test_an_update_that_is_taken_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "note_update", lambda *_args: True)
    with pytest.raises(Broken, match="seed"):
        _run_some(Town)
