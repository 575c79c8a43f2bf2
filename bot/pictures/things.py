"""What lies, stands, leaks or sits in the street besides bins."""

from __future__ import annotations

from bot.pictures.bins import SCRAPS, draw_bag, draw_scraps
from bot.pictures.sheet import DARK, GROUND, WATER, Point, Sheet, shade
from bot.pictures.street import WOOD, draw_tree


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
    x, y = sheet.chance.randint(280, 520), GROUND + 160
    sheet.oval(x, y, 124, 24, (92, 94, 98))
    sheet.oval(x + 4, y + 3, 106, 18, (64, 62, 62))
    sheet.oval(x + 12, y + 7, 78, 10, (84, 110, 128))
    for dx, dy in ((-150, 8), (138, -10), (160, 12), (-124, -16), (96, 24)):
        sheet.shape(
            [(x + dx, y + dy), (x + dx + 14, y + dy - 7), (x + dx + 22, y + dy + 4)], (84, 84, 88)
        )
    draw_cone(sheet, x - 196 if x > 400 else x + 200)


def draw_cone(sheet: Sheet, x: float | None = None) -> None:
    if x is None:
        x = sheet.chance.randint(280, 520)
    y = GROUND + 84
    sheet.shadow(x, y, 44)
    sheet.box(x - 38, y - 10, 76, 10, (196, 84, 36), 3)
    orange = (232, 112, 48)
    sheet.shape([(x - 26, y - 9), (x - 6, y - 100), (x + 6, y - 100), (x + 26, y - 9)], orange)
    for low, high in ((34, 54), (66, 84)):
        below, above = 26 - (low - 9) * 0.22, 26 - (high - 9) * 0.22
        band: list[Point] = [(x - below, y - low), (x - above, y - high)]
        band += [(x + above, y - high), (x + below, y - low)]
        sheet.shape(band, (244, 240, 232))


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
