"""An announcement as it stands in a browser's history."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.web_render import render
from bot.domain.announcements import Content, Link, Picture
from bot.domain.inbox import ShownButton
from bot.services.announcements import operation_of
from tests.houses import START, served

TEXTS = (("es", "Desde el lunes."), ("en", "From Monday on."))


def test_it_is_wholly_in_the_readers_language_with_buttons_that_stay_good() -> None:
    countries, speeches = served()
    content = Content(
        TEXTS,
        Picture("p" * 64, "image/jpeg", (("es", "Un mapa"), ("en", "A map"))),
        Link("https://example.org/a", (("es", "Ver"), ("en", "See it"))),
        "report",
    )
    operation = operation_of(countries["uruguay"], content)
    entry = render(operation, "en", speeches["uruguay"], START)
    assert (entry.text, entry.language) == ("From Monday on.", "en")
    assert (entry.media, entry.alt) == ((("photo", "p" * 64),), "A map")
    assert entry.out == ("See it", "https://example.org/a")
    assert entry.opens == (
        ShownButton("open report", "Report a problem", "📣"),
        ShownButton("stop", "No more news", "🔕"),
    )
    assert (entry.conversation, entry.open) == ("", False), "it is no question"


def test_without_extras_it_has_the_one_button_that_says_stop() -> None:
    countries, speeches = served()
    operation = operation_of(countries["uruguay"], Content(TEXTS))
    entry = render(operation, "gn", speeches["uruguay"], START)
    assert (entry.text, entry.language) == ("Desde el lunes.", "es")
    assert [button.key for button in entry.opens] == ["stop"]
    assert (entry.media, entry.out) == ((), ("", ""))
    asked = render(replace(operation, asked=True), "es", speeches["uruguay"], START)
    assert asked.opens == (), "who asked for it is not offered an end of the news"
