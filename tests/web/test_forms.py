"""Forms, read: every field may be missing, doubled, huge or nonsense."""

from __future__ import annotations

import pytest
from starlette.datastructures import FormData

from bot.channels.web_forms import read_given
from bot.domain.inbound import (
    MAX_WORDS,
    Command,
    Input,
    Location,
    Press,
    Text,
    Unusable,
)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " hello "}, Text("hello")),
        ({"text": "a\r\nb\0"}, Text("a\nb")),
        ({"text": "hi", "conversation": "c", "serial": "4"}, Text("hi", "c", 4)),
        ({"text": "   "}, None),
        ({}, None),
        ({"press": "yes", "conversation": "c", "serial": "4"}, Press("c", 4, "yes")),
        ({"press": "yes", "conversation": "c", "serial": "-4"}, None),
        ({"press": "yes", "conversation": "c", "serial": "²"}, None),
        ({"press": "yes", "conversation": "c", "serial": str(2**31)}, None),
        ({"press": "yes", "conversation": "c"}, None),
        ({"press": "x" * 201, "conversation": "c", "serial": "4"}, None),
        ({"command": "menu"}, Command("menu")),
        ({"command": "language sw"}, Command("language", "sw")),
        ({"command": "rm -rf; /"}, Command("rm", "-rf; /")),
        ({"command": "No!"}, None),
        ({"text": "/forget"}, Command("forget")),
        ({"text": "/Start report x"}, Command("start", "report x")),
        ({"text": "/ 5"}, Text("/ 5")),
        ({"lat": "-34.9", "lon": "-56.1"}, Location(-34.9, -56.1)),
        ({"lat": "90", "lon": "180"}, Location(90, 180)),
        ({"lat": "90.1", "lon": "0"}, None),
        ({"lat": "nan", "lon": "0"}, None),
        ({"lat": "inf", "lon": "0"}, None),
        ({"lat": "", "lon": "0"}, None),
        ({"day": "2026-11-20"}, Text("2026-11-20")),
        ({"day": "2026-11-20", "text": "yesterday"}, Text("yesterday")),
        ({"text": "a" * MAX_WORDS}, Text("a" * MAX_WORDS)),
        ({"text": "a" * (MAX_WORDS + 1)}, Unusable("too_long")),
        ({"text": "😀" * (MAX_WORDS // 2 + 1)}, Unusable("too_long")),
        ({"text": "\r\n" * (MAX_WORDS - 1) + "ab"}, Text("ab")),
        ({"text": "a" + "\r\n" * (MAX_WORDS - 2) + "b"}, Text("a" + "\n" * (MAX_WORDS - 2) + "b")),
        ({"text": "a" + "\u0323" * 40}, Text("\u1ea1" + "\u0323" * 29)),
        # To be put in order, these take a quarter of an hour.
        ({"text": "\u0300\u0315" * 300_000}, Unusable("too_long")),
    ],
)
def test_a_form_says_one_thing(fields: dict[str, str], said: Input | None) -> None:
    assert read_given(FormData(fields)).input == said


@pytest.mark.parametrize(
    ("nonce", "taken"),
    [("a" * 8, True), ("a" * 64, True), ("a" * 7, False), ("a" * 65, False), ("<b>aaaaa", False)],
)
def test_a_nonce_is_taken_only_as_we_write_them(nonce: str, taken: bool) -> None:
    assert read_given(FormData({"nonce": nonce})).nonce == (nonce if taken else "")


def test_the_last_of_doubled_fields_counts_and_nothing_raises() -> None:
    assert read_given(FormData([("text", "a"), ("text", "b")])).input == Text("b")
