"""The menu, and what stands under Help: each entry opens another flow."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.identity import once_for_each
from bot.domain.messages import _
from bot.domain.residents import HandOver, OpenFlow
from bot.flows.questions import Choice, Fixed, Keep, Option, Say

Opens = OpenFlow | HandOver


async def menu(country: Country) -> Opens:
    """What one can do here. Shown when nothing else is on the table."""
    return await Choice(
        "menu", _("What would you like to do?"), menu_options(country), keep=Keep.NOTHING
    )


@once_for_each
def menu_options(country: Country) -> Fixed[Opens]:
    """What the country has."""
    entries: list[Option[Opens]] = [
        # i18n: button
        Option("report", _("Report a problem"), OpenFlow("report"), "📣"),
    ]
    if country.themes:
        # i18n: button
        entries.append(Option("ideas", _("Ideas"), OpenFlow("ideas"), "💡"))
    # i18n: button
    entries.append(Option("vote", _("Vote"), OpenFlow("votes"), "🗳️"))
    # i18n: button
    entries.append(Option("my", _("My things"), OpenFlow("my"), "📋"))
    if len(country.languages) > 1:
        # i18n: button
        entries.append(Option("language", _("Language"), OpenFlow("language"), "🌐"))
    # i18n: button
    entries.append(Option("help", _("Help"), OpenFlow("help"), "❓"))
    if country.private_help and country.private_help_in_menu:
        # i18n: button
        entries.append(Option("private", _("Private help"), OpenFlow("private help"), "🤝"))
    return Fixed(entries)


async def help_menu(country: Country) -> Opens:
    """Privacy, a person, one's own data."""
    return await Choice("help", _("How can we help?"), HELP, keep=Keep.NOTHING)


async def privacy(country: Country) -> Opens:
    """Everything that must be told about what is kept, as often as one wants."""
    for number, line in enumerate((*country.consent.notices, *country.consent.more)):
        await Say(f"told.{number}", line)
    return await Choice("privacy", _("How can we help?"), HELP[1:], keep=Keep.NOTHING)


HELP: Fixed[Opens] = Fixed(
    (
        # i18n: button
        Option("privacy", _("What is kept"), OpenFlow("privacy"), "🔒"),
        # i18n: button
        Option("person", _("A person, please"), OpenFlow("person"), "🙋"),
        # i18n: button
        Option("mydata", _("Give me my data"), HandOver(), "📦"),
        # i18n: button
        Option("forget", _("Forget me"), OpenFlow("forget"), "🗑️"),
    )
)
