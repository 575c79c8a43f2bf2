"""Open questions: a short text, and a story that is typed, spoken or shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, overload

from bot.domain.inbound import Album, Attachment, cut, utf16_units
from bot.domain.messages import Message, Value, _
from bot.domain.operations import Button
from bot.domain.reports import Told
from bot.flows.questions.asked import (
    Answer,
    Given,
    Keep,
    Look,
    Passed,
    Question,
    Reader,
    Reading,
    Typed,
    Unclear,
    Under,
)
from bot.flows.questions.options import DONE, is_done, plain_answer
from bot.flows.questions.photos import count_photos, pictures_of

T = TypeVar("T")

MAX_STORY = 12_000
"""UTF-16 units of one story."""

MAX_SHORT = 200
"""UTF-16 units of one short text."""

LEAST_AHEAD = 24
"""UTF-16 units of words that are taken for a story where none was asked for yet."""

MIN_VOICE_SECONDS = 2.0

A_SENTENCE = 3
"""So many words are somebody telling something, however short they are."""

REVIEW_CUT = 160
"""UTF-16 units of somebody's words that a review shows."""


_A_FEW_WORDS = _("Please type it in a few words.")


class Text(Question[str]):
    """A few words on one line."""

    kind = "text"

    def __init__(self, key: str, line: Message, *, most: int = MAX_SHORT, **more: Any) -> None:
        super().__init__(key, line, **more)
        self.most = most

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        return Look(self.line, wants=("text",))

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        match given:
            case Typed(words) if utf16_units(words.strip()) > self.most:
                return Unclear(
                    _("That is too long. Please say it in at most {most} letters.")(most=self.most)
                )
            case Typed(words) if self.optional and plain_answer(given, reader) is not None:
                # "Ok" tells nothing yet, and "no" that there is nothing to tell.
                return Unclear(_A_FEW_WORDS) if plain_answer(given, reader) else Answer(None)
            case Typed(words) if has_words(words):
                return Answer(" ".join(words.split()))
            case _:
                return Unclear(_A_FEW_WORDS)

    def decode(self, value: Any) -> str:
        if not isinstance(value, str) or not 0 < utf16_units(value) <= self.most:
            raise ValueError("not a short text")
        return value

    def tell(self, value: Any) -> Value:
        return cut(value, REVIEW_CUT)


def has_words(text: str) -> bool:
    """Whether there is anything to read: one letter or digit of any script is enough."""
    return any(sign.isalnum() for sign in text)


def tells_something(text: str) -> bool:
    """Whether it may be a story. A number alone is the answer to a list of before."""
    return any(sign.isalpha() for sign in text)


def tells(words: str) -> bool:
    """Whether somebody tells something, and names no button."""
    return tells_something(words) and (
        len(words.split()) >= A_SENTENCE or utf16_units(words) >= LEAST_AHEAD
    )


def told_more(told: Any, words: str, source: str = "") -> dict[str, Any] | None:
    """A story (as JSON; None where it was skipped) with words that the message `source` brought
    after it; None for what is too long, or tells nothing."""
    words = words.strip()
    if not isinstance(told, dict):
        return _fitting({"text": words, "photos": []}) if tells_something(words) else None
    return _fitting(_with_later(told, words, source)) if tells(words) else None


def text_of(told: Any) -> str:
    """All words of a story (as JSON)."""
    later = (words for _source, words in later_words(told))
    return "\n".join(filter(None, (str(told.get("text", "")), *later)))


def later_words(told: Any) -> list[tuple[str, str]]:
    """What was said after the first words, each with the message that brought it; '' where that
    is not known, as in drafts of earlier releases."""
    found = told.get("more", ()) if isinstance(told, dict) else ()
    return [("", item) if isinstance(item, str) else (item[0], item[1]) for item in found]


def amend_later(told: Any, words: str, source: str, reader: Reader) -> dict[str, Any] | None:
    """A story with other words in the place of those that a message brought later; None for what
    is none."""
    if not _may_stand(words, reader):
        return None
    more = [[one, words.strip() if one == source else old] for one, old in later_words(told)]
    return _fitting({**told, "more": more})


def _may_stand(words: str, reader: Reader) -> bool:
    return tells_something(words) and plain_answer(Typed(words), reader) is None


def _with_later(told: Any, words: str, source: str) -> dict[str, Any]:
    return {**told, "more": [*told.get("more", ()), [source, words]]}


def _fitting(told: dict[str, Any]) -> dict[str, Any] | None:
    return told if utf16_units(text_of(told)) <= MAX_STORY else None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A story that is told before it is asked for, at a question of what it is about: people
    begin with what they have to say. `key` is the key of the `Story` that it answers."""

    key: str
    voice: bool = False
    photos: int = 0
    """So many at most."""

    def read(self, given: Given, before: Any, source: str = "") -> Any | None:
        """The story as JSON, `before` being what was told so already and `source` the message
        that brings more of it; None for what is none."""
        told = before if isinstance(before, dict) else {"photos": []}
        match given:
            case Typed(words) if tells_something(words) and utf16_units(words) >= LEAST_AHEAD:
                return _fitting(_with_words(told, words.strip(), source))
            case Attachment(kind="voice", ref=ref, seconds=seconds) if (
                self.voice and (seconds or 0) >= MIN_VOICE_SECONDS
            ):
                return {**told, "voice": ref}
            case Attachment() | Album() if self.photos and (pictures := pictures_of(given)):
                return with_pictures(told, pictures, self.photos, source)
            case _:
                return None

    def amend(self, told: Any, words: str, reader: Reader) -> Any | None:
        """The story with other words in the place of its first ones; None for what is none."""
        return _fitting({**told, "text": words.strip()}) if _may_stand(words, reader) else None


def _with_words(told: Any, words: str, source: str) -> dict[str, Any]:
    """A story (as JSON) with words that were said after it: where it has some, they stay when
    those are edited."""
    return _with_later(told, words, source) if told.get("text") else {**told, "text": words}


def with_pictures(
    told: Any, pictures: Iterable[Attachment], most: int, source: str = ""
) -> dict[str, Any]:
    """A story (as JSON) with photos that came with it; what stands under them is of its words, and
    the first of those came with the message `source`."""
    photos = [file for file in pictures if file.kind == "photo"]
    refs = [*told.get("photos", ()), *(file.ref for file in photos)]
    found = {"text": "", **told, "photos": refs[:most]}
    for caption in filter(has_words, (file.caption.strip() for file in photos)):
        room = MAX_STORY - utf16_units(text_of(found)) - 1
        if room > 0:
            found = _with_words(found, cut(caption, room), source)
            source = ""
    return found


# i18n: button
_SHOWN = _("The photo is enough")


class Story(Question[T]):
    """What somebody has to tell: typed, spoken, or shown in a photo and then told.

    `partial` holds photos that came before the words.
    """

    kind = "story"
    keep = Keep.KIND

    @overload
    def __init__(
        self: Story[Told],
        key: str,
        line: Message,
        *,
        voice: bool = ...,
        photos: int = ...,
        optional: Literal[False] = ...,
        **more: Any,
    ) -> None: ...
    @overload
    def __init__(
        self: Story[Told | None],
        key: str,
        line: Message,
        *,
        voice: bool = ...,
        photos: int = ...,
        optional: Literal[True],
        **more: Any,
    ) -> None: ...
    def __init__(
        self,
        key: str,
        line: Message,
        *,
        voice: bool = True,
        photos: int = 0,
        optional: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(key, line, optional=optional, **more)
        self.voice = voice
        self.photos = photos

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        wants = ["text"]
        if self.voice:
            wants.append("voice")
        if self.photos:
            wants.append("photo")
        done = Button(DONE, _SHOWN, "✔️")
        return Look(self.line, (done,) if partial else (), tuple(wants))

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        photos = list(partial) if isinstance(partial, list) else []
        match given:
            case _ if photos and is_done(given, _SHOWN, shown, reader):
                return Answer({"photos": photos})
            case Typed(words) if utf16_units(words) > MAX_STORY:
                return Unclear(
                    _("That is too long. Please say it in at most {most} letters.")(most=MAX_STORY)
                )
            case Typed() if (said := plain_answer(given, reader)) is not None:
                return self._said(said, photos)
            case Typed(words) if tells_something(words):
                return Answer({"text": words.strip(), "photos": photos})
            case Attachment(kind="voice") if not self.voice:
                return Unclear(_("Here we cannot keep your voice. Please type it."))
            case Attachment(kind="voice", seconds=seconds) if (seconds or 0) < MIN_VOICE_SECONDS:
                return Unclear(_("That was very short. Please say it again, or type it."))
            case Attachment(kind="voice", ref=ref):
                return Answer({"voice": ref, "photos": photos})
            case Attachment() | Album() if self.photos and (pictures := pictures_of(given)):
                return self._read_pictures(pictures, photos)
            case Album(files):
                return self.read(files[0], shown, partial, reader)
            case _:
                return Unclear(self._how())

    def _how(self) -> Message:
        if self.voice:
            return _("Please type it, or send your voice.")
        return _("Please type it in your own words.")

    def _said(self, yes: bool, photos: list[str]) -> Reading:
        """“Ok” tells nothing yet, and “no” that there is nothing to tell."""
        if not yes and photos:
            return Answer({"photos": photos})
        return Answer(None) if self.optional and not yes else Unclear(self._how())

    def amend(self, value: Any, words: str, shown: tuple[str, ...], reader: Reader) -> Reading:
        if plain_answer(Typed(words), reader) is not None:
            return Unclear(self._how())
        photos = list(value.get("photos", ()))
        reading = self.read(Typed(words), (), photos, reader)
        # A changed caption stands beside the voice that it belongs to, and never replaces it.
        match reading:
            case Answer(dict() as told):
                stays = {key: value[key] for key in ("voice", "more") if key in value}
                return Answer({**told, **stays})
            case _:
                return reading

    def _read_pictures(self, pictures: Sequence[Attachment], photos: list[str]) -> Reading:
        """What stands under a picture is the story."""
        full = len(photos) >= self.photos
        told = self.join({"text": "", "photos": photos}, pictures)
        if told["text"]:
            return Answer(told)
        if full:
            return Under(photos, (_("That is enough photos. Now tell us in words, please."),))
        return Under(told["photos"], (_("We have your photo. Now tell us in words."),))

    def join(self, value: Any, files: Sequence[Attachment]) -> Any:
        return with_pictures(value, files, self.photos)

    def decode(self, value: Any) -> T:
        if not isinstance(value, dict):
            raise ValueError("not a story")
        told = Told(
            text_of(value),
            str(value.get("voice", "")),
            tuple(str(ref) for ref in value.get("photos", ()))[: self.photos],
        )
        if not (told.text or told.voice or told.photos):
            raise ValueError("nothing was told")
        return cast(T, told)  # T is Told or, where the question may be skipped, Told | None

    def tell(self, value: Any) -> Value:
        said: Value = cut(text_of(value), REVIEW_CUT)
        voice = bool(said and value.get("voice"))
        if not said and value.get("voice"):
            said = _("Your voice note")
        photos = len(value.get("photos", ())[: self.photos])
        if not said:
            return _("Your photo")
        if voice and photos:
            both = _("{words} (with your voice note and {photos})")
            return both(words=said, photos=count_photos(photos))
        if voice:
            return _("{words} (with your voice note)")(words=said)
        if photos:
            return _("{words} (with {photos})")(words=said, photos=count_photos(photos))
        return said
