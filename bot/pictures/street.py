"""The street that every picture stands in."""

from __future__ import annotations

from bot.pictures.sheet import DARK, GROUND, HEIGHT, WIDTH, Color, Point, Sheet, shade

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
WOOD: Color = (150, 106, 68)
PAVING: Color = (186, 182, 176)
ROAD: Color = (110, 112, 118)


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
