"""The door: language and consent, and nothing else."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.identity import once_for_each
from bot.domain.messages import Name, _
from bot.domain.residents import Agree, Decline, UseLanguage
from bot.flows.questions import Choice, Consent, Do, Fixed, Option, Say


@once_for_each
def language_options(country: Country) -> Fixed[str]:
    """The country's languages by their own names."""
    names, aliases = dict(country.language_names), dict(country.language_aliases)
    return Fixed(
        Option(code, Name(names.get(code, code)), code, aliases=(code, *aliases.get(code, ())))
        for code in country.languages
    )


async def welcome(country: Country) -> Agree | Decline:
    """Before consent there is one row, erased on No or after a day."""
    if len(country.languages) > 1:
        code = await Choice(
            "language",
            _("Hello! This is {programme}, a free chat. Which language do you want?")(
                programme=country.programme
            ),
            language_options(country),
            of="languages",
        )
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
    code = await Choice(
        "language",
        _("Which language do you want?"),
        language_options(country),
        of="languages",
    )
    return UseLanguage(code)
