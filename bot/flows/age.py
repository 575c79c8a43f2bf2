"""The statement of age, which is asked once, by whatever first needs it."""

from __future__ import annotations

from bot.domain.messages import _
from bot.domain.residents import OfAge, StateAge
from bot.flows.questions import Do, Fact, Keep, YesNo


async def state_age() -> bool:
    """Whether who is talked to states to be of age. Await it `Within` a scope of its own."""
    stated = await Fact("of-age", OfAge())
    if stated is not None:
        return stated
    adult = await YesNo("adult", _("Are you 18 or older?"), keep=Keep.NOTHING)
    await Do("state-age", StateAge(adult), adult, anew=True)
    return adult
