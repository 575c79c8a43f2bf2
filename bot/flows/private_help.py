"""Private help: tested numbers of trained people. Nothing is asked, and nothing is kept."""

from __future__ import annotations

from bot.domain.country import Country, HelpLine
from bot.domain.facts import Today
from bot.domain.messages import Message, Verbatim, _
from bot.flows.questions import Choice, Fact, Keep, Option, Say


async def private_help(country: Country) -> None:
    """Numbers that a person has tested lately, and the national emergency numbers."""
    today = await Fact("today", Today())
    police = country.emergency_number("police")
    if police is not None:
        await Say(
            "danger", _("In danger now? Call {number}.")(number=Verbatim(police)), fleeting=True
        )
    shown = [line for line in country.help_lines if line.shown_on(today)]
    for line in shown:
        await Say(f"line.{line.key}", _tell(line), fleeting=True)
    if not shown:
        await Say(
            "none",
            _(
                "We have no other number that we tested recently. "
                "To talk with a person of our team, write “person”."
            ),
            fleeting=True,
        )
    # i18n: button
    done = Option("done", _("Hide this"), True, "✖️")
    await Choice(
        "end",
        _("We do not keep any of this. Press the button when you have read it."),
        (done,),
        fleeting=True,
        keep=Keep.NOTHING,
    )


def _tell(line: HelpLine) -> Message:
    number = Verbatim(line.number)
    if line.hours is None:
        return _("{who}: {number}.")(who=line.label, number=number)
    return _("{who}: {number}. {hours}")(who=line.label, number=number, hours=line.hours)
