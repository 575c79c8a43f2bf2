"""Signs that would be bold, a link or a heading elsewhere; a chat shows them as they are."""

from __future__ import annotations

import re

from bot.domain.inbound import cut

MARKUP_SHOWN = 40
"""Signs of markup that a problem quotes."""

_TAGS = """
    a abbr address article aside audio b base big blockquote body br button canvas center cite code
    col colgroup dd del details dfn div dl dt em embed fieldset figcaption figure font footer form
    h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map
    mark meta nav noscript object ol optgroup option p param picture pre q s samp script section
    select small source span strike strong style sub summary sup svg table tbody td template
    textarea tfoot th thead title tr tt u ul var video wbr tg-emoji tg-spoiler
"""
"""Elements of HTML, and Telegram's own."""

_ATTRIBUTES = """
    align alt charset class color content data-[a-z-]+ dir emoji-id face height href id lang
    language name on[a-z]+ rel size src style target title type width
"""

_ANY = "|".join(_TAGS.split())
_LONG = "|".join(tag for tag in _TAGS.split() if len(tag) > 1)
_NAMED = "|".join(_ATTRIBUTES.split())

_TERM = r"a-z\u00c0-\u024f\d_"
"""What stands in sums and names: `2*3*4`, `a*b*c`. Beside other letters, which many scripts write
without a space between words, a star is a mark."""

# A pair begins before and ends after what it marks, without a space between. One letter between
# words may be a comparison: `a<b>c`. What is dialled has no letter: `*123*`.
_MARKUP = re.compile(
    rf"""
    (?<![\d*])\*{{2,3}}(?![\s*])[^*\n]+(?<!\s)\*{{2,3}}(?![\d*])
    | (?<![\w/])__(?![\s_])[^\n]*?(?<![\s_])__(?!\w)
    | (?<!~)~~(?![\s~])[^~\n]+(?<!\s)~~(?!~)
    | (?<!\|)\|\|(?![\s|])[^|\n]+(?<!\s)\|\|(?!\|)
    | (?<!\w)`(?!\s)[^`\n]+(?<!\s)`(?!\w)
    | (?<![{_TERM}*])\*(?=[^*\n]*[^\W\d_])(?![\s*])[^*\n]*(?<![\s*])\*(?![{_TERM}*])
    | (?<![\w/])_(?![\s_])[^_\n]*(?<![\s_])_(?!\w)
    | \[[^\]\n]+\]\([^)\s]+\)
    | ^\#{{2,}}\s.* | ^```.*
    | </(?:{_ANY})\s*> | <(?:{_LONG})\s*/?> | <!--
    | (?<!\w)<[abipqsu]\s*/?> | <[abipqsu]\s*/?>(?!\w)
    | <(?:{_ANY})(?:\s+[a-z-]+)*?\s+(?:{_NAMED})\s*=[^<>\n]*>
    | \[/(?:b|i|u|s|url|img|color|size)\]
    | &(?:nbsp|amp|lt|gt|quot|apos|[aeiou]acute|[nao]tilde|[aou]uml|iexcl|iquest|laquo|raquo
    |[lr][sd]quo|[nm]dash|hellip|bull|middot|copy|euro|deg|\#\d+|\#x[0-9a-f]+);
    """,
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)


def find_markup(words: str) -> str | None:
    """What is wrong with words in which Markdown or HTML stands; None where none does."""
    marked = _MARKUP.search(words)
    if marked is None:
        return None
    return f"{cut(marked[0], MARKUP_SHOWN)} would be read with its signs: write plain words"
