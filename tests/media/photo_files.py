"""Photos that tell where, with what and by whom they were taken, made for tests."""

from __future__ import annotations

import struct
from io import BytesIO

import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo

SERIAL = b"SN-9482-7731"
OWNER = b"Ada Example"
LATITUDE = b"-34.9058731"
DEGREES = struct.pack("<6I", 34, 1, 54, 1, 2114, 100)
"""The same latitude as EXIF holds it: degrees, minutes and seconds as fractions."""
SECRETS = (
    SERIAL,
    OWNER,
    LATITUDE,
    DEGREES,
    DEGREES[16:],
    b"Exif",
    b"http://ns.adobe",
    b"MP4 tail",
)
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://ns.adobe.com/x/">'
    b"<rdf:Description serial='%s' lat='%s'/></rdf:RDF></x:xmpmeta>" % (SERIAL, LATITUDE)
)
RED, BLUE = (200, 30, 30), (30, 30, 200)


def scene(width: int = 320, height: int = 240) -> Image.Image:
    """A blue picture with a red left half, so that turning it can be seen."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height))
    return image


def looks_like(color: object, wanted: tuple[int, int, int]) -> bool:
    """Whether a pixel has about that colour, as JPEG is not exact."""
    return isinstance(color, tuple) and all(
        abs(a - b) < 24 for a, b in zip(color, wanted, strict=True)
    )


def exif(orientation: int = 6) -> bytes:
    """An EXIF block with serial, owner, GPS and a thumbnail that has secrets of its own."""
    small = BytesIO()
    scene(64, 48).save(small, "JPEG", comment=SERIAL)
    thumbnail = small.getvalue()
    # Places are counted from the start of the TIFF head.
    main, camera, gps, second, heap = 8, 80, 120, 170, 230
    values = bytearray()

    def keep(value: bytes) -> int:
        at = heap + len(values)
        values.extend(value)
        return at

    def table(next_table: int, *rows: tuple[int, int, int, int]) -> bytes:
        packed = b"".join(struct.pack("<HHII", *row) for row in rows)
        return struct.pack("<H", len(rows)) + packed + struct.pack("<I", next_table)

    parts = {
        main: table(
            second,
            (0x0112, 3, 1, orientation),
            (0x013B, 2, len(OWNER), keep(OWNER)),
            (0x8769, 4, 1, camera),
            (0x8825, 4, 1, gps),
        ),
        camera: table(0, (0xA431, 2, len(SERIAL), keep(SERIAL))),
        gps: table(0, (1, 2, 2, int.from_bytes(b"S\0\0\0", "little")), (2, 5, 3, keep(DEGREES))),
        second: table(
            0,
            (0x0103, 3, 1, 6),
            (0x0201, 4, 1, keep(thumbnail)),
            (0x0202, 4, 1, len(thumbnail)),
        ),
        heap: bytes(values),
    }
    block = bytearray(b"II*\0" + struct.pack("<I", main))
    for at, part in parts.items():
        assert len(block) <= at
        block += bytes(at - len(block)) + part
    return b"Exif\0\0" + bytes(block)


def jpeg(width: int = 320, height: int = 240, orientation: int = 6, quality: int = 90) -> bytes:
    """As a phone makes it, with a moving picture's MP4 behind its end."""
    kept = BytesIO()
    scene(width, height).save(
        kept, "JPEG", quality=quality, exif=exif(orientation), xmp=XMP, comment=OWNER
    )
    return kept.getvalue() + b"\0\0\0\x18ftypmp42 MP4 tail " + SERIAL


def plain_jpeg(image: Image.Image, **options: object) -> bytes:
    kept = BytesIO()
    image.save(kept, "JPEG", **options)
    return kept.getvalue()


def png(orientation: int = 6) -> bytes:
    notes = PngInfo()
    notes.add_text("Author", OWNER.decode())
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    notes.add_text("Serial", SERIAL.decode(), zip=True)
    kept = BytesIO()
    scene().save(kept, "PNG", pnginfo=notes, exif=exif(orientation))
    return kept.getvalue()


def webp(orientation: int = 6) -> bytes:
    kept = BytesIO()
    scene().save(kept, "WEBP", exif=exif(orientation), xmp=XMP)
    return kept.getvalue()


def heic(orientation: int = 6) -> bytes:
    kept = BytesIO()
    file = pillow_heif.from_pillow(scene())
    file.info["exif"] = exif(orientation)
    file.save(kept, quality=80, exif=exif(orientation), xmp=XMP)
    return kept.getvalue()


def gif() -> bytes:
    kept = BytesIO()
    scene().save(
        kept,
        "GIF",
        save_all=True,
        append_images=[Image.new("RGB", (320, 240), BLUE)],
        comment=SERIAL,
    )
    return kept.getvalue()
