"""Bins, full, broken and burning, and what falls beside them."""

from __future__ import annotations

from bot.pictures.sheet import DARK, GROUND, Color, Point, Sheet, shade

BAGS: tuple[Color, ...] = ((58, 62, 70), (84, 96, 92), (226, 226, 220), (70, 92, 130))
SCRAPS: tuple[Color, ...] = (
    (240, 240, 234), (206, 74, 62), (72, 130, 180), (236, 190, 72), (164, 116, 74),
    (130, 180, 120),
)  # fmt: skip
BINS: tuple[Color, ...] = ((62, 122, 84), (72, 102, 140), (104, 110, 116), (188, 120, 52))


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
        drift = x + 85 + step * 11 + chance.randint(-12, 12)
        smoke = (gray, gray, gray + 4)
        sheet.oval(drift, y - 230 - step * 31, 34 + step * 6, 26 + step * 5, smoke)
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
