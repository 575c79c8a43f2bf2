"""What a word, a command or a link into the chat may open, and which flows a country has."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.country import Country

OPENS: Mapping[str, str] = {
    "menu": "menu",
    "help": "help",
    "language": "language",
    "person": "person",
    "my": "my",
    "report": "report",
    "vote": "votes",
    "idea": "idea",
    "ideas": "ideas",
    "privacy": "privacy",
    "forget": "forget",
    "private": "private help",
}
"""Words, commands, links and buttons of announcements that open a flow. In a link the key of a
place or of a vote wins over them."""


def has(country: Country, flow: str) -> bool:
    """Whether a country has a flow that not all have."""
    match flow:
        case "private help":
            return country.private_help
        case "idea" | "ideas":
            return bool(country.themes)
        case _:
            return True


CODE_MOST = 64
"""Signs of a code; a longer one is none (Bot API, deep linking)."""
