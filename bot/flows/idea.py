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
from bot.flows.age import state_age
from bot.flows.ahead import answer_of, where_in
from bot.flows.questions import (
    Ahead,
    Choice,
    Fact,
    Fixed,
    Many,
    Option,
    Photos,
    Review,
    Say,
    Story,
    Text,
    Where,
    Within,
)
from bot.flows.questions.options import FINE, MEANT_NO, MEANT_YES, NOT_FINE, SAID_NO, SAID_YES
from bot.flows.state import Kept

NAME_MOST = 60
"""UTF-16 units of a name that is shown with an idea."""

BRIEF_CUT = 160
"""UTF-16 units of an idea's words that a list shows."""

LABEL_CUT = 24
"""And of those on its button."""


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
    adult = await Fact("of-age", OfAge())
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
    if told.voice and told.text and not adult:
        await Say("words-stay", _("Under 18 we keep no voice. What you wrote stays."))
        asked.lose_voice(anew=False)
        told = Told(told.text, photos=told.photos)
    elif told.voice and not adult:
        await Say("no-voice", _("Under 18 we keep no voice. Please type your idea."))
        asked.lose_voice(anew=True)
        story = "typed"
        told = await Story(story, line, voice=False, photos=most, sent=told.photos, label=label)

    if told.text:
        codes = await Fact("near", SimilarIdeas(theme.key, told.text))
        near = await Fact("near-words", Briefs(codes)) if codes else ()
        if near:
            same = await Choice(
                "same",
                _("Others said something like this. Would you rather back one of these?"),
                (*idea_options(country, near), _OWN),
                of="ideas",
                beside=idea_lines(country, near),
                subject=list(codes),
            )
            if same != "own":
                return SupportIdea(same, backs=True, words=told.text)

    spot = await _where(country, adult)
    photos: tuple[str, ...] | None = None
    if most > len(told.photos):
        line = _("Is there a drawing or a photo of it? No faces, please.")
        if told.photos:
            line = _("Is there another drawing or photo of it? No faces, please.")
        photos = await Photos(
            "photos",
            line,
            most=most - len(told.photos),
            story=story,
            optional=True,
            label=_("Photos"),
        )
    size = await Choice("size", _("How big is it?"), SIZES, label=_("Size"))
    gives = await Many(
        "gives",
        _("What could you give yourself? Choose as many as you like."),
        GIVES,
        alone=("nothing",),
        optional=True,
        label=_("You could give"),
    )
    name = ""
    if country.idea.names and adult is not False:
        named = await Choice(
            "named", _("Shall your name stand with the idea?"), NAMED, label=_("Name shown")
        )
        if named == "yes" and adult is None:
            adult = await Within("named", state_age)
        if named == "yes" and adult:
            name = await Text(
                "name", _("Which name shall we show?"), most=NAME_MOST, label=_("Name")
            )
        elif named == "yes":
            await Say("no-name", _("Under 18 we show no name. Your idea stands without one."))
    await Review("review")
    return ProposeIdea(
        theme=theme.key,
        told=told,
        spot=spot,
        size=size.value,
        gives=tuple(gift for gift in gives or () if gift != "nothing"),
        photos=(*told.photos, *(photos or ())),
        name=name,
    )


def place_of_idea(country: Country, path: Sequence[Kept]) -> Where:
    """Where an idea would be, for whom the path tells to be of age, or not."""
    adult = answer_of(path, "of-age")
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
_OWN = Option("own", _MINE, "own", aliases=NOT_FINE, also=SAID_NO, alone=(*MEANT_NO, _OTHER))

# As people type it, with whatever the word agrees with in their language.
_SMALL = _("small|little|quite small|medium|middling|middle sized")
_LARGE = _("large|big|very big|huge|great")

SIZES: tuple[Option[Size], ...] = (
    # i18n: option
    Option("community", _("We do it ourselves"), Size.OURSELVES, "🤝"),
    # i18n: option
    Option("small", _("Small or middling"), Size.SMALL, "🌱", also=(_SMALL,)),
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
    Option("nothing", _("Nothing now"), "nothing", "🤷"),
)

NAMED: tuple[Option[str], ...] = (
    # i18n: button
    Option("no", _("Without my name"), "no", "🙈", aliases=NOT_FINE, also=SAID_NO, alone=MEANT_NO),
    # i18n: button
    Option("yes", _("With my name"), "yes", "🙂", aliases=FINE, also=SAID_YES, alone=MEANT_YES),
)
