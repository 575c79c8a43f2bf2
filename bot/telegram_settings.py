"""The settings of Telegram: tokens, the Bot API's address, and the web hook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

OF_ONE_COUNTRY = re.compile(r"BARAZA_TELEGRAM_TOKEN__[A-Z][A-Z0-9_]*")
TOKEN = re.compile(r"[0-9]{6,12}:[A-Za-z0-9_-]{30,}")
TELEGRAM_API = "https://api.telegram.org"
RATE, RATE_MOST = 30, 1000
"""Messages a second. Telegram gives a bot some 30 for nothing and up to 1,000 for a price
(core.telegram.org/bots/faq, "How can I message all of my bot's subscribers at once?")."""

HOOK_LISTEN = "127.0.0.1:8081"
HOOK_PORTS = (443, 80, 88, 8443)
"""Where Telegram reaches a hook (Bot API, `setWebhook`). A Bot API server of one's own has no
such limit."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""What Telegram takes for a secret (Bot API, `setWebhook`)."""


@dataclass(frozen=True, slots=True)
class PublicHook:
    """Where Telegram reaches us; `/telegram/<country>` is added to `url`."""

    url: str
    secret: str = field(repr=False)


def read_hook(values: Mapping[str, str], problems: list[str]) -> PublicHook | None:
    """None where no address is set, and then updates are polled."""
    url, secret = values.get("BARAZA_WEBHOOK_URL", ""), values.get("BARAZA_WEBHOOK_SECRET", "")
    if not url:
        problems += [
            f"{name} is set without BARAZA_WEBHOOK_URL."
            for name in ("BARAZA_WEBHOOK_SECRET", "BARAZA_WEBHOOK_LISTEN")
            if name in values
        ]
        return None
    if not re.fullmatch(r"https://[^\s/?#@]+(?:/[^\s?#]*)?", url):
        problems.append("BARAZA_WEBHOOK_URL is no address such as https://bot.example.org.")
    elif read_api(values, []) == TELEGRAM_API and not _reachable(url):
        ports = ", ".join(map(str, HOOK_PORTS))
        problems.append(f"BARAZA_WEBHOOK_URL: Telegram reaches these ports only: {ports}.")
    if not secret:
        problems.append(
            "BARAZA_WEBHOOK_SECRET is not set: without it anybody could pretend to be Telegram. "
            'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    elif not _SECRET.fullmatch(secret):
        problems.append(
            "BARAZA_WEBHOOK_SECRET may hold letters A-Z, digits, _ and - only, 256 at most."
        )
    return PublicHook(url.rstrip("/"), secret)


def _reachable(url: str) -> bool:
    try:
        return (urlsplit(url).port or HOOK_PORTS[0]) in HOOK_PORTS
    except ValueError:
        return False


def of_one_country(name: str) -> list[str]:
    """What a name that is nearly the one of a country's token is meant to be; none for others."""
    country = re.fullmatch(r"BARAZA_TELEGRAM_TOKEN[_-]+(\w[\w-]*)", name, re.IGNORECASE)
    if country is None:
        return []
    return [f"BARAZA_TELEGRAM_TOKEN__{country[1].upper().replace('-', '_')}"]


def read_tokens(values: Mapping[str, str], problems: list[str]) -> Mapping[str, str]:
    """By country; under `""` the one for whichever country is the only one."""
    tokens = {}
    bots: dict[str, str] = {}
    for name, value in sorted(values.items()):
        if name == "BARAZA_TELEGRAM_TOKEN" or OF_ONE_COUNTRY.fullmatch(name):
            country = name.removeprefix("BARAZA_TELEGRAM_TOKEN").removeprefix("__").lower()
            if not TOKEN.fullmatch(value):
                problems.append(f"{name} is no bot's token: it looks like 123456:ABC-DEF….")
            elif country:
                other = bots.setdefault(value.partition(":")[0], name)
                if other != name:
                    problems.append(
                        f"{name} is of the same bot as {other}: each country needs its own."
                    )
            tokens[country] = value
    return tokens


def read_api(values: Mapping[str, str], problems: list[str]) -> str:
    """Without a slash at its end."""
    value = values.get("BARAZA_TELEGRAM_API", TELEGRAM_API)
    if not re.fullmatch(r"https?://[^\s/]+(?:/[^\s]*)?", value):
        problems.append("BARAZA_TELEGRAM_API is no address such as http://127.0.0.1:8081.")
    return value.rstrip("/")


def read_rate(values: Mapping[str, str], problems: list[str]) -> int:
    """Messages a second that a bot may send."""
    value = values.get("BARAZA_TELEGRAM_RATE", str(RATE))
    if re.fullmatch(r"[0-9]{1,4}", value) and 1 <= int(value) <= RATE_MOST:
        return int(value)
    problems.append(f"BARAZA_TELEGRAM_RATE: {value!r} is no whole number from 1 to {RATE_MOST}.")
    return RATE
