"""What a link into the chat may open, and which flows a country has."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.country import Country

LINKED: Mapping[str, str] = {"idea": "idea", "ideas": "ideas", "vote": "votes"}
"""Words of links that open a flow; the key of a place wins over them."""


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
