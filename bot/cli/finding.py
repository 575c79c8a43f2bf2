"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass

WELL, WARNING, BAD = "ok", "look", "BAD"


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is one of the three above; `text` says what to do where it is not well."""

    state: str
    about: str
    text: str
