"""Signs that would be bold, a link or a heading elsewhere; a chat shows them as they are."""

from __future__ import annotations

import re

from bot.domain.inbound import cut

MARKUP_SHOWN = 40
"""Signs of markup that a problem quotes."""

_MARKUP = re.compile(
    r"""
    \*\*\S[^*\n]*\*\* | __\S[^_\n]*__ | \[[^\]\n]+\]\([^)\s]+\) | ^\#{2,}\s.*
    | </?(?:a|b|i|u|s|p|br|em|strong|del|code|pre|span|div|li|ul|ol|h[1-6])(?:\s[^<>\n]*)?/?>
    """,
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)


def find_markup(words: str) -> str | None:
    """What is wrong with words in which Markdown or HTML stands; None where none does."""
    marked = _MARKUP.search(words)
    if marked is None:
        return None
    return f"{cut(marked[0], MARKUP_SHOWN)} would be read with its signs: write plain words"
