"""Drawn pictures of a street for the demo's reports, so that no real photo has to be shown.

Every picture bears a pencil in its corner: drawn, not photographed. There is no text in them.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random

from bot.pictures import bins, things
from bot.pictures.sheet import HEIGHT, SCALE, WIDTH, Sheet
from bot.pictures.street import draw_pencil, draw_street

QUALITY = 82
KINDS: dict[str, Callable[[Sheet], None]] = {
    "bin_full": bins.draw_full_bin,
    "bin_broken": bins.draw_broken_bin,
    "bin_burning": bins.draw_burning_bin,
    "litter": bins.draw_litter,
    "dump": things.draw_dump,
    "drain": things.draw_drain,
    "bulky": things.draw_bulky,
    "animal": things.draw_animal,
    "tap": things.draw_tap,
    "panel": things.draw_panel,
    "hole": things.draw_hole,
}


def demo_photo(kind: str, seed: int) -> bytes:
    """Draw a street with what a report of this `kind` is about, as a JPEG of 800 by 600.

    The same seed gives the same picture. A kind that is not in `KINDS` gets a street with a
    cone, which says only that something is here.
    """
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
    sheet = Sheet(ImageDraw.Draw(image), Random(f"{kind} {seed}"))
    draw_street(sheet)
    KINDS.get(kind, things.draw_cone)(sheet)
    draw_pencil(sheet)
    kept = BytesIO()
    image.reduce(SCALE).save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()
