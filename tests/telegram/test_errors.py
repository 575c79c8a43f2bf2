"""What becomes of an operation, for every exception that aiogram has and what Telegram says."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from aiogram import exceptions
from aiogram.methods import SendMessage

from bot.domain.operations import GivenUp, Receipt, RetryAt, Sent, Unknown
from bot.handlers.errors import SERVER_WAIT, read_error
from bot.handlers.paced import BotHeldBack, HeldBack
from bot.handlers.session import NotReached

METHOD: Any = SendMessage(chat_id=7, text="hello")
BAD, FORBIDDEN = exceptions.TelegramBadRequest, exceptions.TelegramForbiddenError

KINDS: dict[Exception, Receipt] = {
    exceptions.TelegramRetryAfter(METHOD, "wait", 35): RetryAt(35.0, "retry_after"),
    HeldBack(METHOD, 35.5): RetryAt(35.5, "retry_after"),
    BotHeldBack(METHOD, 35.5): RetryAt(0.0, "bot held back"),
    BAD(METHOD, "Bad Request: something"): GivenUp("rejected"),
    FORBIDDEN(METHOD, "Forbidden: something"): GivenUp("blocked"),
    exceptions.TelegramEntityTooLarge(METHOD, "Request Entity Too Large"): GivenUp("too_large"),
    exceptions.TelegramMigrateToChat(METHOD, "upgraded", -100_7): GivenUp("moved"),
    exceptions.TelegramUnauthorizedError(METHOD, "Unauthorized"): RetryAt(60.0, "token refused"),
    exceptions.TelegramNotFound(METHOD, "Not Found"): RetryAt(60.0, "token refused"),
    exceptions.TelegramConflictError(METHOD, "Conflict"): RetryAt(SERVER_WAIT, "odd answer"),
    exceptions.TelegramServerError(METHOD, "Internal"): RetryAt(SERVER_WAIT, "telegram failing"),
    exceptions.RestartingTelegram(METHOD, "restart"): RetryAt(SERVER_WAIT, "telegram failing"),
    NotReached(METHOD, "ClientConnectorError"): RetryAt(SERVER_WAIT, "not reached"),
    exceptions.TelegramNetworkError(METHOD, "TimeoutError"): Unknown(),
    exceptions.TelegramAPIError(METHOD, "?"): RetryAt(SERVER_WAIT, "odd answer"),
    exceptions.ClientDecodeError("odd", ValueError(), ""): RetryAt(SERVER_WAIT, "odd answer"),
}

OF_OUR_OWN_CALLS = {
    "AiogramError",
    "CallbackAnswerException",
    "DataNotDictLikeError",
    "DetailedAiogramError",
    "SceneException",
    "UnsupportedKeywordArgument",
}
"""Roots, and what no request ends in: a mistake of the program's, which is raised."""

WORDS: list[tuple[type[exceptions.TelegramAPIError], str, Receipt]] = [
    (BAD, "message is not modified: specified new message content", Sent()),
    (BAD, "message can't be edited", Sent()),
    (BAD, "message to edit not found", Sent()),
    (BAD, "MESSAGE_ID_INVALID", Sent()),
    (BAD, "chat not found", GivenUp("rejected")),
    (BAD, "message text is empty", GivenUp("rejected")),
    (BAD, "message is too long", GivenUp("rejected")),
    (BAD, "BUTTON_DATA_INVALID", GivenUp("rejected")),
    (BAD, "PEER_ID_INVALID", GivenUp("rejected")),
    (BAD, "have no rights to send a message", GivenUp("rejected")),
    (BAD, "not enough rights to send text messages to the chat", GivenUp("rejected")),
    (BAD, "CHAT_WRITE_FORBIDDEN", GivenUp("rejected")),
    (BAD, "TOPIC_CLOSED", GivenUp("rejected")),
    (BAD, "query is too old and response timeout expired", GivenUp("rejected")),
    (FORBIDDEN, "bot was blocked by the user", GivenUp("blocked")),
    (FORBIDDEN, "user is deactivated", GivenUp("blocked")),
    (FORBIDDEN, "bot can't initiate conversation with a user", GivenUp("blocked")),
    (FORBIDDEN, "bot can't send messages to bots", GivenUp("blocked")),
    (FORBIDDEN, "bot was kicked from the group chat", GivenUp("blocked")),
    (FORBIDDEN, "bot was kicked from the supergroup chat", GivenUp("blocked")),
    (FORBIDDEN, "bot is not a member of the supergroup chat", GivenUp("blocked")),
    (FORBIDDEN, "the group chat was deleted", GivenUp("blocked")),
]


@pytest.mark.parametrize("error", KINDS, ids=lambda error: type(error).__name__)
def test_each_kind_of_error_has_its_end(error: Exception) -> None:
    assert read_error(error) == KINDS[error]


def test_no_exception_of_aiograms_is_left_out() -> None:
    found = {
        name
        for name, kind in inspect.getmembers(exceptions, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == exceptions.__name__
    }
    assert len(found) > 15, "no exceptions found; was the module moved?"
    assert found == OF_OUR_OWN_CALLS | {
        type(error).__name__ for error in KINDS if type(error).__module__ == exceptions.__name__
    }


@pytest.mark.parametrize(("kind", "words", "receipt"), WORDS, ids=lambda value: str(value)[:40])
def test_what_telegram_says_decides(
    kind: type[exceptions.TelegramAPIError], words: str, receipt: Receipt
) -> None:
    begin = "Bad Request" if kind is BAD else "Forbidden"
    assert read_error(kind(METHOD, f"{begin}: {words}")) == receipt


def test_what_was_not_foreseen_is_tried_again() -> None:
    assert read_error(RuntimeError("odd")) == RetryAt(SERVER_WAIT, "odd answer")
