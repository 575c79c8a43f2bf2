"""Which texts speak of what is for trained people alone."""

from __future__ import annotations

import pytest

from bot.domain.protected import is_protected
from bot.flows import named

WORDS = ("rape", "molest*", "me violó", "marido me pega", "*ข่มขืน*", "self harm", "أقتل نفسي")


@pytest.mark.parametrize(
    "text",
    [
        "rape",
        "It was RAPE.",
        "he tried (rape)!",
        "he molested a child",
        "molesting",
        "me violo mi jefe",
        "Mi  marido\nme   pega",
        "ra\u200bpe",
        "ｒａｐｅ",
        "เขาข่มขืนฉัน",
        "self-harm",
        "سوف اقتل نفسي",
        "أقـتـل نفـسي",
    ],
)
def test_a_listed_word_is_found_however_it_is_written(text: str) -> None:
    assert is_protected(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The grape market is dirty",
        "rapeseed oil in the drain",
        "me pega el sol, mi marido lo sabe",
        "harm to the self service",
        "ตลาดสกปรก",
    ],
)
def test_a_part_of_a_word_and_scattered_words_are_not(text: str) -> None:
    assert not is_protected(text, WORDS)


def test_a_country_without_words_protects_nothing() -> None:
    assert not is_protected("rape", ())


def test_looking_remembers_nothing_of_the_text() -> None:
    for cache in (named.fold, named.bare):
        cache.cache_clear()
    assert is_protected("he spoke of rape, and of nothing else", WORDS)
    assert [cache.cache_info().currsize for cache in (named.fold, named.bare)] == [0, 0]
