"""One's own things: reports and ideas of one's own or backed, their news, taking one back."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.ideas import IDEA_LABELS, OwnIdeas
from bot.domain.messages import Label, Message, Name, Verbatim, _
from bot.domain.reports import OPEN, STATUS_LABELS, WithdrawReport
from bot.domain.residents import AskPerson, Forget, OpenFlow, OwnReports
from bot.domain.vote_news import PastVotes
from bot.domain.votes import OpenVotes
from bot.flows.questions import Choice, Fact, Option, Say, Sure, Text, YesNo
from bot.flows.vote import vote_option

ASKED_MOST = 1000
"""UTF-16 units of what is asked of a person of the team."""


async def my(country: Country) -> OpenFlow | None:
    """The resident's reports, ideas and votes; a press on one brings its news."""
    own = await Fact("own", OwnReports())
    proposed = await Fact("ideas", OwnIdeas())
    voted = [
        line
        for line in (*await Fact("open", OpenVotes()), *await Fact("past", PastVotes()))
        if line.taken
    ]
    if not own and not proposed and not voted:
        await Say("none", _("You have told us nothing yet. Report a problem from the menu."))
        return None
    labels = country.categories_by_key()
    options = tuple(
        Option(
            report.code,
            Name(report.code),
            OpenFlow("news", report.code),
            labels[report.category].emoji if report.category in labels else "",
            _about(
                labels[report.category].label
                if report.category in labels
                else Name(report.category),
                STATUS_LABELS[report.status],
            ),
        )
        for report in own
    )
    themes = country.themes_by_key()
    options += tuple(
        Option(
            idea.code,
            Name(idea.code),
            OpenFlow("news", idea.code),
            themes[idea.theme].emoji if idea.theme in themes else "💡",
            _about(
                themes[idea.theme].label if idea.theme in themes else Name(idea.theme),
                IDEA_LABELS[idea.status],
            ),
        )
        for idea in proposed
    )
    options += tuple(vote_option(line) for line in voted)
    return await Choice(
        "which",
        _("Here is what you told us. Press one to see its news."),
        options,
        of="own reports",
    )


def _about(label: Label, status: Message) -> Message:
    return _("{category}: {status}")(category=label, status=status)


async def news(country: Country, code: str) -> OpenFlow | WithdrawReport | None:
    """What there is to tell of one's own report, and what one can still do with it.

    The news itself is told by the service, before this flow's question.
    """
    own = await Fact("own", OwnReports())
    mine = next((report for report in own if report.code == code), None)
    if mine is None or not mine.filed or mine.status not in OPEN:
        return None
    back = await YesNo(
        "withdraw",
        _("Would you like to leave {code} as it is?")(code=Verbatim(code)),
        # i18n: button
        yes=_("Leave it as it is"),
        # i18n: button
        no=_("Take it back"),
        subject=code,
    )
    if back:
        return None
    sure = await Sure(
        "sure", _("Take {code} back? The team then stops working on it.")(code=Verbatim(code))
    )
    return WithdrawReport(code) if sure else None


async def forget(country: Country) -> Forget | None:
    """Erase this resident: address and words go, counts stay."""
    await Say("what", _("We will erase the address of your chat and every word you told us."))
    sure = await Sure("sure", _("This cannot be undone. Shall we forget you?"))
    return Forget() if sure else None


async def person(country: Country) -> AskPerson:
    """A person of the team answers in this chat."""
    words = await Text(
        "words",
        _("What would you like to ask? A person of our team answers you here."),
        optional=True,
        most=ASKED_MOST,
    )
    return AskPerson(words or "")
