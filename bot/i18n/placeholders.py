"""Texts with `{name}` in them: taken apart once, so that people's words are never a format."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")

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
