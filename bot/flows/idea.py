"""A resident proposes an idea, or backs one that says the same already."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.country import Country, Theme
from bot.domain.ideas import Brief, Briefs, ProposeIdea, SimilarIdeas, Size, SupportIdea
from bot.domain.identity import once_for_each
from bot.domain.inbound import cut
from bot.domain.messages import Message, Name, Value, Verbatim, _
from bot.domain.reports import Told
from bot.domain.residents import OfAge
from bot.flows.age import OF_AGE, state_age
from bot.flows.ahead import answer_of, where_in
from bot.flows.questions import (
    Ahead,
    Choice,
    Fact,
    Fixed,
    Many,
    Option,
    Review,
    Say,
    Story,
    Text,
    Where,
    Within,
)
from bot.flows.questions.options import FINE, MEANT_NO, MEANT_YES, NOT_FINE, SAID_NO, SAID_YES
from bot.flows.state import Kept
from bot.flows.stories import keep_no_voice, more_photos

NAME_MOST = 60
"""UTF-16 units of a name that is shown with an idea."""

BRIEF_CUT = 160
"""UTF-16 units of an idea's words that a list shows."""

LABEL_CUT = 24
"""And of those on its button."""

OWN = "own"
"""The option of whose idea is like no other."""


@once_for_each
def theme_options(themes: tuple[Theme, ...]) -> Fixed[Theme]:
    """The country's themes to choose from."""
    return Fixed(
        Option(item.key, item.label, item, item.emoji, item.description, item.aliases)
        for item in themes
    )


async def idea(country: Country) -> ProposeIdea | SupportIdea | None:
    """A resident proposes one idea. Of who is under age no name, exact point or voice is kept."""
    if not country.themes:
        await Say("none", _("Ideas are not collected here yet."))
        return None
    adult = await Fact(OF_AGE, OfAge())
    await Say("shared", _("Ideas are for all: once our team has read yours, others read it too."))
    theme = await Choice(
        "theme",
        _("What is your idea about?"),
        theme_options(country.themes),
        of="themes",
        label=_("Theme"),
        ahead=Ahead("story", country.idea.voice and adult is not False, country.idea.photos),
    )
    most = country.idea.photos
    line = _("What is your idea? Say it in your own way. Please do not name people.")
    label = _("Your idea")
    voice = country.idea.voice and adult is not False
    story = "story"
    # Who has told already is not asked for their age because of a voice that comes later.
    later = adult is True
    asked: Story[Told] = Story(
        story, line, voice=voice, voice_later=later, photos=most, label=label
    )
    told = await asked
    if told.voice and adult is None:
        adult = await Within("spoken", state_age)
    if told.voice and not adult:
        typed = Story("typed", line, voice=False, photos=most, sent=told.photos, label=label)
        please = _("We keep no voice notes from people under 18. Please type your idea.")
        story, told = await keep_no_voice(asked, told, typed, please)

    if told.text:
        same = await _one_of_others(country, theme, told.text)
        if same != OWN:
            return SupportIdea(same, backs=True, words=told.text)

    spot = await _where(country, adult)
    line = _("Is there a drawing or a photo of it? No faces, please.")
    if told.photos:
        line = _("Is there another drawing or photo of it? No faces, please.")
    photos = await more_photos(told, most, line, story=story)
    size = await Choice("size", _("How big is it?"), SIZES, label=_("Size"))
    gives = await Many(
        "gives",
        _("What could you give yourself? Choose as many as you like."),
        GIVES,
        alone=("nothing",),
        optional=True,
        label=_("You could give"),
    )
    name = await _name(adult) if country.idea.names and adult is not False else ""
    await Review("review")
    return ProposeIdea(
        theme=theme.key,
        told=told,
        spot=spot,
        size=size.value,
        gives=tuple(gift for gift in gives or () if gift != "nothing"),
        photos=photos,
        name=name,
    )


async def _one_of_others(country: Country, theme: Theme, words: str) -> str:
    """The code of an idea that says the same already and they would rather back; else `OWN`."""
    codes = await Fact("near", SimilarIdeas(theme.key, words))
    near = await Fact("near-words", Briefs(codes)) if codes else ()
    if not near:
        return OWN
    return await Choice(
        "same",
        _("Others said something like this. Would you rather support one of these?"),
        (*idea_options(country, near), _OWN),
        of="ideas",
        beside=idea_lines(country, near),
        subject=list(codes),
    )


async def _name(adult: bool | None) -> str:
    """The name that stands with the idea; '' for none."""
    asked = Choice(
        "named", _("Shall we show your name with the idea?"), NAMED, label=_("Name shown")
    )
    if await asked != "yes":
        return ""
    if adult is None:
        adult = await Within("named", state_age)
    if not adult:
        asked.label = None  # No review tells of a name that is not shown.
        await Say(
            "no-name", _("We show no names of people under 18, so your idea is shown without one.")
        )
        return ""
    return await Text("name", _("Which name shall we show?"), most=NAME_MOST, label=_("Name"))


def place_of_idea(country: Country, path: Sequence[Kept]) -> Where:
    """Where an idea would be, for whom the path tells to be of age, or not."""
    adult = answer_of(path, OF_AGE)
    for stated in ("spoken.adult", "named.adult"):
        found = answer_of(path, stated)
        adult = adult if found is None else found == "yes"
    return _where(country, adult)


def _where(country: Country, adult: bool | None) -> Where:
    line = _("Where would it be? Type the place, or pick it from the list.")
    return where_in(country, line, country.idea.point and adult is not False)


def idea_options(country: Country, ideas: Sequence[Brief]) -> tuple[Option[str], ...]:
    """Ideas to choose from, by the beginning of their words."""
    themes = country.themes_by_key()
    return tuple(
        Option(
            item.code,
            Name(cut(" ".join(item.text.split()), LABEL_CUT) or item.code),
            item.code,
            themes[item.theme].emoji if item.theme in themes else "💡",
        )
        for item in ideas
    )


def idea_lines(country: Country, ideas: Sequence[Brief]) -> tuple[tuple[Message, Value], ...]:
    """The same, a little longer, to stand beside the question."""
    return tuple(
        (
            _("{code}, {place}")(code=Verbatim(item.code), place=country.place_name(item.area)),
            cut(" ".join(item.text.split()), BRIEF_CUT),
        )
        for item in ideas
    )


# i18n: option
_MINE = _("No, mine is different")
# As people type it.
_OTHER = _("different|mine is different|another one|none of these|it is not the same")
_OWN = Option(OWN, _MINE, OWN, aliases=NOT_FINE, also=SAID_NO, alone=(*MEANT_NO, _OTHER))

# As people type it, with whatever the word agrees with in their language.
_SMALL = _("small|little|quite small|medium|middling|middle sized")
_LARGE = _("large|big|very big|huge|great")

SIZES: tuple[Option[Size], ...] = (
    # i18n: option
    Option("community", _("We do it ourselves"), Size.OURSELVES, "🤝"),
    # i18n: option
    Option("small", _("Small or medium"), Size.SMALL, "🌱", also=(_SMALL,)),
    # i18n: option
    Option("large", _("Large"), Size.LARGE, "🏗️", also=(_LARGE,)),
    # i18n: option
    Option("service", _("A new public service"), Size.SERVICE, "🏥"),
    # i18n: option
    Option("rule", _("A new rule"), Size.RULE, "📜"),
)

GIVES: tuple[Option[str], ...] = (
    # i18n: option
    Option("time", _("Time"), "time", "⏰"),
    # i18n: option
    Option("skill", _("A skill"), "skill", "🧠"),
    # i18n: option
    Option("tool", _("A tool or a place"), "tool", "🧰"),
    # i18n: option
    Option("money", _("Some money"), "money", "🪙"),
    # i18n: option
    Option("nothing", _("Nothing for now"), "nothing", "🤷"),
)

NAMED: tuple[Option[str], ...] = (
    # i18n: button
    Option("no", _("Without my name"), "no", "🙈", aliases=NOT_FINE, also=SAID_NO, alone=MEANT_NO),
    # i18n: button
    Option("yes", _("With my name"), "yes", "🙂", aliases=FINE, also=SAID_YES, alone=MEANT_YES),
)
