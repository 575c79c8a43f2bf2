"""Drawings as PNG and PDF, with fonts that come as packages (the extra `pictures`)."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules

DPI = 200
FONT_PACKAGES = "fontpkg_noto_sans"
"""What the packages of fonts begin with; each script has one."""


class NoRasteriser(Exception):
    """The libraries of the extra `pictures` are not installed."""


@cache
def font_files() -> tuple[str, ...]:
    """The files of all fonts that are installed as packages. To look through all packages takes
    as long as to draw a chart."""
    found: list[str] = []
    for module in iter_modules():
        if not module.name.startswith(FONT_PACKAGES):
            continue
        spec = find_spec(module.name)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            found += [str(path) for path in sorted(Path(folder).rglob("*.ttf"))]
    return tuple(found)


def can_draw() -> bool:
    """Whether the libraries of the extra `pictures` are installed."""
    return find_spec("resvg_py") is not None and bool(font_files())


def to_png(svg: str) -> bytes:
    """A drawing that is measured in millimetres. Raises `NoRasteriser`."""
    if not can_draw():
        raise NoRasteriser
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            dpi=DPI,
            skip_system_fonts=True,
            font_files=list(font_files()),
            font_family="Noto Sans",
            sans_serif_family="Noto Sans",
        )
    )


def to_pdf(svg: str) -> bytes:
    """One page that holds the drawing as a picture. Raises `NoRasteriser`."""
    from PIL import Image

    kept = BytesIO()
    with Image.open(BytesIO(to_png(svg))) as picture:
        picture.convert("RGB").save(kept, "PDF", resolution=DPI)
    return kept.getvalue()
