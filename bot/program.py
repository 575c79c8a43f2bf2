"""Which program this is."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Its version; it may run from a checkout that was never installed."""
    try:
        return metadata.version("baraza")
    except metadata.PackageNotFoundError:
        return "of a checkout"
