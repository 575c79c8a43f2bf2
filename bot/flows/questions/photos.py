"""Photos: one by one or an album, until there are enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.inbound import Album, Attachment
from bot.domain.messages import Message, Value, _, ngettext
from bot.domain.operations import Button
from bot.flows.matching import match
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
from bot.flows.questions.options import (
    DONE,
    ENOUGH_WORDS,
    MEANT_NO,
    NO,
    Fixed,
    Option,
    is_done,
    plain_answer,
)

# i18n: button
_ALL = _("That is all")

TOO_MANY_PHOTOS = _("We can keep {most} photos of it. The others are not kept.")

# As people type it in place of a photo.
_NO_PHOTO = _(
    "no photos|no pictures|none|nothing|I have none|I have no photos|I don't have one"
    "|I dont have one|I can't take a photo|I cant take a photo|I have no camera"
)
_NONE: Fixed[bool] = Fixed((Option("none", NO, True, alone=(*MEANT_NO, _NO_PHOTO)),))
_ENOUGH: Fixed[bool] = Fixed((Option("enough", _ALL, True, alone=(ENOUGH_WORDS,)),))


class Photos(Question[tuple[str, ...]]):
    """Up to `most` photos, as media ids. Skipped, it is none of them. `partial` is a list.

    Words that are said in their place are of the story whose key is `story`, where there is one.
    """

    kind = "photos"
    keep = Keep.KIND

    def __init__(
        self, key: str, line: Message, *, most: int, story: str = "", **more: Any
    ) -> None:
        super().__init__(key, line, **more)
        self.most = most
        self.story = story

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        photos = _sent(partial)
        if not photos:
            return Look(self.line, wants=("photo",))
        line = ngettext(
            "We have {n} photo. Send more?", "We have {n} photos. Send more?", len(photos)
        )
        return Look(line, (Button(DONE, _ALL, "✔️"),), ("photo",))

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        photos = _sent(partial)
        no = isinstance(given, Typed) and match(given.words, _NONE.named(reader), ()).certain
        match given:
            case Attachment() | Album() if pictures := pictures_of(given):
                photos = self.join(photos, pictures)
                return Answer(photos) if len(photos) >= self.most else Under(photos)
            case _ if photos and (is_done(given, _ALL, shown, reader) or no):
                return Answer(photos)
            case Typed() if self.optional and not photos and (no or self._enough(given, reader)):
                return Answer(None)
            case _ if photos:
                return Unclear(_("Please send a photo, or press “That is all”."))
            case _ if self.optional:
                return Unclear(_("Please send a photo, or press “Skip”."))
            case _ if self.story:
                return Unclear(_("Please type it in a few words."))
            case _:
                return Unclear(_("Please send a photo. We need at least one."))

    def tells_nothing(self, given: Typed, reader: Reader) -> bool:
        """Whether words in place of a photo are no story: `I have no camera`, `done`, `ok`."""
        none = match(given.words, _NONE.named(reader), ()).certain
        return none or self._enough(given, reader) or plain_answer(given, reader) is not None

    @staticmethod
    def _enough(given: Typed, reader: Reader) -> bool:
        return match(given.words, _ENOUGH.named(reader), ()).certain

    def join(self, value: Any, files: Sequence[Attachment]) -> list[str]:
        refs = [file.ref for file in files if file.kind == "photo"]
        return [*_sent(value), *refs][: self.most]

    def decode(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError("not photos")
        return tuple(str(ref) for ref in value[: self.most])

    def tell(self, value: Any) -> Value:
        return count_photos(len(value))


def count_photos(count: int) -> Message:
    return ngettext("{n} photo", "{n} photos", count)


def pictures_of(given: Attachment | Album) -> tuple[Attachment, ...]:
    """The photos of what came, in their order."""
    return tuple(file for file in files_of(given) if file.kind == "photo")


def files_of(given: Attachment | Album) -> tuple[Attachment, ...]:
    return given.files if isinstance(given, Album) else (given,)


def without_captions(given: Attachment | Album) -> Album:
    return Album(tuple(replace(file, caption="") for file in files_of(given)))


def _sent(partial: Any) -> list[str]:
    """The photos that came so far."""
    return [str(ref) for ref in partial] if isinstance(partial, list) else []
