"""One language in one country: its catalogues, its way to write values, no falling back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from bot.domain.messages import (
    FullDay,
    Label,
    Listing,
    Message,
    Money,
    Name,
    Value,
    Verbatim,
)
from bot.domain.placeholders import Template, allowed, names, take_apart, whole
from bot.i18n.catalogue import Catalogue, Entry
from bot.i18n.formats import FIRST_STRONG, LEFT_TO_RIGHT, Formats, isolate
from bot.i18n.languages import Language


class Lacking(LookupError):
    """This language cannot say a message: `source` is its English text, `reason` a code."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(reason)
        self.source, self.reason = source, reason


class Voice:
    """Says messages in one language. The first of `catalogues` that has a text gives it."""

    def __init__(
        self, language: Language, catalogues: Sequence[Catalogue], formats: Formats
    ) -> None:
        self.language = language
        self._formats = formats
        self._entries = [
            {entry.source: entry for entry in catalogue.entries if not entry.fuzzy}
            for catalogue in catalogues
        ]
        self._templates: dict[tuple[str, str, int], Template] = {}

    def say(self, label: Label) -> str:
        """A text in this language. Raises `Lacking` where no catalogue has one that is whole."""
        if isinstance(label, Name):
            return label.within(self.language.code)
        number = None if label.number is None else abs(label.number)
        form = 0 if number is None else self.language.form(number)
        key = (label.source, label.plural, form)
        template = self._templates.get(key)
        if template is None:
            # Worked out twice by two threads, it is the same twice.
            template = self._templates[key] = self._template(label, form)
        if len(template) == 1:
            return template[0]
        values = dict(label.values)
        written = list(template)
        for at in range(1, len(template), 2):
            name = template[at]
            if name in values:
                written[at] = self._write(values[name])
            else:
                written[at] = self._unfilled(label, name)
        return "".join(written)

    def _template(self, message: Message, form: int) -> Template:
        needed, known = allowed(message.source, message.plural)
        reason = "missing"
        for entries in self._entries:
            entry = entries.get(message.source)
            text = _form(entry, message, form)
            if not text:
                continue
            template = take_apart(text)
            if whole(template) and needed <= names(template) <= known:
                return template
            reason = "placeholders"
        raise Lacking(message.source, reason)

    def _unfilled(self, message: Message, name: str) -> str:
        raise Lacking(message.source, "unfilled")

    def _write(self, value: Value) -> str:
        direction = self.language.direction
        match value:
            case str():
                return isolate(value, FIRST_STRONG, direction)
            case Name():
                return isolate(value.within(self.language.code), FIRST_STRONG, direction)
            case Verbatim():
                return isolate(value.text, LEFT_TO_RIGHT, direction)
            case int() | Decimal():
                return self._formats.number(value)
            case datetime():
                return self._formats.time(value)
            case date():
                return self._formats.day(value)
            case FullDay():
                return self._formats.full_day(value.day)
            case Money():
                return isolate(self._formats.money(value), FIRST_STRONG, direction)
            case Listing():
                return self._formats.listing([self._write(item) for item in value.items])
            case Message():
                return self.say(value)
            case _:
                assert_never(value)


def _form(entry: Entry | None, message: Message, form: int) -> str:
    if entry is None or entry.plural != message.plural or form >= len(entry.forms):
        return ""
    return entry.forms[form]


class SourceVoice(Voice):
    """English, the last resort: it says whatever stands in the code and lacks nothing.

    A country may word some of it otherwise, in a catalogue of its own.
    A placeholder that the code forgot to fill stays as written: somebody at a fire who reads
    `{number}` is better served than by silence. `messages check` and transcripts find it before.
    """

    def _template(self, message: Message, form: int) -> Template:
        try:
            return super()._template(message, form)
        except Lacking:
            return take_apart(message.plural if message.plural and form else message.source)

    def _unfilled(self, message: Message, name: str) -> str:
        return "{" + name + "}"


class PseudoVoice(SourceVoice):
    """English turned around, for tests of a right-to-left layout: no font or catalogue needed.

    Each stretch is overridden to run from right to left, after a mark that makes the paragraph
    right-to-left for whoever looks at its first strong letter.
    """

    MARK = "\u200f"
    OVERRIDE = "\u202e"
    POP = "\u202c"

    def say(self, label: Label) -> str:
        if isinstance(label, Name):
            return label.within(self.language.code)
        return self.MARK + super().say(label)

    def _template(self, message: Message, form: int) -> Template:
        template = super()._template(message, form)
        return tuple(
            part if at % 2 or not part else self.OVERRIDE + part + self.POP
            for at, part in enumerate(template)
        )
