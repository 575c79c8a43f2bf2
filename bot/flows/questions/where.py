"""Where something is: a point that is sent, or an area that is picked or typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.identity import once_for_each
from bot.domain.inbound import Location
from bot.domain.messages import Message, Name, Value, _
from bot.domain.places import Place, Point, Spot, leaves, locate, walk
from bot.flows.questions.asked import (
    Answer,
    Given,
    Keep,
    Look,
    Passed,
    Pressed,
    Question,
    Reader,
    Reading,
    Typed,
    Unclear,
    Under,
)
from bot.flows.questions.choice import Choice
from bot.flows.questions.options import Fixed, Option, button, choose_hint

ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class _Tree:
    """A country's places as options. Made once: a question is made anew at every replay."""

    by_key: Mapping[str, Place]
    options: Fixed[str]
    mapped: bool
    """Whether a point can be in any of them."""


@once_for_each
def _tree_of(places: tuple[Place, ...]) -> _Tree:
    # i18n: option
    elsewhere = Option(ELSEWHERE, _("Not in the list"), ELSEWHERE, "🧭")
    return _Tree(
        {place.key: place for place in walk(places)},
        Fixed((*(_option(place) for place in places), elsewhere)),
        any(place.centre or place.outline for place in leaves(places)),
    )


def _option(place: Place) -> Option[str]:
    members = Fixed(_option(child) for child in place.children)
    value = None if members else place.key
    return Option(place.key, place.name, value, aliases=place.aliases, options=members)


def _within(place: str, parent: str) -> str:
    """Both names with the comma of their letters (AL: those of the Arabic script)."""
    comma = "،" if unicodedata.bidirectional(parent[:1] or " ") == "AL" else ","
    return f"{place}{comma} {parent}"


class Where(Question[Spot]):
    """An area of the country, with a point where one was sent and may be kept (`exact`).

    `partial` is what a `Choice` has under way, or `["near", lat, lon, keys]`: a point so near to
    a border that the resident is asked which side it is on. Where no point may be kept, it is
    `["side", keys]`: a draft is kept, too.
    """

    kind = "place"
    keep = Keep.KIND

    def __init__(
        self,
        key: str,
        line: Message,
        places: Sequence[Place],
        *,
        outside: Message,
        reach_m: float,
        exact: bool = True,
        after_story: bool = False,
        **more: Any,
    ) -> None:
        """A sentence that names no place is, `after_story`, more of what was asked for before."""
        super().__init__(key, line, **more)
        self.places = tuple(places)
        self.outside = outside
        self.reach_m = reach_m
        self.exact = exact
        self.after_story = after_story
        tree = _tree_of(self.places)
        self._by_key = tree.by_key
        self._mapped = tree.mapped
        self._choice = Choice(key, line, tree.options, of="places")

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        wants = ("location", "text") if self.exact else ("text",)
        offered = self._offered(partial)
        if not offered:
            shown = self._choice.look(partial, path, reader)
            return Look(self.line, shown.buttons, wants)
        match partial:
            case ["near" | "side", *_rest]:
                line = _("That is close to a border. Which side is it on?")
            case _:
                line = _("Which one do you mean?")
        return Look(line, tuple(button(option) for option in offered), wants)

    def _offered(self, partial: Any) -> tuple[Option[str], ...]:
        """The few places that were offered by name and parent, as far as they still exist."""
        match partial:
            case ["near", _, _, [*keys]] | ["which" | "side", [*keys]]:
                places = [self._by_key.get(key) for key in keys if isinstance(key, str)]
                return tuple(self._with_parent(place) for place in places if place is not None)
            case _:
                return ()

    def _with_parent(self, place: Place) -> Option[str]:
        """The place with its parent's name, so that two of one name can be told apart."""
        parent = self._by_key.get(place.parent)
        if parent is None:
            return Option(place.key, place.name, place.key)
        languages = {
            language for language, _text in (*place.name.spellings, *parent.name.spellings)
        }
        both = Name(
            _within(place.name.text, parent.name.text),
            tuple(
                (language, _within(place.name.within(language), parent.name.within(language)))
                for language in sorted(languages)
            ),
        )
        return Option(place.key, both, place.key)

    def takes(
        self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader
    ) -> str | None:
        offered = Choice(self.key, self.line, self._offered(partial))
        return offered.takes(words, shown, None, reader) or self._choice.takes(
            words, shown, partial, reader
        )

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        match given:
            case Location(lat, lon):
                return self._located(Point(lat, lon))
            case Pressed() | Typed() if offered := self._offered(partial):
                return self._picked(given, shown, partial, offered, reader)
            case Pressed() | Typed():
                return self._named(self._choice.read(given, shown, partial, reader))
            case _:
                return Unclear(self._how())

    def _how(self) -> Message:
        if self.exact:
            return _("Please send your location, or pick the area.")
        return _("Please pick the area from the list, or type its name.")

    def _near(self, partial: Any) -> Point | None:
        match partial:
            case ["near", int() | float() as lat, int() | float() as lon, _keys]:
                return Point(float(lat), float(lon))
            case _:
                return None

    def _picked(
        self,
        given: Given,
        shown: tuple[str, ...],
        partial: Any,
        offered: tuple[Option[str], ...],
        reader: Reader,
    ) -> Reading:
        """One of the places that were offered, as it stands there; else any other place."""
        match Choice(self.key, self.line, offered).read(given, shown, None, reader):
            case Answer(str(area)) if self._by_key[area].children:
                return Under(["group", area])
            case Answer(str(area)):
                return Answer(self._value(area, self._near(partial)))
        match self._named(self._choice.read(given, shown, partial, reader)):
            case Unclear():
                return Unclear(choose_hint(len(offered)))
            case reading:
                return reading

    def _named(self, reading: Reading) -> Reading:
        match reading:
            case Answer(value) if value == ELSEWHERE:
                return Under(None, (self.outside,))
            case Answer(value):
                return Answer(self._value(value, None))
            case Unclear() if sum(1 for _leaf in leaves(self.places)) > 1:
                return Unclear(
                    _("We do not know that place. Pick it from the list, or send your location.")
                    if self.exact
                    else _("We do not know that place. Please pick it from the list.")
                )
            case _:
                return reading

    def _located(self, point: Point) -> Reading:
        if not (-90 <= point.lat <= 90 and -180 <= point.lon <= 180):
            return Unclear(self._how())
        found = locate(point, self.places, self.reach_m)
        if found is None:
            return Under(None, (self.outside,)) if self._mapped else Unclear(self._how())
        if found.near:
            keys = [found.place.key, *(place.key for place in found.near)]
            return Under(["near", point.lat, point.lon, keys] if self.exact else ["side", keys])
        return Answer(self._value(found.place.key, point))

    def _value(self, area: str, point: Point | None) -> Any:
        kept = [point.lat, point.lon] if point is not None and self.exact else None
        return {"area": area, "point": kept}

    def read_ahead(self, given: Location) -> Reading:
        """Before it is asked for: as an answer, also where a side is still to be asked (`under`).
        `resume` goes on with that."""
        match self._located(Point(given.lat, given.lon)):
            case Under([*under]):
                return Answer({"area": "", "point": None, "under": under})
            case reading:
                return reading

    def resume(self, value: Any) -> Any:
        return value.get("under") if isinstance(value, dict) else None

    def pared(self, value: Any) -> Any:
        """An answer that was kept where more might be (as JSON), with as much as may be here."""
        match value:
            case {"area": area, "point": [*_]} if not self.exact:
                return {"area": area, "point": None}
            case {"under": ["near", _, _, keys]} if not self.exact:
                return {"area": "", "point": None, "under": ["side", keys]}
            case _:
                return value

    def decode(self, value: Any) -> Spot:
        match value:
            case {"area": str(area), "point": point} if area in self._by_key:
                pass
            case _:
                raise ValueError("not a place of this country")
        if self._by_key[area].children:
            raise ValueError("a place that has become a group of places")
        match point:
            case [int() | float() as lat, int() | float() as lon] if self.exact:
                return Spot(area, Point(float(lat), float(lon)))
            case _:
                return Spot(area)

    def tell(self, value: Any) -> Value:
        place = self._by_key.get(value["area"])
        return "" if place is None else self._with_parent(place).label

    def meaning(self) -> Any:
        return [self.kind, "of places"]
