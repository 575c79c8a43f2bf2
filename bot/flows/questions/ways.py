"""How a resident wants to be answered: in the chat, by telephone, or not at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from bot.domain.country import CALL, HERE, NONE
from bot.domain.inbound import Contact
from bot.domain.messages import Listing, Message, Value, Verbatim, _
from bot.domain.reports import Answered
from bot.flows.numbers import ascii_digits, ordinal
from bot.flows.questions.asked import (
    Answer,
    Given,
    Look,
    Passed,
    Reader,
    Reading,
    Typed,
    Unclear,
    Under,
)
from bot.flows.questions.choice import Choice
from bot.flows.questions.options import Fixed, Option, plain_answer

DIGITS_LEAST, DIGITS_MOST = 7, 15
"""Of a number that can be called: short ones are of emergency, and ITU-T E.164 has 15 at most."""

SIGNS_MOST = 40
"""Of what is typed for a number: longer is a story."""

WORDS_MOST = 4
"""That stand before a number, and behind it: `my number is 0712 345 678, thank you`."""

_BETWEEN = frozenset({"Zs", "Pd", "Ps", "Pe", "Cf"})
"""Blanks, dashes, brackets and marks of direction, which stand between digits and mean nothing."""


class WayToAnswer(Choice[Answered]):
    """One of the ways that a country has. For a call it takes the number too: `partial` is
    `["call"]` while that is asked for, and the answer is `{"phone": …}` then."""

    def __init__(self, key: str, line: Message, ways: Sequence[str], **more: Any) -> None:
        super().__init__(key, line, _offered(tuple(ways)), **more)
        self.calls = CALL in ways

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        if not self._asks_number(partial):
            return super().look(None, path, reader)
        line = _("Which number may we call? We erase it once your report is closed.")
        return Look(line, _INSTEAD.buttons, ("contact", "text"))

    def _asks_number(self, partial: Any) -> bool:
        return self.calls and partial == [CALL]

    def takes(
        self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader
    ) -> str | None:
        if not self._asks_number(partial):
            return super().takes(words, shown, None, reader)
        return self._instead().takes(words, shown, None, reader)

    def _instead(self) -> Choice[Answered]:
        return Choice(self.key, self.line, _INSTEAD)

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        asks_number = self._asks_number(partial)
        match given:
            case Contact("") if self.calls:
                return Unclear(_("We can take only your own number. You can also type it here."))
            case Contact(words) | Typed(words) if self.calls and (phone := read_phone(words)):
                return Answer({"phone": phone})
            case Typed(words) if asks_number and (phone := phone_in(words)):
                return Answer({"phone": phone})
            case Typed() if asks_number:
                return self._read_instead(given, shown, reader)
        match super().read(given, shown, None, reader):
            case Answer(way) if way == CALL:
                return Under([CALL])
            case Unclear() if asks_number:
                return Unclear(_NO_NUMBER(least=DIGITS_LEAST, most=DIGITS_MOST))
            case Unclear() if isinstance(given, Typed) and ordinal(given.words) is None:
                ways = Listing(tuple(option.label for option in self.options))
                return Unclear(_ONLY_THESE(ways=ways))
            case reading:
                return reading

    def _read_instead(self, given: Typed, shown: tuple[str, ...], reader: Reader) -> Reading:
        """What was typed where a number is asked for, and is none: a no is one to the call."""
        instead = self._instead().read(given, shown, None, reader)
        if isinstance(instead, Answer) or plain_answer(given, reader) is False:
            return Answer(HERE)
        # A number of an option counts on the screen before this one, which is gone.
        match super().read(given, (), None, reader):
            case Answer(way) if way != CALL:
                return Answer(way)
            case _:
                return Unclear(_NO_NUMBER(least=DIGITS_LEAST, most=DIGITS_MOST))

    def left_out(self, partial: Any) -> Any:
        return HERE if self._asks_number(partial) else None

    def decode(self, value: Any) -> Answered:
        match value:
            case {"phone": str(phone)} if self.calls and read_phone(phone):
                return Answered(CALL, phone)
            case _ if value == CALL:
                raise ValueError("a call without its number")
            case _:
                return super().decode(value)

    def tell(self, value: Any) -> Value:
        match value:
            case {"phone": str(phone)}:
                return _("By phone, {number}")(number=Verbatim(phone))
            case _:
                return super().tell(value)

    def chosen(self, value: Any) -> str:
        return CALL if isinstance(value, dict) else super().chosen(value)


_ONLY_THESE = _("There are only these ways, please choose one: {ways}.")
_NO_NUMBER = _("Please type a phone number of {least} to {most} digits.")

# What people type in place of a button.
_CALL_ME = _("call me|call|phone me|phone|telephone|ring me")
_NO_PHONE = _(
    "no phone|I have no phone|I don't have a phone|I dont have a phone|no number|I have no number"
)
_NO_CALL = _(
    "do not call|do not call me|don't call|don't call me|dont call me|rather not|in the chat"
    "|write to me|write here|I changed my mind"
)

WAYS: Fixed[Answered] = Fixed(
    (
        # i18n: button
        Option(HERE, _("Here in this chat"), Answered(HERE), "💬"),
        # i18n: button
        Option(CALL, _("By phone"), Answered(CALL), "📞", also=(_CALL_ME,)),
        # i18n: button. No message is sent; who wants news asks with the report's number.
        Option(NONE, _("Do not write to me"), Answered(NONE), "🔕"),
    )
)

_INSTEAD: Fixed[Answered] = Fixed(
    (
        # i18n: button
        Option(HERE, _("Answer here instead"), Answered(HERE), "💬", alone=(_NO_PHONE, _NO_CALL)),
    )
)


@cache
def _offered(ways: tuple[str, ...]) -> Fixed[Answered]:
    return Fixed(option for option in WAYS if option.key in ways)


def is_to_be_sealed(value: Any) -> bool:
    """Whether an answer (as JSON) holds what stands nowhere in the clear once it was sent."""
    return isinstance(value, dict) and "phone" in value


def read_phone(words: str) -> str | None:
    """A telephone number as it was written, in ASCII digits; None for what is none, which a short
    number is too."""
    if len(words) > SIGNS_MOST:
        return None
    number = "".join(
        sign
        for sign in ascii_digits(unicodedata.normalize("NFKC", " ".join(words.split())))
        if unicodedata.category(sign) != "Cf"
    )
    digits = "".join(
        sign for sign in number if sign != "." and unicodedata.category(sign) not in _BETWEEN
    )
    digits = digits.removeprefix("+").removeprefix("00")
    if not digits.isdecimal() or not DIGITS_LEAST <= len(digits) <= DIGITS_MOST:
        return None
    return number if len(set(digits)) > 1 else None


def phone_in(words: str) -> str | None:
    """The one number that a short sentence tells, as `read_phone` has it; else None."""
    digits = [at for at, sign in enumerate(words) if sign.isdecimal()]
    if not digits or len(words) > 2 * SIGNS_MOST:
        return None
    start, end = digits[0], digits[-1] + 1
    while start and words[start - 1] in "+(":
        start -= 1
    if max(len(words[:start].split()), len(words[end:].split())) > WORDS_MOST:
        return None
    return read_phone(words[start:end])
