"""What becomes of an operation that Telegram did not simply take: decided in this one place."""

from __future__ import annotations

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.domain.operations import GivenUp, Receipt, RetryAt, Sent, Unknown
from bot.handlers.paced import BotHeldBack, HeldBack
from bot.handlers.session import NotReached

SERVER_WAIT = 3.0
"""Seconds until the next try after an error of Telegram's own, or an answer that made no sense."""

TOKEN_REFUSED = (
    "%s: Telegram refuses the token: copy it from @BotFather, look at BARAZA_TELEGRAM_API, "
    "and start again"
)
"""What the log says of it: nothing works until somebody does so."""

_DONE_ALREADY = (
    "message is not modified",
    "message can't be edited",
    "message to edit not found",
    "MESSAGE_ID_INVALID",
)
"""Of edits alone: what was to be taken off is not there, or can never be taken off."""


def read_error(error: Exception) -> Receipt:
    """Permanent cases first: what Telegram refuses once it refuses always.

    A lost answer is `Unknown` only where nothing tells that it never left.
    """
    match error:
        case BotHeldBack():
            # Its row says until when: what is owed stays due, and so goes first afterwards.
            return RetryAt(0.0, "bot held back")
        case HeldBack(seconds=seconds):
            return RetryAt(seconds, "retry_after")
        case TelegramRetryAfter():
            return RetryAt(float(error.retry_after), "retry_after")
        case TelegramBadRequest() if any(part in error.message for part in _DONE_ALREADY):
            return Sent()
        case TelegramForbiddenError():
            return GivenUp("blocked")
        case TelegramEntityTooLarge():
            return GivenUp("too_large")
        case TelegramMigrateToChat():
            return GivenUp("moved")
        case TelegramUnauthorizedError() | TelegramNotFound():
            # Never of the message: of the token, or of the address that we ask at.
            return RetryAt(60.0, "token refused")
        case TelegramBadRequest():
            return GivenUp("rejected")
        case TelegramServerError():
            return RetryAt(SERVER_WAIT, "telegram failing")
        case NotReached():
            return RetryAt(SERVER_WAIT, "not reached")
        case TelegramNetworkError():
            return Unknown()
        case TelegramAPIError():
            return RetryAt(SERVER_WAIT, "odd answer")
        case _:
            return RetryAt(SERVER_WAIT, "odd answer")
