"""A canvas in the pixels of the picture, and colours to draw on it with."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 800, 600
# Lines are drawn at twice the size and shrunk, as Pillow draws hard edges.
SCALE = 2
GROUND = 396
"""Where the pavement begins, in pixels from above."""

Color = tuple[int, int, int]
Point = tuple[float, float]

DARK: Color = (52, 54, 60)
WATER: Color = (96, 158, 196)


def shade(color: Color, by: float) -> Color:
    """The same colour darker (`by` under 1) or lighter."""
    red, green, blue = (min(255, round(part * by)) for part in color)
    return red, green, blue


class Sheet:
    """A canvas in the picture's own pixels, with the chance that varies what is drawn on it."""

    def __init__(self, draw: ImageDraw, chance: Random) -> None:
        self.draw = draw
        self.chance = chance

    def box(
        self, x: float, y: float, width: float, height: float, color: Color, r: float = 0
    ) -> None:
        corners = [(x * SCALE, y * SCALE), ((x + width) * SCALE, (y + height) * SCALE)]
        self.draw.rounded_rectangle(corners, r * SCALE, fill=color)

    def oval(self, x: float, y: float, rx: float, ry: float, color: Color) -> None:
        corners = [((x - rx) * SCALE, (y - ry) * SCALE), ((x + rx) * SCALE, (y + ry) * SCALE)]
        self.draw.ellipse(corners, fill=color)

    def shape(self, points: list[Point], color: Color) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=color)

    def line(self, points: list[Point], color: Color, width: float = 3) -> None:
        self.draw.line(
            [(x * SCALE, y * SCALE) for x, y in points],
            fill=color,
            width=round(width * SCALE),
            joint="curve",
        )

    def shadow(self, x: float, y: float, rx: float) -> None:
        self.oval(x, y, rx, rx * 0.13, (158, 154, 150))
