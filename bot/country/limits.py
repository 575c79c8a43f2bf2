"""What a country's texts, keys and numbers may be, each limit once."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.folding import bare

PROMPT_UNITS = 160
"""UTF-16 units of a whole sentence to a resident, filled with samples: one text message."""

BUTTON_GRAPHEMES = 20
"""Signs of a button: WhatsApp and LINE cut what is longer."""

OPTION_GRAPHEMES = 24
"""Signs of an option in a list (a row in WhatsApp)."""

DESCRIPTION_GRAPHEMES = 72
"""Signs of the line under an option in a list (a row in WhatsApp)."""

LIST_ROWS = 10
"""Categories side by side; a longer list does not fit one screen of the chat apps."""

EMERGENCY_KINDS = ("police", "fire", "health")
"""A country has a number for each; the same number may serve for all."""

RETENTION_DAYS_LEAST = 1
"""Whatever is kept must outlive the sweep that erases it."""

DAYS_MOST = 36_500
"""A hundred years: more is a slip, and leads beyond the end of calendars."""

KEY = re.compile(r"(?=.{1,30}\Z)[a-z0-9]+(?:[-_][a-z0-9]+)*")
"""Keys are stored beside reports, so they are plain and never change. At most 30 signs: with its
conversation a key must fit into the 64 bytes of a chat app's button."""

PREFIX = re.compile(r"[A-HJ-NP-Z]{2,4}")
"""Two to four capital letters, without O and I, which people read as 0 and 1."""

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
"""BCP 47: language, perhaps script, perhaps region."""

REGION = re.compile(r"[A-Z]{2}")
EMERGENCY_NUMBER = re.compile(r"[0-9*#]{2,6}")
PHONE_NUMBER = re.compile(r"\+?[0-9*#](?:[ -]?[0-9*#]){1,18}")


def graphemes(text: str) -> int:
    """Signs as a reader counts them, near enough for labels."""
    count = 0
    joined = False
    for char in text:
        # Marks, and the skin tones of emoji, belong to the sign before them.
        mark = (
            unicodedata.category(char) in ("Mn", "Me", "Cf")
            or "\U0001f3fb" <= char <= "\U0001f3ff"
        )
        if not mark and not joined:
            count += 1
        joined = char == "\u200d"
    return count


def as_typed(text: str) -> str:
    """A name as it is matched with what people type, or the picture that it is of."""
    return bare(text) or text.strip()
