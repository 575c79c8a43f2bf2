"""Closed questions: one of several (a tree of them), several of several, a rating."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from bot.domain.messages import Listing, Message, Value, _
from bot.domain.operations import Button
from bot.flows.matching import Match, match
from bot.flows.named import Names, bare
from bot.flows.numbers import ordinal
from bot.flows.plainer import apart, split_at
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
from bot.flows.questions.options import (
    DONE,
    Fixed,
    Option,
    Pictures,
    button,
    choose_hint,
    is_done,
    named,
    walk_options,
    whole,
)
from bot.flows.questions.told import Ahead

T = TypeVar("T")


class Choice(Question[T]):
    """One of several. Groups open to their members; a member can be typed at any level."""

    kind = "choice"
    keep = Keep.CHOICE
    by_part = True
    """Whether a word that one label on the screen alone has may answer."""

    def __init__(
        self,
        key: str,
        line: Message,
        options: Sequence[Option[T]],
        *,
        of: str = "",
        now: str = "",
        beside: tuple[tuple[Message, Value], ...] = (),
        pictures: Mapping[str, str] | None = None,
        ahead: Ahead | None = None,
        after_story: bool = False,
        **more: Any,
    ) -> None:
        """`of` names where the options come from when that is not the code (`categories`); `now`
        is the key of what was chosen before and is being changed; `beside` is shown with the
        question, as a review shows answers; `pictures` are names in the media store by option;
        `ahead` takes what names no option but tells what is asked for after it; `after_story`
        says that such words are more of what was asked for before."""
        super().__init__(key, line, **more)
        self.ahead = ahead
        self.after_story = after_story
        self.options = options if isinstance(options, tuple) else tuple(options)
        self.of = of
        self.now = now
        self.beside = beside
        self.pictures = Pictures(pictures or {})

    def _level(self, partial: Any) -> tuple[Option[T], ...]:
        """The options on the screen: the top of the tree, a group's members, or a few alike."""
        match partial:
            case ["group", str(key)]:
                group = self._find(key)
                return group.options if group is not None and group.options else self.options
            case ["which", [*keys]]:
                found = [self._find(key) for key in keys]
                return tuple(option for option in found if option is not None) or self.options
            case _:
                return self.options

    def _find(self, key: object) -> Option[T] | None:
        if isinstance(self.options, Fixed):
            return self.options.by_key.get(key) if isinstance(key, str) else None
        return next((option for option in walk_options(self.options) if option.key == key), None)

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        line = self.line
        match partial:
            case ["which", _keys]:
                line = _("Which one do you mean?")
        level = self._level(partial)
        if isinstance(level, Fixed) and not self.now:
            buttons = level.buttons
        else:
            buttons = tuple(button(option, option.key == self.now) for option in level)
        return Look(line, buttons, summary=self.beside, more=self.pictures.buttons(level))

    def takes(
        self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader
    ) -> str | None:
        found = self._match(words, shown, partial, reader)
        return found.keys[0] if found.certain else None

    def _match(self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader) -> Match:
        """First among what is on the screen, then in the whole tree; a whole label of the tree
        goes before what only looks like one on the screen."""
        level, tree = self._level(partial), whole(self.options)
        near = match(words, named(level, reader), shown)
        sure = near.certain and not near.spelled
        if sure or ordinal(words) is not None or len(level) == len(tree):
            return Match(()) if near.part and not self.by_part else near
        far = match(words, named(tree, reader), shown)
        labelled = far.certain and not far.spelled
        found = near if near.keys and not labelled else far
        return Match(()) if found.part and not (self.by_part and found is near) else found

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        picture = self.pictures.wanted(given, self.options, shown, reader)
        if picture is not None:
            return Under(partial, (picture,))
        match given:
            case Pressed(key):
                keys: tuple[str, ...] = (key,)
            case Typed(words):
                keys = self._match(words, shown, partial, reader).keys
            case _:
                keys = ()
        options = [option for key in keys if (option := self._find(key)) is not None]
        match options:
            case []:
                return Unclear(choose_hint(len(self._level(partial))))
            case [option] if option.options:
                return Under(["group", option.key])
            case [option]:
                return Answer(option.key)
            case _:
                return Under(["which", [option.key for option in options]])

    def decode(self, value: Any) -> T:
        option = self._find(value) if isinstance(value, str) else None
        if option is None or option.value is None:
            raise ValueError("not an option")
        return option.value

    def tell(self, value: Any) -> Value:
        option = self._find(value)
        return "" if option is None else option.label

    def _options_in_code(self) -> list[str]:
        if self.of:
            return [f"of {self.of}"]
        return [option.key for option in walk_options(self.options)]


# i18n: button
_ALL = _("That is all")


_COMMA = re.compile("[,;،\n]")
_RANGE = re.compile(r"\d\s*[-–—]\s*\d")
"""`1-3` may be two or three of them."""

Refusal = Callable[[Sequence[str], Sequence[str]], Message | None]
"""What is said where some keys cannot be chosen beside those that are; None where they can."""

Tally = Callable[[tuple[str, ...]], tuple[tuple[Message, Value], ...]]
"""What there is to say of the keys that are ticked, such as what they cost together."""


class Many(Question[tuple[T, ...]]):
    """Several of several: ticked one by one and sent, or typed as numbers at once."""

    kind = "many"
    keep = Keep.CHOICE

    def __init__(
        self,
        key: str,
        line: Message,
        options: Sequence[Option[T]],
        *,
        least: int = 1,
        most: int | None = None,
        alone: Sequence[str] = (),
        of: str = "",
        now: Sequence[str] = (),
        tally: Tally | None = None,
        refuse: Refusal | None = None,
        pictures: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        """`alone` are keys that go with no other (`Nothing for now`); `now` are those that were
        chosen before and are being changed; `tally` is shown beside what is ticked; `refuse`
        keeps out what does not go with it."""
        super().__init__(key, line, **more)
        self.options = options if isinstance(options, tuple) else tuple(options)
        self.least = least
        self.most = len(self.options) if most is None else most
        self.alone = frozenset(alone)
        self.of = of
        self.now = tuple(now)
        self.tally = tally
        self.refuse = refuse
        self.pictures = Pictures(pictures or {})

    def _ticked(self, partial: Any) -> list[str]:
        known = {option.key for option in self.options}
        found = partial if isinstance(partial, list) else self.now
        return [key for key in found if isinstance(key, str) and key in known]

    def resume(self, value: Any) -> Any:
        return self._ticked(value) if isinstance(value, list) else None

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        ticked = self._ticked(partial)
        buttons = [button(option, option.key in ticked) for option in self.options]
        if len(ticked) >= self.least:
            buttons.append(Button(DONE, _ALL, "✔️"))
        beside = () if self.tally is None else self.tally(tuple(ticked))
        more = self.pictures.buttons(self.options)
        return Look(self.line, tuple(buttons), summary=beside, more=more)

    def takes(
        self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader
    ) -> str | None:
        found = match(words, named(self.options, reader), shown)
        return found.keys[0] if found.certain else None

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        picture = self.pictures.wanted(given, self.options, shown, reader)
        if picture is not None:
            return Under(partial, (picture,))
        ticked = self._ticked(partial)
        match given:
            case _ if is_done(given, _ALL, shown, reader):
                return self._finish(ticked)
            case Pressed(key):
                return self._tick(ticked, key)
            case Typed(words):
                return self._typed(words, shown, ticked, reader)
            case _:
                return Unclear(choose_hint(len(self.options)))

    def _typed(
        self, words: str, shown: tuple[str, ...], ticked: list[str], reader: Reader
    ) -> Reading:
        names = named(self.options, reader)
        parts = _COMMA.sub(" ", words).split()
        if not all(ordinal(part) is not None for part in parts) and not _RANGE.search(words):
            parts = names.numbers_in(map(bare, _COMMA.split(words)))
        by_number = [match(part, (), shown).keys for part in parts]
        if len(parts) > 1 and all(by_number):
            chosen = dict.fromkeys(found[0] for found in by_number)
            keys = [key for key in chosen if key != DONE]
            if self._ticked(keys) != keys:
                # Numbers of a list that a release has changed since it was shown.
                return Unclear(choose_hint(len(self.options)))
            return self._finish(keys)
        found = match(words, names, shown)
        if not found.certain and len(several := self._several(words, names)) > 1:
            return self._finish(several)
        if len(found.keys) == 1:
            return self._tick(ticked, found.keys[0])
        return Unclear(choose_hint(len(shown)))

    def _several(self, words: str, names: Names) -> list[str]:
        """What `time and money` names: each of its parts one option, or nothing at all."""
        pieces = [
            part
            for listed in _COMMA.split(words)
            for part in split_at(
                apart(bare(listed), names.label_words, names.counters), names.counters
            )
        ]
        found = [match(piece, names, ()).keys for piece in pieces]
        if any(len(keys) != 1 for keys in found):
            return []
        return list(dict.fromkeys(keys[0] for keys in found))

    def _tick(self, ticked: list[str], key: str) -> Reading:
        if key not in {option.key for option in self.options}:
            return Unclear(choose_hint(len(self.options)))
        if key in ticked:
            return Under([other for other in ticked if other != key])
        if key in self.alone:
            return Under([key])
        kept = [other for other in ticked if other not in self.alone]
        if len(kept) >= self.most:
            return Under(kept, (self._too_many(),))
        if self.refuse is not None and (line := self.refuse(kept, [key])):
            return Under(kept, (line,))
        return Under([*kept, key])

    def _finish(self, ticked: list[str]) -> Reading:
        if len(ticked) > self.most or (len(ticked) > 1 and self.alone.intersection(ticked)):
            return Unclear(self._too_many())
        if len(ticked) < self.least:
            return Unclear(choose_hint(len(self.options)))
        if self.refuse is not None and (line := self.refuse([], ticked)):
            return Unclear(line)
        return Answer(ticked)

    def _too_many(self) -> Message:
        return _("You can choose up to {most}. Press one again to take it off.")(most=self.most)

    def decode(self, value: Any) -> tuple[T, ...]:
        by_key = {option.key: option.value for option in self.options}
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise ValueError("not so many options")
        if any(by_key.get(key) is None for key in value):
            raise ValueError("not an option")
        return tuple(chosen for key in value if (chosen := by_key[key]) is not None)

    def tell(self, value: Any) -> Value:
        labels = {option.key: option.label for option in self.options}
        return Listing(tuple(labels[key] for key in value if key in labels))

    def _options_in_code(self) -> list[str]:
        return [f"of {self.of}"] if self.of else [option.key for option in self.options]


class Rating(Choice[int]):
    """From 1, the worst, to 5, with faces. Numbers typed are the rating itself."""

    kind = "rating"

    def __init__(self, key: str, line: Message, **more: Any) -> None:
        super().__init__(key, line, _MARKS, **more)


_FACES: tuple[tuple[str, Message], ...] = (
    # i18n: button
    ("😡", _("Very bad")),
    # i18n: button
    ("🙁", _("Bad")),
    # i18n: button
    ("😐", _("So-so")),
    # i18n: button
    ("🙂", _("Good")),
    # i18n: button
    ("😀", _("Very good")),
)

_MARKS = Fixed(
    Option(str(mark), label, mark, face) for mark, (face, label) in enumerate(_FACES, start=1)
)
