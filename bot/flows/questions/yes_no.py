"""Yes or no, with what people type for either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.messages import Message, _
from bot.flows.matching import Match
from bot.flows.plainer import asks
from bot.flows.questions.asked import Reader
from bot.flows.questions.choice import Choice
from bot.flows.questions.options import (
    FINE,
    MEANT_NO,
    MEANT_YES,
    NO,
    NOT_FINE,
    SAID_NO,
    SAID_YES,
    YES,
    Fixed,
    Option,
)


class YesNo(Choice[bool]):
    """Yes or no."""

    kind = "yes or no"
    by_part = False

    def __init__(
        self,
        key: str,
        line: Message,
        *,
        yes: Message | None = None,
        no: Message | None = None,
        meant: Fixed[bool] | None = None,
        **more: Any,
    ) -> None:
        """`meant` is `yes_or_no` with more words for either."""
        options: tuple[Option[bool], ...] = meant or _YES_NO
        if yes is not None or no is not None:
            agree, refuse = options
            options = (
                replace(agree, label=yes or agree.label),
                replace(refuse, label=no or refuse.label),
            )
        super().__init__(key, line, options, **more)


class Sure(YesNo):
    """Yes or no to what cannot be undone: a question is no yes (“yes?”), and neither is what says
    anything beside it (“yes what”, “what if yes”)."""

    def __init__(self, key: str, line: Message, **more: Any) -> None:
        super().__init__(key, line, meant=_SURE, **more)

    def _match(self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader) -> Match:
        found = super()._match(words, shown, partial, reader)
        meant = found.certain and not asks(words)
        return found if meant or "yes" not in found.keys else Match(())


def yes_or_no(yes: Sequence[Message] = (), no: Sequence[Message] = ()) -> Fixed[bool]:
    """Both, with what else they are called where nothing else is said."""
    agree, refuse = (*MEANT_YES, *yes), (*MEANT_NO, *no)
    return Fixed(
        (
            Option("yes", YES, True, "👍", aliases=FINE, also=SAID_YES, alone=agree),
            Option("no", NO, False, "👎", aliases=NOT_FINE, also=SAID_NO, alone=refuse),
        )
    )


# What people type in place of a button.
_I_AM_SURE = _("I'm sure|I am sure|very sure|confirm|I confirm|do it|please do|I want to")

_YES_NO = yes_or_no()
_SURE = yes_or_no((_I_AM_SURE,))
