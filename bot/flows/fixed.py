"""Is it fixed? Asked of who reported and who backed, when the team says that it is done."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.messages import Verbatim, _
from bot.domain.reports import AnswerFixed, Told
from bot.domain.residents import OfAgeNow
from bot.flows.age import OF_AGE
from bot.flows.questions import Choice, Fact, Option, Story
from bot.flows.questions.options import FINE, MEANT_NO, MEANT_YES, NOT_FINE, SAID_NO, SAID_YES


async def fixed(country: Country, code: str) -> AnswerFixed:
    """Partly and no both open the report again."""
    answer = await Choice(
        "fixed",
        _("Is {code} really done?")(code=Verbatim(code)),
        FIXED,
        subject=code,
    )
    told: Told | None = None
    if answer != "yes":
        adult = await Fact(OF_AGE, OfAgeNow())
        told = await Story(
            "still",
            _("Thank you for telling us. What is still wrong?"),
            voice=country.report.voice and adult is not False,
            photos=country.report.photos,
            optional=True,
        )
    return AnswerFixed(code, answer, told or Told())


# What people type in place of a button.
_IS_DONE = _("it is done|it is fixed|fixed|repaired|solved|already done")
_PARTLY = _("a bit|a little|half|more or less|almost|not everything|not all")
_NOT_YET = _(
    "not yet|not done|not fixed|still not|still the same|still broken|nothing has changed"
)

FIXED: tuple[Option[str], ...] = (
    # i18n: button
    Option(
        "yes",
        _("Yes, it is done"),
        "yes",
        "👍",
        aliases=FINE,
        also=SAID_YES,
        alone=(*MEANT_YES, _IS_DONE),
    ),
    # i18n: button
    Option("partly", _("Partly"), "partly", "🤏", alone=(_PARTLY,)),
    # i18n: button
    Option("no", _("No"), "no", "👎", aliases=NOT_FINE, also=SAID_NO, alone=(*MEANT_NO, _NOT_YET)),
)
