"""Questions as they look at Telegram, whose buttons have one line each."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.messages import Message, Money, Name
from bot.domain.operations import Ask, Button
from bot.handlers.rendering import Rendering
from bot.i18n import Speech
from tests.web.town import LOCALES, make_country


def test_what_stands_below_a_label_is_said_above_the_buttons() -> None:
    cost = Message("{value}")(value=Money(Decimal("1500.20"), "KES"))
    ask = Ask(
        "c1",
        1,
        Message("What first?"),
        (Button("bench", Name("Bench"), description=cost), Button("none", Message("None"))),
        summary=((Message("Left"), Money(Decimal("0.00"), "KES")),),
    )

    text, keyboard = Rendering(Speech(make_country(), LOCALES), "en").question(ask)

    assert text.split("\n") == [
        "What first?",
        "1. Bench: Ksh\xa01,500.20",
        "• Left: Ksh\xa00.00",
    ]
    assert keyboard is not None
