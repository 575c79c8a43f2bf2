"""Texts with `{name}` in them: taken apart once, so that people's words are never a format."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")

SAMPLES: Mapping[str, str] = {
    "n": "1,234",
    "count": "10",
    "most": "10",
    "file": "20",
    "all": "40",
    "number": "123456",
    "code": "MVD-7F3KQ",
    "other": "MVD-7F3KQ",
    "day": "30 September 2027",
    "value": "",
}
"""What stands in for a placeholder when a text is measured; all else is `SAMPLE`."""

SAMPLE = "Saint Mary's Quarter"

Template = tuple[str, ...]
"""Literal, name, literal, name, … literal."""


def take_apart(text: str) -> Template:
    """Literals at even places, names of placeholders at odd ones. Stray braces stay literal."""
    return tuple(PLACEHOLDER.split(text))


def names(template: Template) -> frozenset[str]:
    return frozenset(template[1::2])


def whole(template: Template) -> bool:
    """Whether each brace belongs to a placeholder, which `{ name }` and `{name}}` fail."""
    return not any(sign in literal for literal in template[::2] for sign in "{}")


def allowed(source: str, plural: str) -> tuple[frozenset[str], frozenset[str]]:
    """The placeholders that a translation must have and may have.

    A plural entry's form may leave out what one of the two English texts leaves out: `{n}`.
    """
    singular = names(take_apart(source))
    if not plural:
        return singular, singular
    several = names(take_apart(plural))
    return singular & several, singular | several


def sampled(text: str) -> str:
    """The text with each placeholder filled by its sample, to measure how long it may become."""
    return PLACEHOLDER.sub(lambda found: SAMPLES.get(found[1], SAMPLE), text)
