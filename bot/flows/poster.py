"""A poster's code, or its word, that comes in the middle of something else."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.messages import Name, _
from bot.domain.residents import OpenFlow
from bot.flows.questions import Sure, YesNo
from bot.flows.state import Kept


async def poster(country: Country, area: str) -> OpenFlow:
    """Begin anew where the poster hangs, or go on with what was being told."""
    anew = await Sure(
        "anew",
        _("You have a report that is not finished. Start a new one, in {place}?")(
            place=_name(country, area)
        ),
        # i18n: button
        yes=_("Start a new one"),
        # i18n: button
        no=_("Go on with mine"),
        subject=area,
    )
    return OpenFlow("report", area) if anew else OpenFlow("report")


async def there(country: Country, area: str) -> OpenFlow | None:
    """A place's name that answered nothing where an idea or a vote is under way: it may be the
    word of a poster, or an answer to what was asked."""
    wanted = await YesNo(
        "there",
        _("You wrote {place}. Report a problem there?")(place=_name(country, area)),
        # i18n: button
        yes=_("Report there"),
        # i18n: button
        no=_("Go on with mine"),
        subject=area,
    )
    return OpenFlow("poster", area) if wanted else None


def _name(country: Country, area: str) -> Name:
    place = country.places_by_key().get(area)
    return Name(area) if place is None else place.name


def placed(area: str) -> tuple[Kept, ...]:
    """What a report begins with that is told where a poster hangs: its place is answered.

    Like any answer it can be changed at the review, and is asked for when it no longer stands.
    """
    return (Kept("place", "", {"area": area, "point": None}),)
