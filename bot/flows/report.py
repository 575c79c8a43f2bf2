"""A resident tells of one local problem, or backs somebody who told it already."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.country import CALL, HERE, NONE, Category, Country
from bot.domain.identity import once_for_each
from bot.domain.messages import Message, Verbatim, _
from bot.domain.places import Spot
from bot.domain.reports import (
    Answered,
    BackReport,
    FileReport,
    RaiseAlert,
    SimilarReport,
    Told,
    Twin,
)
from bot.domain.residents import OfAgeNow
from bot.flows.age import OF_AGE
from bot.flows.ahead import NEAR, answer_of, where_in
from bot.flows.private_help import private_help
from bot.flows.questions import (
    Ahead,
    Choice,
    Do,
    Fact,
    Fixed,
    Option,
    Review,
    Say,
    Story,
    Text,
    WayToAnswer,
    Where,
    Within,
    YesNo,
    yes_or_no,
)
from bot.flows.questions.options import DO_NOT_KNOW, FINE, MEANT_NO, MEANT_YES, NOT_FINE
from bot.flows.questions.told import NO_VOICE
from bot.flows.state import Kept
from bot.flows.stories import keep_no_voice, more_photos


@once_for_each
def category_options(categories: tuple[Category, ...]) -> Fixed[Category]:
    """The country's categories as a tree to choose from."""
    return Fixed(
        Option(
            item.key,
            item.label,
            None if item.children else item,
            item.emoji,
            item.description,
            item.aliases,
            category_options(item.children),
        )
        for item in categories
    )


async def report(country: Country) -> FileReport | BackReport | None:
    """A resident tells of one local problem. Of who is under age no exact point, voice or number
    is kept; age is not asked for here."""
    category = await Choice(
        "category",
        _("What is the problem?"),
        category_options(country.categories),
        of="categories",
        label=_("Problem"),
        ahead=Ahead("story", country.report.voice, country.report.photos),
    )
    if category.private:
        return await Within("help", private_help, country)
    if category.hazard is not None:
        number = country.emergency_number(category.hazard.emergency) or ""
        await Say("hazard", category.hazard.text(number=Verbatim(number)), subject=category.key)
        await Do("alert", RaiseAlert(category.key), category.key)

    most = country.report.photos if category.photos else 0
    line = _("Tell us what you see. Please do not name people.")
    label = _("What you told us")
    minor = await Fact(OF_AGE, OfAgeNow()) is False
    voice = country.report.voice and not minor
    story = "story"
    asked: Story[Told] | Story[Told | None]
    if most:
        asked = Story(story, line, voice=voice, photos=most, optional=True, label=label)
    else:
        asked = Story(story, line, voice=voice, label=label)
    told: Told | None = await asked
    if minor and told is not None and told.voice:
        typed = Story("typed", line, voice=False, photos=most, sent=told.photos, label=label)
        story, told = await keep_no_voice(asked, told, typed, NO_VOICE)

    exact = country.report.point and category.point and not minor
    spot = await where_in(country, country.place_question, exact, after_story=True)
    detail: str | None = None
    if exact and spot.point is None:
        detail = await Text(
            NEAR,
            _("Which street or corner? Or what is near it?"),
            optional=True,
            label=_("Street or landmark"),
        )

    if not category.limited:
        words = told.text if told is not None else ""
        twin = await Fact("twin", SimilarReport(category.key, words, spot.area, spot.point))
        if twin is not None and await _is_the_same(country, twin):
            # Who calls is whom the first report was told to.
            wanted = await _wanted_answer(_without_call(country))
            return BackReport(twin.code, told or Told(), quiet=wanted.way == NONE)

    # Somebody who has told nothing yet can show it: a photo is enough for a report.
    photos = await more_photos(
        told, most, _for_photos(told), story=story, optional=told is not None
    )
    since: str | None = None
    if country.report.since:
        since = await Choice(
            "since",
            _("When did it start?"),
            SINCE,
            label=_("Started"),
            optional=True,
            after_story=True,
        )
    danger: str | None = None
    if country.report.danger and category.hazard is None:
        danger = await _danger(country, category, spot)
    wanted = await _wanted_answer(_without_call(country) if minor else country.report.answer)
    await Review("review")
    return FileReport(
        category=category.key,
        told=told or Told(),
        spot=spot,
        detail=detail or "",
        photos=photos,
        since=since or "",
        danger="yes" if category.hazard is not None else danger or "",
        quiet=wanted.way == NONE,
        phone=wanted.phone,
    )


def place_of_report(country: Country, path: Sequence[Kept]) -> Where:
    """Where a report is, as far as its category is known."""
    category = country.categories_by_key().get(answer_of(path, "category"))
    exact = country.report.point and (category is None or category.point)
    exact = exact and answer_of(path, OF_AGE) is not False
    return where_in(country, country.place_question, exact)


async def _is_the_same(country: Country, twin: Twin) -> bool:
    return await YesNo(
        "same",
        _("Someone told us about this on {day}, in {place}. Is it the same?")(
            day=twin.day, place=country.place_name(twin.area)
        ),
        meant=SAME,
        subject=twin.code,
    )


def _for_photos(told: Told | None) -> Message:
    if told is None:
        return _("A photo or a few words are enough: send a photo, or tell us.")
    if told.photos:
        return _("You may send another photo if it is safe. No faces or number plates, please.")
    return _("Send a photo if it is safe. No faces or number plates, please.")


async def _danger(country: Country, category: Category, spot: Spot) -> str | None:
    """Whether somebody may be hurt, of which the team hears at once."""
    danger = await Choice(
        "danger",
        _("Could it hurt someone today?"),
        DANGER,
        label=_("Danger"),
        optional=True,
        after_story=True,
    )
    if danger == "yes":
        number = country.emergency[0].number if country.emergency else ""
        if number:
            line = _("If someone is in danger now, call {number} first.")
            await Say("emergency", line(number=Verbatim(number)))
        await Do("danger-alert", RaiseAlert(category.key, spot.area), [category.key, spot.area])
    return danger


def _without_call(country: Country) -> tuple[str, ...]:
    return tuple(way for way in country.report.answer if way != CALL)


async def _wanted_answer(ways: Sequence[str]) -> Answered:
    """Where a message on the phone can be a danger, it is the resident who says whether to send
    one. Only ways that exist are offered."""
    if len(ways) < 2:
        return Answered(HERE)
    return await WayToAnswer("answer", _("How may we answer you?"), ways, label=_("Our answer"))


# What people type in place of a button.
_SAME = _("same|the same|the same one|same one|it is the same|it's the same|that one")
_NOT_SAME = _(
    "not the same|it is not the same|no it is not the same|different|it is different"
    "|no it is different|another|another one|it is another one|no another one"
)
_HURTS = _("it could|it can|dangerous|very dangerous|it is dangerous|danger")
_SAFE = _("not dangerous|it is not dangerous|no danger|it is safe|it could not|it can not")
_TODAY = _("just now|now|this morning|last night")
_DAYS = _("yesterday|some days ago|a few days ago|two days ago")
_WEEKS = _("last week|some weeks ago|a few weeks ago|two weeks ago")
_LONG = _("long time ago|a long time|months ago|for months|years ago|for years|always|last year")

SAME = yes_or_no((_SAME,), (_NOT_SAME,))

SINCE: Fixed[str] = Fixed(
    (
        # i18n: button
        Option("today", _("Today"), "today", alone=(_TODAY,)),
        # i18n: button
        Option("week", _("This week"), "week", alone=(_DAYS,)),
        # i18n: button
        Option("month", _("This month"), "month", alone=(_WEEKS,)),
        # i18n: button
        Option("long", _("Long ago"), "long", alone=(_LONG,)),
    )
)

DANGER: Fixed[str] = Fixed(
    (
        # i18n: button
        Option("yes", _("Yes"), "yes", "⚠️", aliases=FINE, alone=(*MEANT_YES, _HURTS)),
        # i18n: button
        Option("no", _("No"), "no", aliases=NOT_FINE, alone=(*MEANT_NO, _SAFE)),
        # i18n: button
        Option("unsure", _("Not sure"), "unsure", alone=(DO_NOT_KNOW,)),
    )
)
