"""Drawn pictures of a street for the demo's reports, so that no real photo has to be shown.

Every picture bears a pencil in its corner: drawn, not photographed. There is no text in them.
"""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 800, 600
QUALITY = 82
# Lines are drawn at twice the size and shrunk, as Pillow draws hard edges.
SCALE = 2
GROUND = 430
"""Where the pavement begins, in pixels from above."""

Color = tuple[int, int, int]
Point = tuple[float, float]

SKIES: tuple[tuple[Color, Color], ...] = (
    ((174, 214, 241), (235, 245, 251)),
    ((250, 215, 160), (253, 237, 214)),
    ((190, 205, 214), (228, 233, 236)),
    ((133, 193, 233), (214, 234, 248)),
)
WALLS: tuple[Color, ...] = (
    (231, 196, 160), (214, 158, 126), (196, 208, 178), (240, 222, 180), (178, 196, 212),
    (222, 184, 184), (205, 190, 210),
)  # fmt: skip
GREENS: tuple[Color, ...] = ((92, 148, 84), (112, 160, 88), (78, 132, 92))
BAGS: tuple[Color, ...] = ((58, 62, 70), (84, 96, 92), (226, 226, 220), (70, 92, 130))
SCRAPS: tuple[Color, ...] = (
    (240, 240, 234), (206, 74, 62), (72, 130, 180), (236, 190, 72), (164, 116, 74),
    (130, 180, 120),
)  # fmt: skip
BINS: tuple[Color, ...] = ((62, 122, 84), (72, 102, 140), (104, 110, 116), (188, 120, 52))
DARK: Color = (52, 54, 60)
WOOD: Color = (150, 106, 68)
PAVING: Color = (186, 182, 176)
ROAD: Color = (110, 112, 118)
WATER: Color = (96, 158, 196)


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


def demo_photo(kind: str, seed: int) -> bytes:
    """Draw a street with what a report of this `kind` is about, as a JPEG of 800 by 600.

    The same seed gives the same picture. A kind that is not in `KINDS` gets a street with a
    hole in its road.
    """
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
    sheet = Sheet(ImageDraw.Draw(image), Random(f"{kind} {seed}"))
    draw_street(sheet)
    KINDS.get(kind, draw_hole)(sheet)
    draw_pencil(sheet)
    kept = BytesIO()
    image.reduce(SCALE).save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


def shade(color: Color, by: float) -> Color:
    """The same colour darker (`by` under 1) or lighter."""
    red, green, blue = (min(255, round(part * by)) for part in color)
    return red, green, blue


def draw_street(sheet: Sheet) -> None:
    chance = sheet.chance
    above, below = chance.choice(SKIES)
    bands = 24
    for band in range(bands):
        part = band / (bands - 1)
        mixed = [round(a + (b - a) * part) for a, b in zip(above, below, strict=True)]
        sheet.box(
            0, band * GROUND / bands, WIDTH, GROUND / bands + 1, (mixed[0], mixed[1], mixed[2])
        )
    if above[2] > 220:
        sheet.oval(chance.randint(90, 700), chance.randint(60, 100), 34, 34, (252, 236, 170))
    for _ in range(3):
        x, y = chance.randint(0, WIDTH), chance.randint(40, 150)
        for dx, r in ((-34, 18), (0, 28), (32, 20)):
            sheet.oval(x + dx, y - r / 3, r * 1.4, r * 0.7, shade(below, 1.02))
    x = -chance.randint(0, 90)
    while x < WIDTH:
        width = chance.randint(130, 220)
        draw_house(sheet, x, width)
        x += width + chance.choice((0, 0, 26))
    sheet.box(0, GROUND - 8, WIDTH, 8, (160, 156, 150))
    sheet.box(0, GROUND, WIDTH, 110, PAVING)
    for step in range(9):
        top = chance.randint(-3, 3) + step * 100
        sheet.line([(top + 20, GROUND), (top - 24, GROUND + 104)], (172, 168, 162), 2)
    sheet.line([(0, GROUND + 46), (WIDTH, GROUND + 46)], (172, 168, 162), 2)
    sheet.box(0, GROUND + 104, WIDTH, 12, (206, 202, 196))
    sheet.box(0, GROUND + 116, WIDTH, HEIGHT - GROUND - 116, ROAD)
    for x in range(chance.randint(-80, 0), WIDTH, 150):
        sheet.box(x, GROUND + 146, 76, 6, (222, 216, 196), 2)
    if chance.random() < 0.7:
        draw_tree(sheet, chance.choice((70, 120, 690, 740)), GROUND + 14, 1)


def draw_house(sheet: Sheet, x: int, width: int) -> None:
    chance = sheet.chance
    wall = chance.choice(WALLS)
    top = chance.randint(150, 270)
    sheet.box(x, top, width, GROUND - top, wall)
    sheet.box(x - 4, top - 10, width + 8, 12, shade(wall, 0.78))
    sheet.box(x, GROUND - 34, width, 30, shade(wall, 0.86))
    glass = chance.choice(((120, 150, 170), (98, 124, 146), (236, 214, 150)))
    columns = max(2, width // 70)
    gap = width / columns
    door = chance.randrange(columns)
    for column in range(columns):
        middle = x + gap * (column + 0.5)
        y = top + 26
        while y < GROUND - 150:
            sheet.box(middle - 17, y - 2, 34, 46, shade(wall, 1.12), 2)
            sheet.box(middle - 14, y + 1, 28, 40, glass, 1)
            sheet.line([(middle, y), (middle, y + 41)], shade(wall, 1.12), 2)
            y += 74
        if column == door:
            color = chance.choice((WOOD, (70, 100, 96), (130, 62, 56)))
            sheet.box(middle - 22, GROUND - 104, 44, 100, shade(color, 0.7), 2)
            sheet.box(middle - 18, GROUND - 99, 36, 95, color, 2)
            sheet.oval(middle + 11, GROUND - 50, 2.5, 2.5, (230, 200, 120))
        else:
            sheet.box(middle - 20, GROUND - 104, 40, 50, shade(wall, 1.12), 2)
            sheet.box(middle - 16, GROUND - 100, 32, 42, glass, 1)


def draw_tree(sheet: Sheet, x: float, y: float, size: float) -> None:
    green = sheet.chance.choice(GREENS)
    sheet.shadow(x, y, 50 * size)
    sheet.shape(
        [
            (x - 9 * size, y),
            (x - 6 * size, y - 150 * size),
            (x + 6 * size, y - 150 * size),
            (x + 9 * size, y),
        ],
        (118, 88, 64),
    )
    for dx, dy, r, by in (
        (-38, -170, 44, 0.9), (36, -165, 46, 0.94), (0, -215, 52, 1), (-8, -165, 46, 1.04),
        (20, -205, 26, 1.12),
    ):  # fmt: skip
        sheet.oval(x + dx * size, y + dy * size, r * size, r * 0.9 * size, shade(green, by))


def draw_bag(sheet: Sheet, x: float, y: float, size: float = 1) -> None:
    color = sheet.chance.choice(BAGS)
    sheet.shape(
        [(x - 7 * size, y - 44 * size), (x - 14 * size, y - 60 * size), (x, y - 52 * size),
         (x + 13 * size, y - 61 * size), (x + 7 * size, y - 44 * size)],
        shade(color, 0.85),
    )  # fmt: skip
    sheet.oval(x, y - 24 * size, 30 * size, 25 * size, color)
    sheet.oval(x + 9 * size, y - 30 * size, 11 * size, 8 * size, shade(color, 1.18))


def draw_scraps(sheet: Sheet, middle: float, spread: float, count: int) -> None:
    chance = sheet.chance
    for _ in range(count):
        x = chance.gauss(middle, spread)
        y = chance.randint(GROUND + 18, GROUND + 98)
        color = chance.choice(SCRAPS)
        match chance.randrange(4):
            case 0:
                sheet.box(x, y, 9, 15, color, 2)
                sheet.box(x, y, 9, 4, shade(color, 0.75), 1)
            case 1:
                sheet.oval(x, y, 9, 4, color)
            case 2:
                sheet.shape([(x, y), (x + 18, y - 5), (x + 21, y + 6), (x + 4, y + 9)], color)
            case _:
                # A bottle on its side.
                sheet.box(x, y, 22, 8, (150, 196, 186), 4)
                sheet.box(x + 20, y + 2, 8, 4, (206, 74, 62), 1)


def draw_bin(sheet: Sheet, x: float, y: float, color: Color, *, lid: bool = True) -> None:
    """A container on wheels, 170 wide, standing on `y` with its left edge at `x`."""
    sheet.shadow(x + 85, y + 4, 110)
    for wheel in (26, 144):
        sheet.oval(x + wheel, y - 2, 12, 12, DARK)
        sheet.oval(x + wheel, y - 2, 5, 5, (150, 150, 152))
    sheet.shape([(x, y - 140), (x + 170, y - 140), (x + 156, y - 10), (x + 14, y - 10)], color)
    for rib in (45, 85, 125):
        sheet.line(
            [(x + rib, y - 124), (x + 85 + (rib - 85) * 0.86, y - 20)], shade(color, 0.85), 5
        )
    sheet.box(x - 7, y - 150, 184, 16, shade(color, 0.78), 5)
    if lid:
        sheet.shape(
            [(x - 7, y - 150), (x + 14, y - 176), (x + 156, y - 176), (x + 177, y - 150)],
            shade(color, 1.1),
        )


def draw_full_bin(sheet: Sheet) -> None:
    x, y = sheet.chance.randint(230, 400), GROUND + 62
    color = sheet.chance.choice(BINS)
    for dx in (20, 64, 108, 150):
        draw_bag(sheet, x + dx, y - 128 - sheet.chance.randint(0, 14), 1.05)
    for dx in (50, 112):
        draw_bag(sheet, x + dx, y - 166, 0.95)
    # The lid stands open behind.
    draw_bin(sheet, x, y, color, lid=False)
    for dx in (-60, 205, 250)[: sheet.chance.randint(2, 3)]:
        sheet.shadow(x + dx, y + 14, 38)
        draw_bag(sheet, x + dx, y + 16, 1.15)
    draw_scraps(sheet, x + 90, 130, 9)


def draw_broken_bin(sheet: Sheet) -> None:
    x, y = sheet.chance.randint(240, 400), GROUND + 60
    color = sheet.chance.choice(BINS)
    draw_bin(sheet, x, y, color, lid=False)
    sheet.shape(
        [(x, y - 150), (x + 62, y - 150), (x + 52, y - 128), (x + 38, y - 112), (x + 20, y - 122)],
        DARK,
    )
    sheet.line([(x + 52, y - 120), (x + 66, y - 96), (x + 54, y - 78), (x + 72, y - 46)], DARK, 4)
    # Its lid lies on the pavement, and one wheel has rolled away.
    sheet.shadow(x + 262, y + 26, 84)
    sheet.shape(
        [(x + 186, y + 18), (x + 206, y - 12), (x + 330, y - 2), (x + 346, y + 26)],
        shade(color, 1.1),
    )
    sheet.shape(
        [(x + 186, y + 18), (x + 346, y + 26), (x + 344, y + 34), (x + 186, y + 27)],
        shade(color, 0.8),
    )
    sheet.oval(x - 52, y + 16, 15, 15, DARK)
    sheet.oval(x - 52, y + 16, 6, 6, (150, 150, 152))
    draw_scraps(sheet, x + 60, 110, 4)


def draw_burning_bin(sheet: Sheet) -> None:
    x, y = sheet.chance.randint(260, 380), GROUND + 60
    chance = sheet.chance
    for step in range(11):
        gray = 96 + step * 10
        sheet.oval(
            x + 85 + step * 11 + chance.randint(-12, 12), y - 230 - step * 31, 34 + step * 6, 26 + step * 5,
            (gray, gray, gray + 4),
        )  # fmt: skip
    for color, size in (((216, 84, 40), 1.0), ((240, 148, 48), 0.74), ((252, 214, 110), 0.44)):
        base = y - 140
        points: list[Point] = [(x + 85 - 84 * size, base)]
        for tongue in range(7):
            px = x + 85 + (tongue - 3) * 27 * size
            points.append((px - 9 * size, base - (40 + chance.randint(0, 20)) * size))
            tall = (140 - abs(tongue - 3) * 24 + chance.randint(-14, 14)) * size
            points.append((px + 3, base - tall))
        points += [(x + 85 + 92 * size, base - 36 * size), (x + 85 + 84 * size, base)]
        sheet.shape(points, color)
    draw_bin(sheet, x, y, shade(chance.choice(BINS), 0.72), lid=False)
    sheet.box(x + 2, y - 152, 166, 9, (240, 148, 48), 4)


def draw_litter(sheet: Sheet) -> None:
    x = sheet.chance.randint(250, 520)
    sheet.box(x + 6, GROUND - 60, 9, 100, (96, 100, 104))
    sheet.shadow(x + 12, GROUND + 40, 34)
    sheet.shape(
        [
            (x - 20, GROUND - 70),
            (x + 42, GROUND - 70),
            (x + 35, GROUND + 10),
            (x - 13, GROUND + 10),
        ],
        (76, 116, 90),
    )
    sheet.box(x - 24, GROUND - 78, 70, 12, (62, 96, 74), 4)
    sheet.oval(x + 4, GROUND - 80, 12, 8, SCRAPS[0])
    sheet.box(x + 18, GROUND - 96, 10, 22, SCRAPS[1], 2)
    draw_scraps(sheet, x, 190, 34)


def draw_dump(sheet: Sheet) -> None:
    chance = sheet.chance
    middle = chance.randint(320, 480)
    sheet.shadow(middle, GROUND + 70, 260)
    sheet.shape(
        [(middle - 240, GROUND + 74), (middle - 150, GROUND + 6), (middle - 60, GROUND - 46),
         (middle + 50, GROUND - 30), (middle + 150, GROUND + 14), (middle + 236, GROUND + 74)],
        (136, 118, 98),
    )  # fmt: skip
    draw_tyre(sheet, middle + 176, GROUND + 44)
    for row, (count, dy) in enumerate(((3, -24), (5, 16), (7, 60))):
        for index in range(count):
            x = middle + (index - (count - 1) / 2) * (60 - row * 2) + chance.randint(-12, 12)
            if chance.random() < 0.72:
                draw_bag(sheet, x, GROUND + dy + chance.randint(-6, 8), chance.uniform(0.85, 1.2))
            else:
                draw_carton(sheet, x - 26, GROUND + dy, chance.randint(40, 58))
    sheet.line([(middle - 120, GROUND + 60), (middle - 196, GROUND - 50)], WOOD, 9)
    draw_scraps(sheet, middle, 200, 18)


def draw_carton(sheet: Sheet, x: float, y: float, size: float) -> None:
    sheet.box(x, y - size * 0.8, size, size * 0.8, (186, 146, 100))
    sheet.shape(
        [
            (x, y - size * 0.8),
            (x - 12, y - size),
            (x + size * 0.4, y - size * 1.02),
            (x + size * 0.5, y - size * 0.8),
        ],
        (206, 168, 122),
    )
    sheet.box(x + size * 0.42, y - size * 0.8, size * 0.14, size * 0.8, (166, 126, 84))


def draw_tyre(sheet: Sheet, x: float, y: float) -> None:
    sheet.oval(x, y, 38, 38, DARK)
    sheet.oval(x, y, 21, 21, (88, 90, 96))
    sheet.oval(x, y, 15, 15, (150, 140, 126))


def draw_drain(sheet: Sheet) -> None:
    chance = sheet.chance
    x, y = chance.randint(290, 410), GROUND + 108
    for rx, by in ((250, 0.94), (215, 1.0), (150, 1.07)):
        sheet.oval(x + 80, y + 26, rx, rx * 0.17, shade(WATER, by))
    sheet.box(x, y - 4, 160, 44, (70, 72, 78), 4)
    for bar in range(8):
        sheet.box(x + 8 + bar * 19, y + 2, 9, 32, (38, 40, 46), 3)
    for _ in range(26):
        px, py = x + chance.randint(-6, 160), y + chance.randint(-6, 40)
        leaf = chance.choice(((150, 110, 60), (176, 140, 70), (110, 130, 70), (128, 92, 62)))
        sheet.oval(px, py, chance.randint(7, 13), chance.randint(4, 7), leaf)
    for _ in range(5):
        px, py = x + chance.randint(-60, 200), y + chance.randint(-4, 44)
        sheet.box(px, py, 20, 8, chance.choice(SCRAPS), 4)
    for dx in (-90, 220):
        sheet.line([(x + dx, y + 26), (x + dx + 34, y + 26)], (206, 226, 238), 2)
        sheet.line([(x + dx + 12, y + 34), (x + dx + 60, y + 34)], (206, 226, 238), 2)


def draw_bulky(sheet: Sheet) -> None:
    chance = sheet.chance
    x, y = chance.randint(190, 300), GROUND + 66
    cloth = chance.choice(((150, 84, 76), (92, 118, 140), (140, 130, 92)))
    # A mattress leans on the wall.
    sheet.shape(
        [(x + 300, y - 4), (x + 340, y - 190), (x + 430, y - 190), (x + 400, y - 4)],
        (232, 228, 216),
    )
    sheet.shape(
        [(x + 400, y - 4), (x + 430, y - 190), (x + 446, y - 186), (x + 416, y - 2)],
        (206, 200, 186),
    )
    for part in (0.25, 0.5, 0.75):
        sheet.line(
            [(x + 300 + 40 * part, y - 4 - 186 * part), (x + 400 + 30 * part, y - 4 - 186 * part)],
            (206, 200, 186),
            3,
        )
    sheet.shadow(x + 130, y + 8, 170)
    sheet.box(x + 16, y - 118, 228, 84, cloth, 16)
    sheet.line([(x + 130, y - 112), (x + 130, y - 48)], shade(cloth, 0.82), 4)
    sheet.box(x + 20, y - 58, 220, 44, shade(cloth, 1.12), 10)
    sheet.line([(x + 130, y - 56), (x + 130, y - 16)], shade(cloth, 0.95), 4)
    for arm in (0, 222):
        sheet.box(x + arm, y - 86, 38, 76, shade(cloth, 0.9), 14)
    for leg in (14, 232):
        sheet.box(x + leg, y - 12, 12, 16, DARK, 2)
    if chance.random() < 0.6:
        draw_carton(sheet, x + 250, y + 24, 60)
    else:
        draw_tyre(sheet, x - 50, y - 22)


def draw_animal(sheet: Sheet) -> None:
    """A stray dog sitting under a tree: nothing that a child should not see."""
    x, y = sheet.chance.randint(330, 480), GROUND + 74
    fur = sheet.chance.choice(((176, 128, 84), (92, 84, 80), (222, 206, 178)))
    draw_tree(sheet, x - 130, GROUND + 30, 1.15)
    sheet.shadow(x + 6, y + 2, 80)
    sheet.line([(x + 52, y - 12), (x + 84, y - 30), (x + 88, y - 56)], shade(fur, 0.92), 12)
    sheet.shape(
        [(x - 34, y - 96), (x + 8, y - 112), (x + 56, y - 44), (x + 62, y), (x - 26, y)], fur
    )
    sheet.oval(x + 30, y - 26, 36, 28, fur)
    for leg in (-32, -8):
        sheet.box(x + leg, y - 80, 18, 82, shade(fur, 0.95), 8)
        sheet.box(x + leg - 6, y - 8, 26, 11, shade(fur, 1.08), 5)
    sheet.box(x + 30, y - 8, 40, 12, shade(fur, 1.08), 6)
    sheet.oval(x - 18, y - 124, 36, 33, fur)
    sheet.box(x - 70, y - 126, 48, 27, shade(fur, 1.1), 13)
    sheet.oval(x - 68, y - 120, 8, 6, DARK)
    sheet.oval(x - 30, y - 134, 4, 5, DARK)
    sheet.shape(
        [(x - 8, y - 152), (x + 20, y - 146), (x + 22, y - 104), (x + 4, y - 112)],
        shade(fur, 0.72),
    )
    sheet.box(x - 30, y - 98, 46, 9, (196, 66, 58), 4)


def draw_tap(sheet: Sheet) -> None:
    x, y = sheet.chance.randint(350, 450), GROUND + 66
    broken = sheet.chance.random() < 0.5
    sheet.shadow(x, y + 10, 120)
    sheet.box(x - 96, y - 14, 192, 24, (168, 164, 158), 4)
    sheet.box(x - 88, y - 20, 176, 12, (190, 186, 180), 4)
    sheet.box(x - 20, y - 210, 40, 196, (150, 156, 160), 5)
    sheet.box(x - 26, y - 218, 52, 14, (130, 136, 140), 4)
    sheet.line([(x + 12, y - 160), (x + 66, y - 160), (x + 66, y - 132)], (196, 160, 84), 13)
    sheet.box(x + 57, y - 136, 18, 12, (176, 140, 66), 2)
    sheet.line([(x + 40, y - 164), (x + 40, y - 182)], (176, 140, 66), 6)
    sheet.box(x + 24, y - 190, 32, 9, (196, 66, 58), 4)
    if broken:
        sheet.oval(x + 40, y + 22, 150, 18, WATER)
        sheet.line([(x + 66, y - 122), (x + 66, y + 18)], WATER, 9)
        for dx, dy in ((-24, -40), (-40, -66), (-30, -96)):
            sheet.oval(x - 20 + dx, y - 90 + dy, 5, 8, WATER)
    else:
        sheet.oval(x + 66, y - 106, 5, 8, WATER)
    can = sheet.chance.choice(((236, 190, 72), (72, 130, 180)))
    left = x + (130 if broken else 44)
    sheet.box(left, y - 54, 52, 68, can, 8)
    sheet.line(
        [(left + 10, y - 54), (left + 14, y - 68), (left + 38, y - 68), (left + 42, y - 54)],
        shade(can, 0.8),
        6,
    )
    sheet.line([(left + 8, y - 42), (left + 44, y + 4)], shade(can, 0.86), 4)
    sheet.line([(left + 44, y - 42), (left + 8, y + 4)], shade(can, 0.86), 4)


def draw_panel(sheet: Sheet) -> None:
    x, y = sheet.chance.randint(340, 440), GROUND + 64
    cracked = sheet.chance.random() < 0.6
    sheet.shadow(x, y + 4, 90)
    sheet.box(x - 7, y - 270, 14, 274, (128, 134, 140), 3)
    sheet.box(x - 34, y - 110, 68, 84, (196, 198, 196), 5)
    sheet.box(x - 26, y - 102, 52, 68, (174, 178, 178), 3)
    sheet.oval(x + 16, y - 68, 4, 4, DARK)

    def at(across: float, down: float) -> Point:
        return x - 150 + 270 * across + 46 * (1 - down), y - 344 + 128 * down + 20 * across

    sheet.shape(
        [at(-0.02, -0.04), at(1.02, -0.04), at(1.02, 1.05), at(-0.02, 1.05)], (206, 210, 214)
    )
    sheet.shape([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], (44, 66, 112))
    sheet.shape([at(0.1, 0), at(0.32, 0), at(0.12, 1), at(0, 1), at(0, 0.5)], (58, 84, 134))
    for part in range(1, 6):
        sheet.line([at(part / 6, 0), at(part / 6, 1)], (120, 142, 180), 2)
    for part in range(1, 4):
        sheet.line([at(0, part / 4), at(1, part / 4)], (120, 142, 180), 2)
    if cracked:
        hub = (0.6, 0.45)
        for across, down in (
            (0.42, 0.1),
            (0.8, 0.08),
            (0.93, 0.5),
            (0.74, 0.95),
            (0.45, 0.9),
            (0.38, 0.5),
        ):
            bend = ((hub[0] + across) / 2 + 0.02, (hub[1] + down) / 2 - 0.04)
            sheet.line([at(*hub), at(*bend), at(across, down)], (232, 238, 244), 3)
    else:
        sheet.line([(x, y - 30), (x + 30, y - 6), (x + 70, y + 6), (x + 96, y - 8)], DARK, 4)


def draw_hole(sheet: Sheet) -> None:
    x, y = sheet.chance.randint(280, 520), GROUND + 140
    sheet.oval(x, y, 124, 24, (92, 94, 98))
    sheet.oval(x + 4, y + 3, 106, 18, (64, 62, 62))
    sheet.oval(x + 12, y + 7, 78, 10, (84, 110, 128))
    for dx, dy in ((-150, 8), (138, -10), (160, 12), (-124, -16), (96, 24)):
        sheet.shape(
            [(x + dx, y + dy), (x + dx + 14, y + dy - 7), (x + dx + 22, y + dy + 4)], (84, 84, 88)
        )
    cone = x - 196 if x > 400 else x + 200
    sheet.shadow(cone, GROUND + 84, 44)
    sheet.box(cone - 38, GROUND + 74, 76, 10, (196, 84, 36), 3)
    sheet.shape(
        [
            (cone - 26, GROUND + 75),
            (cone - 6, GROUND - 16),
            (cone + 6, GROUND - 16),
            (cone + 26, GROUND + 75),
        ],
        (232, 112, 48),
    )
    for low, high in ((50, 30), (18, 0)):
        left, right = 26 - (75 - low) * 0.22, 26 - (75 - high) * 0.22
        sheet.shape(
            [
                (cone - left, GROUND + low),
                (cone - right, GROUND + high),
                (cone + right, GROUND + high),
                (cone + left, GROUND + low),
            ],
            (244, 240, 232),
        )


def draw_pencil(sheet: Sheet) -> None:
    """The sign that this is drawn: a pencil on a round of paper, below on the right."""
    x, y = WIDTH - 44.0, HEIGHT - 44.0
    sheet.oval(x, y, 31, 31, (90, 90, 92))
    sheet.oval(x, y, 29, 29, (252, 250, 244))

    def at(along: float, across: float) -> Point:
        # Along the pencil from its point, and across it; it lies at 45 degrees.
        return x - 15 + (along + across) * 0.7071, y + 15 - (along - across) * 0.7071

    sheet.shape([at(0, 0), at(11, -6), at(11, 6)], (232, 200, 160))
    sheet.shape([at(0, 0), at(4, -2.2), at(4, 2.2)], DARK)
    sheet.shape([at(11, -6), at(34, -6), at(34, 6), at(11, 6)], (240, 186, 60))
    sheet.shape([at(11, -1.5), at(34, -1.5), at(34, 6), at(11, 6)], (222, 164, 44))
    sheet.shape([at(34, -6), at(37, -6), at(37, 6), at(34, 6)], (170, 174, 178))
    sheet.shape([at(37, -6), at(42, -6), at(42, 6), at(37, 6)], (222, 130, 130))


KINDS: dict[str, Callable[[Sheet], None]] = {
    "bin_full": draw_full_bin,
    "bin_broken": draw_broken_bin,
    "bin_burning": draw_burning_bin,
    "litter": draw_litter,
    "dump": draw_dump,
    "drain": draw_drain,
    "bulky": draw_bulky,
    "animal": draw_animal,
    "tap": draw_tap,
    "panel": draw_panel,
    "hole": draw_hole,
}
