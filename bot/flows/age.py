"""The statement of age, which is asked once, by whatever first needs it."""

from __future__ import annotations

from bot.domain.messages import _
from bot.domain.residents import OfAge, StateAge
from bot.flows.questions import Do, Fact, Keep, YesNo


async def state_age(anew: bool = False) -> bool:
    """Whether who is talked to states to be of age. Await it `Within` a scope of its own.

    With `anew`, who said no before is asked again: they may have pressed the wrong button, or had
    a birthday since.
    """
    stated = await Fact("of-age", OfAge())
    if stated or (stated is not None and not anew):
        return stated
    adult = await YesNo("adult", _("Are you 18 or older?"), keep=Keep.NOTHING)
    await Do("state-age", StateAge(adult), adult, anew=True)
    return adult
