"""What somebody says before anything was asked: it is kept, and asked what it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.country import Country
from bot.domain.inbound import cut
from bot.domain.messages import _
from bot.domain.residents import OpenFlow
from bot.flows.ahead import PLACE, where_in
from bot.flows.my import ASKED_MOST
from bot.flows.questions import Ahead, Choice, Keep, Option, Say, Story, Where
from bot.flows.questions.told import text_of
from bot.flows.state import Kept, replace

FIRST_WORDS = "first words"
STORY = "story"
"""The key under which they are kept, here and in what they turn out to be."""


async def first_words(country: Country) -> OpenFlow:
    """Words, a voice, photos or a place at the menu: whatever is opened then begins with them."""
    voice, photos = country.report.voice, country.report.photos
    await Story(
        STORY,
        _("What would you like to tell us? Say it in your own way."),
        voice=voice,
        photos=photos,
    )
    await Say("kept", _("Thank you, we have kept what you told us."))
    return await Choice(
        "kind",
        _("What is it?"),
        _kinds(country),
        keep=Keep.NOTHING,
        ahead=Ahead(STORY, voice, photos),
    )


def place_of_words(country: Country, path: Sequence[Kept]) -> Where:
    """Where it is that somebody tells of, with a point if anything may have one."""
    exact = country.report.point or country.idea.point
    return where_in(country, country.place_question, exact)


def _kinds(country: Country) -> tuple[Option[OpenFlow], ...]:
    # i18n: option
    kinds = [Option("report", _("A problem"), OpenFlow("report"), "📣")]
    if country.themes:
        # i18n: option
        kinds.append(Option("idea", _("An idea"), OpenFlow("idea"), "💡"))
    # i18n: option
    kinds.append(Option("person", _("A question for you"), OpenFlow("person"), "🙋"))
    return tuple(kinds)


def begun_with(flow: str, answers: Sequence[Kept]) -> tuple[Kept, ...]:
    """The first answers of a flow, out of what was told before it; none where it asks for none."""
    if flow in {"report", "idea"}:
        return tuple(kept for kept in answers if kept.key in {STORY, PLACE} and kept.value)
    told = next((kept for kept in answers if kept.key == STORY), None)
    text = "" if told is None else text_of(told.value)
    if flow != "person" or told is None or not text:
        return ()
    words: Any = cut(" ".join(text.split()), ASKED_MOST)
    return (replace(told, key="words", value=words),)
