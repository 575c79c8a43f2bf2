"""What Telegram answers, as it comes over the wire."""

from __future__ import annotations

import json
from typing import Any

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
