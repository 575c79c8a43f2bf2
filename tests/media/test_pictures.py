"""Pictures of the demo: light, always the same for a seed, and marked as drawn."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bot.pictures import KINDS, demo_photo
from bot.work import media
from tests.media.photo_files import looks_like

MAX_BYTES = 60_000
SOME_KINDS = [*KINDS, "something else"]


@pytest.mark.parametrize("kind", SOME_KINDS)
def test_a_picture_is_small_enough_for_a_slow_line(kind: str) -> None:
    for seed in range(4):
        data = demo_photo(kind, seed)

        assert len(data) < MAX_BYTES
        assert Image.open(BytesIO(data)).size == (800, 600)


@pytest.mark.parametrize("kind", SOME_KINDS)
def test_a_seed_gives_the_same_picture_and_another_seed_another(kind: str) -> None:
    assert demo_photo(kind, 7) == demo_photo(kind, 7)
    assert len({demo_photo(kind, seed) for seed in range(4)}) == 4


def test_every_kind_has_a_picture_of_its_own() -> None:
    assert len({demo_photo(kind, 1) for kind in SOME_KINDS}) == len(SOME_KINDS)


@pytest.mark.parametrize("kind", SOME_KINDS)
def test_every_picture_bears_the_pencil_that_says_drawn(kind: str) -> None:
    image = Image.open(BytesIO(demo_photo(kind, 3)))

    # The paper of the sign, and the yellow of the pencil on it.
    assert looks_like(image.getpixel((742, 540)), (252, 250, 244))
    assert looks_like(image.getpixel((755, 552)), (240, 186, 60))


def test_a_picture_comes_in_by_the_same_door_as_a_photo() -> None:
    made = media.clean(demo_photo("litter", 1), "image/jpeg")

    assert isinstance(made, media.Cleaned)
    assert (made.width, made.height) == (800, 600)
