"""A photo comes out upright and small, and tells nothing but what is seen."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from bot.domain.files import PHOTO_BYTES_MOST
from bot.work import media, photos
from bot.work.cleaned import MAX_PIXELS, MAX_SCANS, MAX_SIDE, Cleaned, Unusable
from tests.examples import examples
from tests.media import photo_files
from tests.media.photo_files import BLUE, RED, SECRETS, looks_like, plain_jpeg, scene

TELLTALES: dict[str, Callable[[], bytes]] = {
    "jpeg": photo_files.jpeg,
    "png": photo_files.png,
    "webp": photo_files.webp,
    "heic": photo_files.heic,
}
EVERY_SORT = [*TELLTALES.values(), photo_files.gif]
SIDEWAYS = {5, 6, 7, 8}


def kept(data: bytes, declared: str = "image/jpeg") -> Cleaned:
    made = media.clean(data, declared)
    assert isinstance(made, Cleaned)
    return made


def shown(made: Cleaned) -> Image.Image:
    image = Image.open(BytesIO(made.data))
    image.load()
    return image


def segments(data: bytes) -> set[int]:
    """The marker codes of a JPEG's segments before its first scan."""
    found, at = set(), 2
    while data[at + 1] != 0xDA:
        found.add(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


@pytest.mark.parametrize("make", TELLTALES.values(), ids=TELLTALES.keys())
def test_nothing_of_serial_owner_or_place_is_left(make: Callable[[], bytes]) -> None:
    data = make()
    assert sum(secret in data for secret in SECRETS) >= 4, "the test file holds no secrets"

    made = kept(data)

    assert [secret for secret in SECRETS if secret in made.data] == []


@pytest.mark.parametrize("make", TELLTALES.values(), ids=TELLTALES.keys())
def test_what_is_kept_has_no_segment_for_metadata(make: Callable[[], bytes]) -> None:
    made = kept(make())

    # Application segment 0 (JFIF), tables, frame: no APP1 to APP15, no comment.
    assert segments(made.data) <= {0xE0, 0xDB, 0xC2, 0xC4}
    assert made.data.endswith(b"\xff\xd9")
    assert made.data.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize("make", TELLTALES.values(), ids=TELLTALES.keys())
def test_a_photo_taken_sideways_stands_upright(make: Callable[[], bytes]) -> None:
    made = kept(make())

    image = shown(made)
    assert (made.width, made.height) == image.size == (240, 320)
    # Orientation 6: what lay on the left is above.
    assert looks_like(image.getpixel((120, 40)), RED)
    assert looks_like(image.getpixel((120, 280)), BLUE)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_set_upright_once(orientation: int) -> None:
    upright = scene()
    undone = {5: 5, 6: 8, 8: 6}.get(orientation, orientation)
    turn = photos.TURNS.get(undone)
    stored = upright if turn is None else upright.transpose(turn)

    image = shown(kept(plain_jpeg(stored, exif=photo_files.exif(orientation))))

    assert (stored.size != upright.size) == (orientation in SIDEWAYS)
    assert image.size == upright.size
    assert looks_like(image.getpixel((40, 120)), RED)
    assert looks_like(image.getpixel((280, 120)), BLUE)


# Pillow says so in a warning, which is an error in tests only.
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_garbled_exif_does_not_cost_the_photo() -> None:
    assert kept(plain_jpeg(scene(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")).width == 320


def test_the_first_picture_of_a_moving_one_is_kept() -> None:
    image = shown(kept(photo_files.gif()))

    assert looks_like(image.getpixel((40, 120)), RED)


def test_what_is_transparent_becomes_white() -> None:
    stored = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(stored, "PNG")

    assert shown(kept(stored.getvalue())).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "color", "wanted"),
    [
        ("L", 128, (128, 128, 128)),
        ("1", 1, (255, 255, 255)),
        ("LA", (128, 255), (128, 128, 128)),
        ("I;16", 0x8000, (128, 128, 128)),
        ("P", 0, (0, 0, 0)),
    ],
)
def test_every_sort_of_png_comes_out_in_colour(
    mode: str, color: int, wanted: tuple[int, int, int]
) -> None:
    stored = BytesIO()
    Image.new(mode, (16, 16), color).save(stored, "PNG")

    image = shown(kept(stored.getvalue()))

    assert image.mode == "RGB"
    assert looks_like(image.getpixel((8, 8)), wanted)


def test_a_printers_jpeg_in_four_inks_is_shown_in_rgb() -> None:
    image = shown(kept(plain_jpeg(Image.new("CMYK", (16, 16), (0, 0, 0, 255)))))

    assert looks_like(image.getpixel((8, 8)), (0, 0, 0))


def test_colours_of_a_profile_are_brought_into_srgb_and_the_profile_left_behind() -> None:
    # A matrix profile like sRGB whose red and blue change places: an unmistakable one.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(128, 512):
        name = bytes(profile[at : at + 4])
        if name in {b"rXYZ", b"bXYZ"}:
            profile[at : at + 4] = b"bXYZ" if name == b"rXYZ" else b"rXYZ"

    made = kept(plain_jpeg(Image.new("RGB", (16, 16), (200, 0, 0)), icc_profile=bytes(profile)))

    assert looks_like(shown(made).getpixel((8, 8)), (0, 0, 200))
    assert b"ICC_PROFILE" not in made.data


def test_a_broken_profile_does_not_cost_the_photo() -> None:
    image = shown(kept(plain_jpeg(scene(), icc_profile=b"no profile at all")))

    assert looks_like(image.getpixel((40, 120)), RED)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((MAX_SIDE, 900), (MAX_SIDE, 900)),
        ((MAX_SIDE + 1, 1601), (MAX_SIDE, 1600)),
        ((3200, 2400), (MAX_SIDE, 1200)),
        ((1200, 4000), (480, MAX_SIDE)),
        ((4000, 1), (MAX_SIDE, 1)),
    ],
)
def test_the_longer_side_is_made_to_fit(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    made = kept(plain_jpeg(Image.new("RGB", size)))

    assert (made.width, made.height) == wanted


def test_the_same_photo_twice_is_the_same_file() -> None:
    data = photo_files.jpeg()

    assert kept(data) == kept(data, "application/octet-stream")


def claimed_png(width: int, height: int) -> bytes:
    """A PNG of 70 bytes that claims any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def claimed_jpeg(width: int, height: int) -> bytes:
    data = bytearray(plain_jpeg(scene(16, 16)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize("make", [claimed_png, claimed_jpeg])
def test_one_row_above_the_limit_of_pixels_is_refused_before_decoding(
    make: Callable[[int, int], bytes],
) -> None:
    width = 10_000
    height = MAX_PIXELS // width

    assert media.clean(make(width, height + 1), "image/png") == Unusable("too_many_pixels")
    # At the limit it is opened. The PNG's missing pixels are then found out; libjpeg greys them.
    assert media.clean(make(width, height), "image/png") != Unusable("too_many_pixels")


@pytest.mark.parametrize("size", [(30_000, 30_000), (65_000, 65_000)])
def test_a_bomb_is_refused(size: tuple[int, int]) -> None:
    assert media.clean(claimed_png(*size), "image/png") == Unusable("too_many_pixels")


def test_a_gif_that_claims_four_thousand_million_pixels_is_refused() -> None:
    data = bytearray(photo_files.gif())
    data[6:10] = b"\xff\xff\xff\xff"

    assert media.clean(bytes(data), "image/gif") == Unusable("too_many_pixels")


def with_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again until there are `count`."""
    data = plain_jpeg(scene(64, 64), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * (count - data.count(b"\xff\xda") + 1) + data[-2:]


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    assert isinstance(media.clean(with_scans(MAX_SCANS), "image/jpeg"), Cleaned)
    assert media.clean(with_scans(MAX_SCANS + 1), "image/jpeg") == Unusable("broken")


def test_a_file_at_the_limit_of_bytes_is_kept_and_one_byte_more_is_not() -> None:
    data = plain_jpeg(scene())
    data += bytes(PHOTO_BYTES_MOST - len(data))

    assert isinstance(media.clean(data, "image/jpeg"), Cleaned)
    assert media.clean(data + b"\0", "image/jpeg") == Unusable("too_large")


@pytest.mark.parametrize("make", EVERY_SORT)
def test_a_photo_cut_short_is_refused(make: Callable[[], bytes]) -> None:
    data = make()

    assert media.clean(data[: len(data) // 3], "image/jpeg") == Unusable("broken")


@pytest.mark.parametrize(
    "data",
    [b"just words, renamed to holiday.jpg", b"%PDF-1.7\n", b"<svg/>", b"PK\x03\x04", b"\xff\xd8"],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(data: bytes) -> None:
    assert media.clean(data, "image/jpeg") == Unusable("not_a_photo")


@pytest.mark.parametrize(
    "head", [b"GIF89a=1;alert(1)//", b"\xff\xd8\xff<script>", b"RIFF0000WEBP"]
)
def test_a_script_behind_the_first_bytes_of_a_photo_is_refused(head: bytes) -> None:
    assert media.clean(head + b" hello" * 20, "image/jpeg") == Unusable("broken")


def test_an_archive_behind_a_photo_does_not_come_with_it() -> None:
    archive = b"PK\x03\x04 secret.txt"

    assert archive not in kept(plain_jpeg(scene()) + archive).data


def test_a_photo_is_known_by_its_bytes_not_by_its_declared_type() -> None:
    assert kept(photo_files.png(), "video/mp4").type == "image/jpeg"


def test_nothing_is_an_answer_of_its_own() -> None:
    assert media.clean(b"", "image/jpeg") == Unusable("empty")


@pytest.mark.parametrize("library", ["PIL", "pillow_heif"])
def test_without_the_library_nothing_is_published(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = photo_files.heic()
    monkeypatch.delitem(sys.modules, "bot.work.photos")
    monkeypatch.setitem(sys.modules, library, None)

    assert media.clean(data, "image/heic") == Unusable("cannot_strip")


@examples(100)
@given(st.binary(max_size=200), st.sampled_from(["", "image/jpeg", "video/mp4", "\0"]))
def test_no_bytes_at_all_raise(data: bytes, declared: str) -> None:
    assert isinstance(media.clean(data, declared), Cleaned | Unusable)


@examples(150)
@given(
    st.sampled_from([make() for make in EVERY_SORT]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_no_damage_to_a_photo_raises_or_lets_a_secret_through(
    data: bytes, changes: list[tuple[float, int]], cut: float
) -> None:
    spoilt = bytearray(data)
    for where, value in changes:
        spoilt[int(where * len(spoilt))] = value
    made = media.clean(bytes(spoilt[: int(cut * len(spoilt)) or 1]), "image/jpeg")

    if isinstance(made, Cleaned):
        assert segments(made.data) <= {0xE0, 0xDB, 0xC2, 0xC4}
        assert [secret for secret in SECRETS if secret in made.data] == []
