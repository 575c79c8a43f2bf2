"""What Telegram and the way there do wrong, each once, when the seed says so."""

from __future__ import annotations

from dataclasses import dataclass

SEND, EDIT, PRESS, POLL, FIND, LOAD = (
    "sendMessage",
    "editMessageReplyMarkup",
    "answerCallbackQuery",
    "getUpdates",
    "getFile",
    "the file itself",
)

BEFORE = ("refused", "reset", "hang", "500", "html", "429 chat", "429 bot")
"""Kinds that come before the act: Telegram has done nothing."""

AFTER = ("answer lost", "answer late", "half an answer")
"""Kinds that come after it: what was asked is done, and we are not told so."""

SLOW = "slow"

POLLED = ("doubled", "not confirmed")
"""Kinds of `getUpdates` alone: each update twice; what was confirmed comes once more."""

CALL_FAULTS: dict[str, tuple[str, ...]] = {
    SEND: (*BEFORE, *AFTER, SLOW),
    EDIT: (*BEFORE, *AFTER, SLOW),
    PRESS: ("refused", "hang", "500", "html", "answer lost", "too old"),
    POLL: (
        "refused",
        "reset",
        "hang",
        "500",
        "html",
        "answer lost",
        "answer late",
        "half an answer",
        SLOW,
        *POLLED,
    ),
    FIND: ("refused", "reset", "hang", "500", "html", "429 file", *AFTER, SLOW),
    LOAD: ("refused", "reset", "hang", "500", "html", "half an answer", SLOW),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Comes at the first call of `method` (to `chat`, where one is named)."""

    kind: str
    method: str
    chat: int | None = None
