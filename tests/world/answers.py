"""What Telegram answers, as it comes over the wire, and what it shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.world.shots import content_of

Answer = tuple[int, str]
"""Status and body, as they come over the wire."""

ME = {"id": 42, "is_bot": True, "first_name": "Baraza", "username": "BarazaBot"}


def ok(result: Any) -> Answer:
    return 200, json.dumps({"ok": True, "result": result})


def refuse(code: int, why: str, **more: Any) -> Answer:
    parameters = {"parameters": more} if more else {}
    told = {"ok": False, "error_code": code, "description": why, **parameters}
    return code, json.dumps(told)


def too_many(seconds: int) -> Answer:
    return refuse(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


CLOSED = {
    "block": refuse(403, "Forbidden: bot was blocked by the user"),
    "leave": refuse(400, "Bad Request: chat not found"),
}


def group_kind(chat: int) -> str:
    """Supergroups have ids of their own, of thirteen digits."""
    return "supergroup" if chat < -1_000_000_000_000 else "group"


class NotReached(Exception):
    """Nobody answers at the address."""


class Reset(Exception):
    """The connection was cut."""


class TookTooLong(Exception):
    """No answer came in time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as it stands in a chat now; buttons are text and data."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    """The texts of its buttons when it was sent."""
    beside: bool = False
    """It only raises or lowers a keyboard, as one with the message after it."""
    at: float = 0.0
    """When it came, in seconds since the town began, by our clock."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is not confirmed. It can be fetched from a moment on."""

    id: int
    kind: str
    body: dict[str, Any]
    since: float


def found_file(file: str) -> Answer:
    data = content_of(file)
    if data is None:
        return refuse(400, "Bad Request: file is temporarily unavailable")
    about = {"file_unique_id": f"u{len(data)}", "file_size": len(data)}
    return ok({"file_id": file, "file_path": file, **about})


def sent_message(chat: int, shown: Shown) -> dict[str, Any]:
    return {
        "message_id": shown.id,
        "date": 1_764_000_000,
        "chat": {"id": chat, "type": "private" if chat > 0 else group_kind(chat)},
        "text": shown.text,
    }
