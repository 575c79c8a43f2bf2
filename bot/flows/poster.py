"""A poster's code that comes in the middle of a report."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.messages import Name, _
from bot.domain.residents import OpenFlow
from bot.flows.questions import YesNo
from bot.flows.state import Kept


async def poster(country: Country, area: str) -> OpenFlow:
    """Begin anew where the poster hangs, or go on with what was being told."""
    place = country.places_by_key().get(area)
    anew = await YesNo(
        "anew",
        _("You have a report under way. Begin a new one, in {place}?")(
            place=Name(area) if place is None else place.name
        ),
        # i18n: button
        yes=_("Begin a new one"),
        # i18n: button
        no=_("Go on with mine"),
        subject=area,
    )
    return OpenFlow("report", area) if anew else OpenFlow("report")


def placed(area: str) -> tuple[Kept, ...]:
    """What a report begins with that is told where a poster hangs: its place is answered.

    Like any answer it can be changed at the review, and is asked for when it no longer stands.
    """
    return (Kept("place", "", {"area": area, "point": None}),)
