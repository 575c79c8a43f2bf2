"""Photos drawn anew: upright, in sRGB, small, and without a word about where they come from."""

from __future__ import annotations

import hashlib
import struct
import zlib
from io import BytesIO
from typing import Literal

from PIL import ExifTags, Image, ImageCms, ImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from bot.work.cleaned import MAX_PIXELS, MAX_SCANS, MAX_SIDE, Cleaned, Unusable

QUALITY = 80
PAPER = (255, 255, 255)
"""What shows through where a picture is transparent."""

# The readers are called by name rather than through Image.open, which would guess among fifty
# formats and warn about size on the way. What they raise on bad input is documented nowhere;
# these were met by fuzzing.
READERS: dict[str, type[ImageFile.ImageFile]] = {
    "jpeg": JpegImageFile,
    "png": PngImageFile,
    "webp": WebPImageFile,
    "gif": GifImageFile,
}
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    # Pillow's word on garbled EXIF, where somebody runs with warnings as errors.
    Warning,
)
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets an EXIF orientation (1 to 8) upright; 1 is upright already."""


def clean_photo(
    data: bytes, what: Literal["jpeg", "png", "webp", "gif", "heif"]
) -> Cleaned | Unusable:
    """Draw a photo anew as a JPEG of at most `MAX_SIDE`; of a moving one, the first picture."""
    if what == "jpeg" and _count_scans(data) > MAX_SCANS:
        return Unusable("broken")
    try:
        image = _open_heif(data) if what == "heif" else _open(data, what)
        if isinstance(image, Unusable):
            return image
        fresh = _draw(image)
    except UNREADABLE:
        return Unusable("broken")
    kept = BytesIO()
    fresh.save(kept, "JPEG", quality=QUALITY, progressive=True)
    made = kept.getvalue()
    return Cleaned(
        kind="photo",
        type="image/jpeg",
        data=made,
        sha256=hashlib.sha256(made).hexdigest(),
        width=fresh.width,
        height=fresh.height,
    )


def _open(data: bytes, what: str) -> Image.Image | Unusable:
    image = READERS[what](BytesIO(data))
    if image.width * image.height > MAX_PIXELS:
        return Unusable("too_many_pixels")
    # A JPEG is decoded at a half or a quarter where that is still large enough: twice
    # as quick, and a phone's twelve megapixels never stand in memory.
    shrink = max(1.0, max(image.size) / MAX_SIDE)
    image.draft(None, (max(1, int(image.width / shrink)), max(1, int(image.height / shrink))))
    image.load()
    return image


def _open_heif(data: bytes) -> Image.Image | Unusable:
    """Decode HEIF. The container's own rotation is applied by the decoder, and EXIF's, which
    repeats it, is set to upright."""
    from pillow_heif import open_heif

    photo = open_heif(data)
    width, height = photo.size
    if width * height > MAX_PIXELS:
        return Unusable("too_many_pixels")
    image: Image.Image = photo.to_pillow()
    return image


def _draw(image: Image.Image) -> Image.Image:
    """Return a new upright RGB picture that shares nothing with `image` but what is seen."""
    turn = TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        # Sixteen bits of grey, whose upper eight are what a JPEG can hold.
        image = image.convert("I").point(lambda level: level / 256).convert("L")
    elif "transparency" in image.info or image.mode in {"LA", "La", "PA", "RGBa"}:
        image = image.convert("RGBA")
    elif image.mode not in {"RGB", "RGBA", "L", "CMYK"}:
        image = image.convert("RGB")
    if max(image.size) > MAX_SIDE:
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = _to_srgb(image, profile)
    fresh = Image.new("RGB", image.size, PAPER)
    fresh.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return fresh if turn is None else fresh.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except UNREADABLE:
        # Garbled EXIF is no reason to refuse the picture under it.
        return 1


def _to_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Bring colours into sRGB, as phones record wider ones and the profile is left behind."""
    if isinstance(profile, bytes) and profile and image.mode in {"RGB", "RGBA", "L", "CMYK"}:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, source, target, outputMode=mode)
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, *UNREADABLE):
            # A broken profile, or one for other channels: the colours are slightly off.
            pass
    return image if image.mode == "RGBA" else image.convert("RGB")


def _count_scans(data: bytes) -> int:
    """Count a JPEG's scans by its markers (ITU-T T.81, annex B), up to its end or first fault."""
    at, scans = 2, 0
    while scans <= MAX_SCANS:
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data) or data[at + 1] == 0xD9:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in {0x00, 0x01} or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            scans += marker == 0xDA
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return scans
