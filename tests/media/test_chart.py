"""The chart of a result: everything on it, nothing beside it, in scripts of both directions."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from bot.pictures.chart import MARGIN, TALLEST, WIDTH, Bar, Chart, Money, draw_chart
from bot.pictures.lettering import BAND, wrap
from bot.pictures.raster import to_png

LONG_THAI = "อยากให้ปรับปรุงตลาดสดเมืองยะลาเรื่องใดก่อนกันบ้างเลือกได้ไม่เกินสามข้อจากรายการต่อไปนี้"
ARABIC = "ما الأعمال التي نبدأ بها في بيدوا؟"


def made(*bars: Bar, title: str = "Which one first?", direction: str = "ltr") -> Chart:
    return Chart(title, direction, ("9 people took part.",), bars)


def picture(chart: Chart) -> Image.Image:
    return Image.open(BytesIO(to_png(draw_chart(chart)))).convert("RGB")


def bars_at(svg: str, fill: str) -> list[tuple[float, float]]:
    """Left end and width of the bars that are filled so."""
    found = re.findall(rf'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*fill="{fill}"', svg)
    return [(float(x), float(width)) for x, width in found]


@pytest.mark.parametrize(
    ("title", "label", "direction"),
    [
        ("¿Qué hacemos primero en la cañada recuperada de Casavalle?", "Árboles " * 12, "ltr"),
        (LONG_THAI, LONG_THAI, "ltr"),
        (ARABIC, ARABIC * 3, "rtl"),
        ("W" * 90, "W" * 90, "ltr"),
    ],
)
def test_everything_stays_within_the_margins(title: str, label: str, direction: str) -> None:
    won = Bar(label, 1_234_567, "1,234,567 votes", "22,000", "Chosen")
    shown = picture(made(won, Bar(label, 3, "3 votes"), title=title, direction=direction))

    blank = Image.new("RGB", shown.size, "white")
    left, top, right, bottom = ImageChops.difference(shown, blank).getbbox() or (0, 0, 0, 0)

    assert shown.width == WIDTH
    # A letter may reach a little over its own width.
    over = 6
    assert (left < MARGIN - over, right > WIDTH - MARGIN + over) == (False, False)
    assert (top < MARGIN - over, bottom > shown.height - MARGIN + over) == (False, False)


def test_a_winner_is_told_by_a_tick_a_word_and_a_full_bar() -> None:
    svg = draw_chart(made(Bar("A", 5, "5 votes", won="Chosen"), Bar("B", 4, "4 votes")))

    assert svg.count("<circle") == 1
    assert svg.count("Chosen") == 1
    assert (len(bars_at(svg, BAND)), len(bars_at(svg, r"url\(#stripes\)"))) == (1, 1)


def test_bars_are_as_long_as_their_votes() -> None:
    bars = [Bar("A", 40, "40 votes"), Bar("B", 10, "10 votes"), Bar("C", 0, "0 votes")]
    svg = draw_chart(made(*bars))

    [(_, longest), (_, shorter)] = bars_at(svg, r"url\(#stripes\)")

    assert shorter == pytest.approx(longest / 4, abs=0.01)


def test_what_runs_from_right_to_left_begins_at_the_right() -> None:
    bars = (Bar("أ", 4, "4"), Bar("ب", 2, "2"))
    there = bars_at(draw_chart(made(*bars, direction="rtl")), r"url\(#stripes\)")
    here = bars_at(draw_chart(made(*bars)), r"url\(#stripes\)")

    assert [x + width for x, width in there] == [WIDTH - MARGIN] * 2
    assert [x for x, _width in here] == [MARGIN] * 2
    assert [width for _x, width in there] == [width for _x, width in here]


@pytest.mark.parametrize("bars", [(), (Bar("A", 0, "0 votes"), Bar("B", 0, "0 votes"))])
def test_a_vote_that_nobody_voted_in_has_its_picture(bars: tuple[Bar, ...]) -> None:
    svg = draw_chart(made(*bars))

    assert bars_at(svg, r"url\(#stripes\)") == []
    assert picture(made(*bars)).width == WIDTH


def test_equal_bars_are_equally_long_whoever_won() -> None:
    svg = draw_chart(made(Bar("A", 3, "3 votes", won="Chosen"), Bar("B", 3, "3 votes")))

    [(_, won)], [(_, lost)] = bars_at(svg, BAND), bars_at(svg, r"url\(#stripes\)")

    assert won == lost


@pytest.mark.parametrize("part", [-0.5, 0.0, 0.4, 1.0, 7.0])
def test_the_pot_is_never_filled_over_its_edge(part: float) -> None:
    chart = Chart("Pot", "ltr", (), (), Money(part, ("Pot: 100",)))

    filled = bars_at(draw_chart(chart), BAND)

    assert all(width <= WIDTH - 2 * MARGIN for _x, width in filled)
    assert bool(filled) is (part > 0)


@pytest.mark.parametrize("options", [20, 100])
def test_a_long_list_is_drawn_whole_and_no_taller_than_is_taken(options: int) -> None:
    bars = [Bar(f"Option {n}", n, f"{n} votes", "1,000", "Chosen") for n in range(options)]
    svg = draw_chart(made(*bars))

    assert svg.count("Option ") == options
    [width, height] = map(int, re.findall(r'<svg[^>]*width="(\d+)" height="(\d+)"', svg)[0])
    assert height <= TALLEST
    assert width + height <= 10_000


def test_words_are_text_and_never_markup() -> None:
    svg = draw_chart(made(Bar("<b>&", 1, "1 vote"), title='"<script>'))

    assert "<b>" not in svg
    assert "<script>" not in svg


def test_a_line_of_thai_is_broken_between_whole_letters() -> None:
    lines = wrap(LONG_THAI, 54, 900, within_words=True)

    assert len(lines) > 1
    assert "".join(lines) == LONG_THAI
    marks = tuple("ัิีึืุูํ็่้๊๋์ะาำ")
    assert not any(line.startswith(marks) for line in lines)
    assert not any(line.endswith(tuple("เแโใไ")) for line in lines)


def test_a_space_of_no_width_is_where_a_line_breaks() -> None:
    assert wrap("aaaa\u200bbbbb", 10, 30) == ["aaaa", "bbbb"]
