"""Which program this is."""

from __future__ import annotations

import sys


def version() -> str:
    """Its version; it may run from a checkout that was never installed."""
    # Few commands say it, and this takes long to import.
    from importlib import metadata

    try:
        return metadata.version("baraza")
    except metadata.PackageNotFoundError:
        return "of a checkout"


def to_install(extra: str) -> str:
    """The command that adds an extra where this program runs: by its own pip, which knows it.
    To any other, its name may be somebody else's."""
    return f"{sys.executable} -m pip install 'baraza[{extra}]'"
