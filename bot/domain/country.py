"""A country as a value: everything that differs from one country to the next, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import Calendar
from bot.domain.identity import once_for_each
from bot.domain.masking import masked
from bot.domain.messages import Label, Message, Name
from bot.domain.places import Place, walk

HERE, CALL, NONE = "here", "call", "none"
"""How a resident may be answered: in the chat, also by telephone, or not at all."""

ANSWERS = (HERE, CALL, NONE)

HELP_LINE_TESTED_WITHIN = timedelta(days=30)
"""A help line that no person tried for longer is hidden from residents."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger that comes with a category. The number of `emergency` (its kind) is told first."""

    emergency: str
    text: Message
    """What to do now; `{number}` is filled with the emergency number."""


@dataclass(frozen=True, slots=True)
class Category:
    """What a report is about. A group has `children` and is never filed itself."""

    key: str
    label: Message
    emoji: str = ""
    description: Message | None = None
    aliases: tuple[str, ...] = ()
    children: tuple[Category, ...] = ()
    hazard: Hazard | None = None
    target_days: int | None = None
    """Days until it should be seen to, as told to staff; None promises nothing."""
    point: bool = True
    """Whether an exact point may be asked for and kept."""
    photos: bool = True
    private: bool = False
    """Leads to private help; nothing is written down."""
    limited: bool = False
    """Read by few; never in open views, never offered as similar."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What an idea is about."""

    key: str
    label: Message
    emoji: str = ""
    description: Message | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    kind: str
    """`police`, `fire` or `health`."""
    number: str
    source: str


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A number of trained people, shown by private help only when somebody has tried it lately."""

    key: str
    label: Message
    number: str
    source: str
    tested: date | None = None
    hours: Message | None = None

    def shown_on(self, day: date) -> bool:
        return (
            self.tested is not None
            and timedelta(0) <= day - self.tested <= HELP_LINE_TESTED_WITHIN
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """What is told before anything is kept. A changed text needs a new `version`."""

    version: str
    notices: tuple[Message, ...]
    question: Message
    more: tuple[Message, ...]
    """What the law says must be told, shown on `Tell me more` and by /privacy."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that each kind of thing is kept. One sweep keeps them."""

    draft: int = 7
    report: int = 730
    photo: int = 365
    voice: int = 90
    interaction: int = 365
    inbox: int = 30
    seen_update: int = 30
    audit: int = 1825
    person_request: int = 90
    alert: int = 365
    idea: int = 730
    comment: int = 730
    took_part: int = 365
    """Who voted, from the end of the vote; what was counted is of nobody and stays."""
    announcement: int = 730
    delivery: int = 90
    """So long it is known to whom an announcement went; the counts stay as long as it does."""

    def days(self) -> Mapping[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Similarity:
    """When two reports of one category, or two ideas of one theme, may be the same thing (settled
    by simulation)."""

    same_m: float = 50.0
    same_days: int = 14
    near_m: float = 250.0
    near_days: int = 30
    alike: float = 0.38
    """Dice coefficient of character bigrams."""
    ideas_alike: float = 0.25
    """When an idea is like another: the same of trigrams, since ideas are longer. Of five made-up
    towns' ideas nine in ten pairs are at 0.16 or less; one idea in two people's words is at 0.28
    to 0.6."""


@dataclass(frozen=True, slots=True)
class ReportFlow:
    """What the shared report flow asks in this country."""

    photos: int = 3
    """How many photos at most; 0 never asks."""
    voice: bool = True
    since: bool = True
    danger: bool = True
    point: bool = True
    """False: no exact point is asked for, taken or kept, in any category."""
    answer: tuple[str, ...] = ()
    """The ways (of `ANSWERS`) that residents may choose from to be answered; less than two are
    none to choose from."""
    answer_days: int = 10
    """Working days within which the team promises a first answer."""


@dataclass(frozen=True, slots=True)
class IdeaFlow:
    """What the shared idea flow asks in this country."""

    photos: int = 3
    """How many photos at most; 0 never asks."""
    voice: bool = True
    point: bool = True
    """False: no exact point is asked for, taken or kept."""
    names: bool = True
    """False: nobody is asked whether their name is to stand with their idea."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How people write, where CLDR is known to say it otherwise; '' leaves it to CLDR."""

    time: str = ""
    """A pattern of CLDR's, such as `HH:mm`."""
    money: str = ""
    """Likewise, such as `¤#,##0.00`: the sign of the currency stands for `¤`."""
    symbols: tuple[tuple[str, str], ...] = ()
    """Currencies (ISO 4217) and their signs."""
    day: str = ""
    """A pattern of day and month, such as `d MMMM`; a year follows after a blank."""


@dataclass(frozen=True, slots=True)
class Protected:
    """Words that lead to private help wherever they are typed; what holds one is not kept."""

    words: tuple[str, ...] = ()
    """In all languages of the country; one with `*` at an end is part of a word."""
    reviewed_by: str = ""
    """The partner for protection who answers for them; '' for nobody yet."""


@dataclass(frozen=True, slots=True)
class Country:
    """One folder of `locales/countries`. `key` is its name; the first language is the default."""

    key: str
    name: Message
    programme: Name
    """What the chat calls itself."""
    organisation: Name
    """Who runs it."""
    prefix: str
    """Two to four letters in front of every public code."""
    timezone: str
    region: str
    """ISO 3166-1 alpha-2, for CLDR formats and phone numbers."""
    languages: tuple[str, ...]
    organiser_languages: tuple[str, ...]
    places: tuple[Place, ...]
    categories: tuple[Category, ...]
    emergency: tuple[EmergencyNumber, ...]
    help_lines: tuple[HelpLine, ...]
    consent: Consent
    calendar: Calendar
    outside: Message
    """Told for a place outside: who is in charge there, as far as is known."""
    place_question: Message
    level_names: tuple[Message, ...]
    """What the levels of places are called, for `country check` and the desk."""
    finest_shown: int | None = None
    """The finest level of places that others read of a report or an idea: 1 for the coarsest, 0
    for no place at all, None for all of them."""
    reach_m: float = 3000.0
    """How far from an area's centre a point still belongs to it, where there are no outlines."""
    report: ReportFlow = ReportFlow()
    idea: IdeaFlow = IdeaFlow()
    themes: tuple[Theme, ...] = ()
    """What ideas may be about. Without any, the country has no ideas."""
    retention: Retention = Retention()
    similarity: Similarity = Similarity()
    private_help: bool = True
    private_help_in_menu: bool = True
    """False while nobody can be referred to anybody there: its word, its category and protected
    words lead to the emergency numbers, and the menu promises nothing."""
    protected: Protected = Protected()
    writing: tuple[tuple[str, Writing], ...] = ()
    """By language."""
    masked: tuple[str, ...] = ()
    """Words, in all languages, that others do not read in what residents wrote; `*` as there."""
    language_names: tuple[tuple[str, str], ...] = ()
    """Each language's own name, filled in from `locales/languages.toml` by who loads it."""
    language_aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What each language is called in the country's languages, filled in likewise."""
    language_scripts: tuple[tuple[str, str], ...] = ()
    """The script that each language is written in, as Unicode names it, filled in likewise."""
    live: bool = False
    """False is a pilot: said so in the chat, and counted apart."""
    reviewed_by: tuple[tuple[str, str], ...] = ()
    """Language and the named native reader who signed its consent and protection texts."""

    def categories_by_key(self) -> Mapping[str, Category]:
        """The categories a report can be filed under."""
        return _categories_by_key(self.categories)

    def themes_by_key(self) -> Mapping[str, Theme]:
        return _themes_by_key(self.themes)

    def places_by_key(self) -> Mapping[str, Place]:
        return _places_by_key(self.places)

    def area_for_others(self, area: str) -> str:
        """The area as others may read it: itself or a part it lies in; '' for none."""
        if self.finest_shown is None:
            return area
        places = self.places_by_key()
        upwards: list[str] = []
        while area in places:
            upwards.append(area)
            area = places[area].parent
        # Of a place that is gone from the file nobody knows how fine it was.
        return upwards[-self.finest_shown :][0] if upwards and self.finest_shown else ""

    def words_for_others(self, text: str) -> str:
        """What a resident wrote, as everybody but them may read it."""
        return masked(text, self.masked)

    def hidden_areas(self) -> dict[str, str]:
        """What others read of each area that they do not read as it is."""
        shown = {area: self.area_for_others(area) for area in self.places_by_key()}
        return {area: coarser for area, coarser in shown.items() if coarser != area}

    def place_name(self, area: str) -> Label:
        """A place's name; the country's where none is to be read."""
        found = self.places_by_key().get(area)
        if found is not None:
            return found.name
        return Name(area) if area else self.name

    def emergency_number(self, kind: str) -> str | None:
        """The number for a kind; None when the country file has none."""
        return next((line.number for line in self.emergency if line.kind == kind), None)


@once_for_each
def _categories_by_key(categories: tuple[Category, ...]) -> Mapping[str, Category]:
    return {item.key: item for item in walk_categories(categories) if not item.children}


@once_for_each
def _themes_by_key(themes: tuple[Theme, ...]) -> Mapping[str, Theme]:
    return {theme.key: theme for theme in themes}


@once_for_each
def _places_by_key(places: tuple[Place, ...]) -> Mapping[str, Place]:
    return {place.key: place for place in walk(places)}


def walk_categories(categories: tuple[Category, ...]) -> tuple[Category, ...]:
    """Every category of the tree, groups before their members, in the order of the file."""
    return tuple(found for item in categories for found in (item, *walk_categories(item.children)))
