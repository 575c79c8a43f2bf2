"""The door: language and consent, and nothing else."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.messages import _
from bot.domain.residents import Agree, Decline, UseLanguage
from bot.flows.questions import Consent, Do, LanguageChoice, Say


async def welcome(country: Country) -> Agree | Decline:
    """Before consent there is one row, erased on No or after a day."""
    if len(country.languages) > 1:
        hello = _("Hello! This is {programme}, a free chat. Which language do you want?")
        code = await LanguageChoice(hello(programme=country.programme), country)
        await Do("use-language", UseLanguage(code), code, anew=True)
    if not country.live:
        await Say("pilot", _("This chat is still a trial."))
    for number, notice in enumerate(country.consent.notices):
        await Say(f"notice.{number}", notice, subject=country.consent.version)
    agreed = await Consent(
        "consent", country.consent.question, country.consent.more, country.consent.version
    )
    return Agree(country.consent.version) if agreed else Decline()


async def language(country: Country) -> UseLanguage:
    """Another language, at any time."""
    code = await LanguageChoice(_("Which language do you want?"), country)
    return UseLanguage(code)
