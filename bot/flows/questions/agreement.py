"""Consent before anything is kept, and the review before anything is sent."""

from __future__ import annotations

from typing import Any

from bot.domain.messages import Message, Value, _
from bot.domain.operations import Button
from bot.flows.matching import Match, match
from bot.flows.named import Names, alternatives, bare
from bot.flows.plainer import asks
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
    digest,
)
from bot.flows.questions.choice import Choice
from bot.flows.questions.options import (
    CHANGE_WORDS,
    FINE,
    MEANT_NO,
    MEANT_YES,
    NOT_FINE,
    READY_WORDS,
    SEND_WORDS,
    YES,
    Fixed,
    Option,
    called,
    choosable,
    choose_hint,
    named,
)

AGREED, MORE = "yes", "more"
SEND, CHANGE, CANCEL = "send", "change", "cancel"


class Consent(Choice[bool]):
    """Yes or No to a named version of the consent text; `Tell me more` tells all that it must."""

    kind = "consent"
    keep = Keep.CHOICE
    by_part = False

    def __init__(self, key: str, line: Message, more: tuple[Message, ...], version: str) -> None:
        super().__init__(key, line, _CONSENT, subject=["consent", version])
        self.more = more

    def meaning(self) -> Any:
        # Its words are the country's, and a changed text has a new version.
        return [self.kind, sorted(self._options_in_code())]

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        shown = super().look(None, path, reader)
        return Look(shown.line, shown.buttons)

    def _match(self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader) -> Match:
        """Only what says nothing else agrees (GDPR, article 4(11): "unambiguous"): "desacuerdo"
        is one sign from "de acuerdo", and "kurang setuju" one word from "setuju". A question
        does not."""
        found = super()._match(words, shown, partial, reader)
        meant = found.certain and not asks(words)
        return found if meant or AGREED not in found.keys else Match(())

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        match super().read(given, shown, None, reader):
            case Answer(key) if key == MORE:
                return Under(None, self.more)
            case reading:
                return reading


_ALSO_YES = (
    _("Yes"),
    _("I agree|I accept|agreed|yes I agree|yes I accept|ok I agree|yes please|okay|yeah|yep"),
)
_ALSO_NO = (_("I do not agree|I don't agree|I dont agree|I disagree|I refuse|no thanks"),)

_CONSENT: Fixed[bool] = Fixed(
    (
        # i18n: button
        Option(AGREED, _("Yes, I agree"), True, "👍", aliases=FINE, also=_ALSO_YES),
        # i18n: button
        Option("no", _("No"), False, "👎", aliases=NOT_FINE, also=_ALSO_NO, alone=MEANT_NO),
        # i18n: button
        Option(MORE, _("Tell me more"), False, "ℹ️"),
    )
)


class Review(Question[None]):
    """All answers once more. Its answer is `send`; a change is the engine's business.

    It is about everything on the path: whoever changes an answer is shown the review again.
    """

    kind = "review"
    keep = Keep.KIND

    def __init__(self, key: str, line: Message | None = None) -> None:
        super().__init__(key, line or _("Please check. Is this right?"))

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        labelled = [passed for passed in path if passed.question.label is not None]
        if partial == CHANGE:
            return Look(
                _("What do you want to change?"),
                tuple(
                    Button(f"edit:{passed.question.key}", passed.question.label)
                    for passed in labelled
                    if passed.question.label is not None
                ),
            )
        summary: tuple[tuple[Message, Value], ...] = tuple(
            (passed.question.label, passed.question.tell(passed.value))
            for passed in labelled
            if passed.question.label is not None and passed.value is not None
        )
        options = REVIEW_OPTIONS if labelled else _NOTHING_TO_CHANGE
        return Look(self.line, options.buttons, summary=summary)

    def path_digest(self, path: tuple[Passed, ...]) -> str:
        return digest([[passed.question.key, passed.value] for passed in path])

    def read_on(
        self,
        given: Given,
        shown: tuple[str, ...],
        partial: Any,
        path: tuple[Passed, ...],
        reader: Reader,
    ) -> Reading:
        """Like `read`, with the path: an `Answer` of `edit:KEY` asks that question once more."""
        look = self.look(partial, path, reader)
        match given:
            case Pressed(key):
                chosen: tuple[str, ...] = (key,)
            case Typed(words):
                found = match(words, _names(look.buttons, reader), shown)
                if SEND in found.keys and not found.certain and _is_later(words, reader):
                    return Unclear(_NOT_LATER)
                chosen = (
                    () if found.part and {SEND, CANCEL}.intersection(found.keys) else found.keys
                )
            case _:
                chosen = ()
        match chosen:
            case (key,) if key == CHANGE and any(item.key == CHANGE for item in look.buttons):
                return Under(CHANGE)
            case (key,) if key in {SEND, CANCEL}:
                return Answer(key)
            case (key,) if key in {item.key for item in look.buttons}:
                return Answer(key)
            case _:
                return Unclear(choose_hint(len(look.buttons)))

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        return self.read_on(given, shown, partial, (), reader)

    def decode(self, value: Any) -> None:
        if value != SEND:
            raise ValueError("not sent")

    def tell(self, value: Any) -> Value:
        return ""


# What is not now, beside "send it".
_LATER = _(
    "tomorrow|later|tonight|next week|next month|another day|another time|in the morning"
    "|afterwards|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_NOT_LATER = _("Nothing is sent until you say so. When you are ready, press “Send it”.")


def _is_later(words: str, reader: Reader) -> bool:
    """Whether a text has words for another time, in any of the country's languages."""
    said = f" {bare(words)} "
    return any(f" {bare(later)} " in said for later in alternatives(reader.labels(_LATER)))


def _names(buttons: tuple[Button, ...], reader: Reader) -> Names:
    """What the buttons go by: the review's own also by other words."""
    for options in (REVIEW_OPTIONS, _NOTHING_TO_CHANGE):
        if buttons is options.buttons:
            return named(options, reader)
    return choosable(
        (called(item.key, item.label, reader, item.emoji) for item in buttons), reader
    )


_RIGHT = (YES, *MEANT_YES, READY_WORDS)
_WRONG = (*MEANT_NO, CHANGE_WORDS)

REVIEW_OPTIONS: Fixed[str] = Fixed(
    (
        # i18n: button
        Option(SEND, _("Send it"), SEND, "✔️", aliases=FINE, also=(SEND_WORDS,), alone=_RIGHT),
        # i18n: button
        Option(
            CHANGE,
            _("Change it"),
            CHANGE,
            "✏️",
            aliases=NOT_FINE,
            also=(_("No"),),
            alone=_WRONG,
        ),
        # i18n: button
        Option(CANCEL, _("Cancel"), CANCEL, "✖️"),
    )
)
_NOTHING_TO_CHANGE = Fixed(option for option in REVIEW_OPTIONS if option.key != CHANGE)
