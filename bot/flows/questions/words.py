"""Open questions: a short text, and a story that is typed, spoken or shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeVar, cast, overload

from bot.domain.inbound import Album, Attachment, cut, utf16_units
from bot.domain.messages import Label, Listing, Message, Value, _, ngettext
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
from bot.flows.questions.told import (
    MAX_STORY,
    MIN_VOICE_SECONDS,
    NO_VOICE,
    SHORT_VOICE,
    has_words,
    tells_something,
    text_of,
    voices_of,
    with_pictures,
)

T = TypeVar("T")

MAX_SHORT = 200
"""UTF-16 units of one short text."""

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
        voice_later: bool = ...,
        photos: int = ...,
        sent: Sequence[str] = ...,
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
        voice_later: bool = ...,
        photos: int = ...,
        sent: Sequence[str] = ...,
        optional: Literal[True],
        **more: Any,
    ) -> None: ...
    def __init__(
        self,
        key: str,
        line: Message,
        *,
        voice: bool = True,
        voice_later: bool = True,
        photos: int = 0,
        sent: Sequence[str] = (),
        optional: bool = False,
        **more: Any,
    ) -> None:
        """`voice_later` says whether a voice may come after it, too; `sent` are photos that it
        begins with."""
        super().__init__(key, line, optional=optional, **more)
        self.voice = voice
        self.voice_later = voice and voice_later
        self.photos = photos
        self._sent = list(sent)
        self._voice_kept = True

    def lose_voice(self, anew: bool) -> None:
        """Its voice is not kept, and no review tells of one; nor of anything of it where another
        question asks for it `anew`."""
        self._voice_kept = False
        self.label = None if anew else self.label

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        wants = ["text"]
        if self.voice:
            wants.append("voice")
        if self.photos:
            wants.append("photo")
        done = Button(DONE, _SHOWN, "✔️")
        return Look(self.line, (done,) if self._begun(partial) else (), tuple(wants))

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        photos = self._begun(partial)
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
                return Unclear(NO_VOICE)
            case Attachment(kind="voice", seconds=seconds) if (seconds or 0) < MIN_VOICE_SECONDS:
                return Unclear(SHORT_VOICE)
            case Attachment(kind="voice", ref=ref, caption=caption) if has_words(caption):
                return Answer({"text": caption.strip(), "voice": ref, "photos": photos})
            case Attachment(kind="voice", ref=ref):
                return Answer({"voice": ref, "photos": photos})
            case Attachment() | Album() if self.photos and (pictures := pictures_of(given)):
                return self._read_pictures(pictures, photos)
            case Album(files):
                return self.read(files[0], shown, partial, reader)
            case _:
                return Unclear(self._how())

    def _begun(self, partial: Any) -> list[str]:
        return list(partial) if isinstance(partial, list) else self._sent[: self.photos]

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
                stays = {key: value[key] for key in ("voice", "voices", "more") if key in value}
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

    def resume(self, value: Any) -> Any:
        """Who tells it anew has sent the photos already."""
        photos = value.get("photos") if isinstance(value, dict) else None
        return [str(ref) for ref in photos][: self.photos] if photos else None

    def join(self, value: Any, files: Sequence[Attachment]) -> Any:
        return with_pictures(value, files, self.photos)

    def decode(self, value: Any) -> T:
        if not isinstance(value, dict):
            raise ValueError("not a story")
        voice, *more = voices_of(value) or [""]
        photos = tuple(str(ref) for ref in value.get("photos", ()))[: self.photos]
        told = Told(text_of(value), voice, photos, tuple(more))
        if not (told.text or told.voice or told.photos):
            raise ValueError("nothing was told")
        return cast(T, told)  # T is Told or, where the question may be skipped, Told | None

    def tell(self, value: Any) -> Value:
        said: Value = cut(text_of(value), REVIEW_CUT)
        voices = len(voices_of(value)) if self._voice_kept else 0
        photos = len(value.get("photos", ())[: self.photos])
        beside: list[Label] = [count_photos(photos)] if photos else []
        if voices and said:
            beside.insert(0, _count_voices(voices))
        elif voices:
            said = _("Your voice note") if voices == 1 else _count_voices(voices)
        if not said:
            return _("Your photo")
        if beside:
            return _("{words} (with {photos})")(words=said, photos=Listing(tuple(beside)))
        return said


def _count_voices(count: int) -> Message:
    return ngettext("{n} voice note", "{n} voice notes", count)
