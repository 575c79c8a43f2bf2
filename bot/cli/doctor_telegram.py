"""What the doctor asks Telegram: whether each token is good, what waits there, what time it is.

By the standard library: who only looks after an installation does not wait for Telegram's.
A token is part of every address here, so no address and no error's own words are ever shown.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from bot.cli.finding import BAD, WARNING, WELL, Finding
from bot.domain.counted import counted
from bot.settings import Settings

SECONDS = 5.0
"""How long one answer is waited for."""

ANSWER_BYTES = 100_000

CLOCK_OFF_MOST = timedelta(seconds=30)
"""Tokens and certificates bear more; a clock that is off by so much is not set by the network."""

TOKEN_REFUSED = ("401", "404")
"""For a token that is none, and for one of another server."""

PENDING_MANY = 100
"""So many updates that wait at Telegram are a sign that nobody fetches them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method answered. `result` is None where Telegram refused, for `refusal`."""

    result: dict[str, Any] | None
    refusal: str
    at: datetime | None


class NotReached(Exception):
    """No answer of Telegram's came; says which kind of failure."""


def ask_telegram(settings: Settings, now: datetime) -> Iterator[Finding]:
    """A finding or more for each bot; the clock once."""
    if not settings.telegram_tokens:
        yield Finding(WELL, "telegram", "No token is set, so there is no Telegram.")
    clock_told = False
    for country, token in settings.telegram_tokens.items():
        about = f"{country}: " if country else ""
        try:
            who = _call(settings.telegram_api, token, "getMe")
            hook = _call(settings.telegram_api, token, "getWebhookInfo")
        except NotReached as error:
            told = f"{about}Telegram was not reached ({error}): token and clock are not checked."
            yield Finding(WARNING, "telegram", told)
            continue
        if who.result is None:
            if who.refusal.startswith(TOKEN_REFUSED):
                told = f"Telegram refuses the token ({who.refusal}): copy it from @BotFather."
                yield Finding(BAD, "telegram", about + told)
            else:
                told = f"Telegram answers {who.refusal}: token and clock are not checked."
                yield Finding(WARNING, "telegram", about + told)
            continue
        yield Finding(WELL, "telegram", f"{about}@{who.result.get('username', '?')} answers.")
        if hook.result is None:
            told = f"{about}Telegram answers {hook.refusal}: what waits there is not checked."
            yield Finding(WARNING, "updates", told)
        else:
            wanted = "" if settings.hook is None else urlsplit(settings.hook.url).hostname or ""
            yield from _hook(about, hook.result, now, wanted)
        if who.at is not None and not clock_told:
            clock_told = True
            yield _clock(who.at, now)


def ask_name(settings: Settings, token: str) -> str:
    """The name of the bot that a token is of; '' where Telegram does not tell it."""
    try:
        who = _call(settings.telegram_api, token, "getMe")
    except NotReached:
        return ""
    return str((who.result or {}).get("username") or "")


def _hook(about: str, info: dict[str, Any], now: datetime, wanted: str = "") -> Iterator[Finding]:
    """`wanted` is where the settings want updates to be sent, '' for nowhere."""
    pending = _whole(info.get("pending_update_count"))
    state = WARNING if pending >= PENDING_MANY else WELL
    where = urlsplit(str(info.get("url") or "")).hostname or ""
    way = f"They are sent to {where}." if where else "They are fetched by polling."
    yield Finding(state, "updates", f"{about}{pending} wait at Telegram. {way}")
    if where != wanted:
        told = f"to {wanted}" if wanted else "nowhere, but fetched"
        told = f"{about}The settings want them sent {told}: `baraza run` tells Telegram so."
        yield Finding(WARNING, "updates", f"{told} Where it runs already, look at its log.")
    failed = _whole(info.get("last_error_date"))
    if where and failed:
        ago = now - datetime.fromtimestamp(failed, UTC)
        minutes = max(0, int(ago.total_seconds() // 60))
        words = str(info.get("last_error_message") or "no reason")
        told = f"{about}Telegram could not deliver {counted(minutes, 'minute')} ago: {words}"
        yield Finding(WARNING, "updates", told)


def _whole(value: object) -> int:
    """A number as Telegram has it; 0 for anything else."""
    return value if isinstance(value, int) else 0


def _clock(there: datetime, now: datetime) -> Finding:
    off = abs(there - now)
    if off > CLOCK_OFF_MOST:
        told = f"It is {off.total_seconds():.0f} seconds away from Telegram's: set it (ntp)."
        return Finding(WARNING, "clock", told)
    return Finding(WELL, "clock", "It agrees with Telegram's.")


def _call(api: str, token: str, method: str) -> Answer:
    """Raises `NotReached`. Nothing of the address is in it."""
    request = urllib.request.Request(f"{api}/bot{token}/{method}", data=b"", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            body, date = response.read(ANSWER_BYTES), response.headers.get("Date")
    except urllib.error.HTTPError as error:
        # A refusal is an answer too, with its reason in the body.
        with error:
            body, date = error.read(ANSWER_BYTES), error.headers.get("Date")
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = getattr(error, "reason", error)
        raise NotReached(type(cause).__name__) from None
    try:
        told = json.loads(body)
        result = told.get("result") if told.get("ok") else None
        refusal = f"{told.get('error_code')} {told.get('description')}"
    except (ValueError, AttributeError):
        raise NotReached("no answer of a Bot API") from None
    return Answer(result if isinstance(result, dict) else None, refusal, _moment(date))


def _moment(date: str | None) -> datetime | None:
    try:
        return None if date is None else parsedate_to_datetime(date)
    except ValueError:
        return None
