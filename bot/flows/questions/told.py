"""What somebody told, as JSON: words, voice notes and photos, and whatever came after them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain.inbound import Album, Attachment, cut, utf16_units
from bot.domain.messages import Message, _
from bot.flows.questions.asked import Given, Reader, Typed
from bot.flows.questions.options import plain_answer
from bot.flows.questions.photos import pictures_of

MAX_STORY = 12_000
"""UTF-16 units of one story."""

LEAST_AHEAD = 24
"""UTF-16 units of words that are taken for a story where none was asked for yet."""

MIN_VOICE_SECONDS = 2.0

VOICES_MOST = 5
"""Voice notes of one story."""

NO_VOICE = _("We cannot keep voice notes here. Please type it.")
SHORT_VOICE = _("That was very short. Please say it again, or type it.")
TOO_MANY_VOICES = _("We can keep {most} voice notes. The others are not kept.")

A_SENTENCE = 3
"""So many words are somebody telling something, however short they are."""


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
    """What was said after the first words, each with the message that brought it; '' where the
    channel has no name for that."""
    found = told.get("more", ()) if isinstance(told, dict) else ()
    return [(source, words) for source, words in found]


def amend_later(told: Any, words: str, source: str, reader: Reader) -> dict[str, Any] | None:
    """A story with other words in the place of those that a message brought later; None for what
    is none."""
    if not _may_stand(words, reader):
        return None
    more = [[one, words.strip() if one == source else old] for one, old in later_words(told)]
    return _fitting({**told, "more": more})


def with_voice(told: dict[str, Any], ref: str) -> dict[str, Any]:
    """A story (as JSON) with one more voice note, as far as it may have so many."""
    before = voices_of(told)
    if not before:
        return {**told, "voice": ref}
    return {**told, "voices": [*before[1:], ref][: VOICES_MOST - 1]}


def why_no_voice(told: Any, file: Attachment, voice: bool) -> Message | None:
    """Why a voice note does not go with a story (as JSON), where `voice` may; None if it does."""
    if not voice:
        return NO_VOICE
    if not is_told(file):
        return SHORT_VOICE
    return TOO_MANY_VOICES(most=VOICES_MOST) if len(voices_of(told)) >= VOICES_MOST else None


def voices_of(told: Any) -> list[str]:
    """The voice notes of a story (as JSON), the first one first."""
    return [str(ref) for ref in (told.get("voice"), *told.get("voices", ())) if ref]


def with_captions(
    told: dict[str, Any], files: Iterable[Attachment], source: str
) -> dict[str, Any]:
    """A story (as JSON) with what stands under files that came after it with the message `source`:
    an edit of that finds it, also where nothing stood there yet."""
    for file in files:
        room = MAX_STORY - utf16_units(text_of(told)) - 1
        fits = has_words(file.caption) and room > 0
        if fits or source:
            told = _with_later(told, cut(file.caption.strip(), room) if fits else "", source)
    return told


def has_captions(files: Iterable[Attachment]) -> bool:
    return any(has_words(file.caption) for file in files)


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
            case Typed(words) if tells_something(words) and (
                utf16_units(words) >= LEAST_AHEAD or (isinstance(before, dict) and tells(words))
            ):
                return _fitting(_with_words(told, words.strip(), source))
            case Attachment(ref=ref) if self.voice and is_told(given):
                words = cut(given.caption.strip(), MAX_STORY)
                spoken = with_voice(told, ref)
                return (
                    has_words(words) and _fitting(_with_words(spoken, words, source))
                ) or spoken
            case Attachment() | Album() if self.photos and (pictures := pictures_of(given)):
                return with_pictures(told, pictures, self.photos, source)
            case Attachment(kind="", caption=words) if tells_something(words):
                return _fitting(_with_words(told, words, source))
            case _:
                return None

    def amend(self, told: Any, words: str, reader: Reader) -> Any | None:
        """The story with other words in the place of its first ones; None for what is none."""
        return _fitting({**told, "text": words.strip()}) if _may_stand(words, reader) else None


def _with_words(told: Any, words: str, source: str) -> dict[str, Any]:
    """A story (as JSON) with words that were said after it: where it has some, they stay when
    those are edited."""
    return _with_later(told, words, source) if told.get("text") else {**told, "text": words}


def is_told(file: Attachment) -> bool:
    """Whether it is a voice note with something on it."""
    return file.kind == "voice" and (file.seconds or 0) >= MIN_VOICE_SECONDS


def with_photos(told: dict[str, Any], photos: Iterable[Attachment], most: int) -> dict[str, Any]:
    """A story (as JSON) with photos that came with it, so many at most."""
    return {**told, "photos": [*told.get("photos", ()), *(file.ref for file in photos)][:most]}


def with_pictures(
    told: Any, pictures: Iterable[Attachment], most: int, source: str = ""
) -> dict[str, Any]:
    """A story (as JSON) with photos that came with it; what stands under them is of its words, and
    the first of those came with the message `source`."""
    photos = [file for file in pictures if file.kind == "photo"]
    found = with_photos({"text": "", **told}, photos, most)
    for caption in filter(has_words, (file.caption.strip() for file in photos)):
        room = MAX_STORY - utf16_units(text_of(found)) - 1
        if room > 0:
            found = _with_words(found, cut(caption, room), source)
            source = ""
    return found
