"""Questions as they look at Telegram, whose buttons have one line each."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.announcements import CAPTION_UNITS, Content, Picture
from bot.domain.messages import Message, Money, Name
from bot.domain.operations import Ask, Button, Tell
from bot.handlers.rendering import Rendering
from bot.i18n import Speech
from bot.telegram_text import TEXT_MOST, parts_of
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


PAGES = "https://baraza.example.org/uruguay"
ADDRESS = f"{PAGES}/votes/MVD-7F3K?language=en"


def test_a_line_names_its_page_only_where_somebody_said_where_the_pages_are() -> None:
    speech = Speech(make_country(), LOCALES)
    told = Tell(Message("Count it again."), link="votes/MVD-7F3K")
    assert Rendering(speech, "en", PAGES).told(told) == f"Count it again.\n{ADDRESS}"
    assert Rendering(speech, "en").told(told) == "Count it again."
    long = Rendering(speech, "en", PAGES).told(Tell(Message("word " * 1000), link=told.link))
    assert len(long) <= TEXT_MOST
    assert long.endswith(f"…\n{ADDRESS}")


def test_the_address_of_a_page_counts_to_what_stands_under_a_picture() -> None:
    room = CAPTION_UNITS - len(ADDRESS) - 1
    picture = Picture("p" * 64, "image/jpeg", (("en", "A chart"),))
    for length, count in ((room, 1), (room + 1, 2)):
        content = Content((("en", "x" * length),), picture, page="votes/MVD-7F3K")
        parts = parts_of(content, content.within("en"), PAGES)
        assert (len(parts), parts[-1].text) == (count, f"{'x' * length}\n{ADDRESS}")
