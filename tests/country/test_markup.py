"""What Markdown, HTML and Telegram would take for markup, and what people write besides."""

from __future__ import annotations

import pytest

from bot.country.markup import find_markup


@pytest.mark.parametrize(
    "marked",
    [
        "**bold**",
        "ข้อความ**หนา**ข้อความ",
        "*bold*",
        "__under__",
        "_slanted_",
        "~~gone~~",
        "||hidden||",
        "`code`",
        "```",
        "[the map](https://example.org)",
        "## Heading",
        "<b>",
        "</b>",
        "el<b>lunes</b>",
        "<BR/>",
        "<script>",
        "<tg-spoiler>",
        "<a href=x>",
        '<script async src="x.js">',
        "<img alt='a' src='b'>",
        "<!-- not yet -->",
        "Ana&nbsp;María",
        "it&#39;s",
        "ma&ntilde;ana",
        "***both***",
        "[b]bold[/b]",
        "*สำคัญ*มาก",
        "เรื่องนี้*สำคัญ*มาก",
        "و*مهم*",
        "*مهم*جدا",
        "waa *muhiim*.",
        "*24 de agosto*",
        "marcá *123# y *avisá*",
    ],
)
def test_what_would_be_markup_elsewhere_is_found(marked: str) -> None:
    assert find_markup(f"From Monday on:\n{marked}") is not None
    assert find_markup(marked) is not None


@pytest.mark.parametrize(
    "words",
    [
        "a<b and b>c",
        "if a<b>c holds",
        "5 < 7 > 2",
        "We <3 our river",
        "bus 4 -> bus 7 => home <- back",
        "2 * 3 * 4 = 24, 2*3*4, 2**3 + 2**4",
        "*123*, *123#, *123*1#, *150*00#, **21*0712345678#",
        "llama al *123* o al *144*",
        "กด*123#แล้วกด*456# หรือ*123*ก็ได้",
        "اطلب *١٢٣# ثم *٤٥٦*",
        "wac *712* ama *100*1#",
        "a*b*c, 3*x*4, é*e*i, ٢*٣*٤",
        "Name: ______ Day: ____",
        "* * * *** ***** ~~~~ ||",
        "* one\n* two\n- three\n> four",
        "from ~5 to ~~6",
        "ask at baraza_help_desk or _",
        "qur`an, da`wah",
        "[1] see (below)",
        "# 1 of all, #2",
        "R&D; salt & pepper; AT&T",
        "write to <ana> or <you>",
        "https://example.org/_a_/a_b_c?d=1&lt=2",
    ],
)
def test_sums_arrows_lines_and_names_are_none(words: str) -> None:
    assert find_markup(words) is None
