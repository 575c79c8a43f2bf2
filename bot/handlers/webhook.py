"""The web hook: Telegram brings updates by itself, and is told when a turn is committed.

2xx confirms an update, anything else lets it come again. Telegram waits for 60 seconds
(tdlib/telegram-bot-api, issue 341), so the answer comes before. The turn goes on meanwhile, and
the same update again finds it done.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import msgspec
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.handlers.errors import TOKEN_REFUSED
from bot.handlers.intake import Intake, NoUpdate
from bot.handlers.kinds import KINDS
from bot.services.stuck import Away

logger = logging.getLogger(__name__)

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
BODY_MOST = 1024 * 1024
"""Bytes of an update. The longest text takes some 50,000 in JSON; files never come along."""

ANSWER_SECONDS = 50.0
CONNECTIONS = 40
"""Updates that Telegram may bring at once (Bot API, `setWebhook`: its own default)."""

AGAIN_SECONDS = 5.0
"""Until the next try to tell Telegram where the hook is."""

REFUSED_SECONDS = 30.0
"""The same where Telegram refuses it: only a person can mend that."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def path_of(country: str) -> str:
    """Where a country's updates come in, below the public address."""
    return f"/telegram/{country}"


class WebHook:
    """The ASGI application: `POST /telegram/<country>` for each bot, and `GET /health`."""

    def __init__(self, intakes: Mapping[str, Intake], secret: str) -> None:
        """`intakes` by country."""
        self._intakes = {path_of(country): intake for country, intake in intakes.items()}
        self._secret = secret.encode()
        self.refused = 0
        """Requests with another secret, or none: somebody knocks, or a proxy drops headers."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, body = await self._answer(scope, receive)
        kind = b"application/json" if body else b"text/plain"
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Message, receive: Receive) -> tuple[int, bytes]:
        if scope["path"] == "/health":
            return 200, b""
        intake = self._intakes.get(scope["path"])
        if intake is None:
            return 404, b""
        if scope["method"] != "POST":
            return 405, b""
        if not self._is_telegram(scope):
            self.refused += 1
            logger.warning("%s: a request without the secret (%d)", intake.name, self.refused)
            return 403, b""
        raw = await _body(receive)
        if raw is None:
            return 413, b""
        return await self._take(intake, raw)

    def _is_telegram(self, scope: Message) -> bool:
        given = b""
        for name, value in scope["headers"]:
            if name == SECRET_HEADER:
                given = value
        return hmac.compare_digest(given, self._secret)

    async def _take(self, intake: Intake, raw: bytes) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                query = await asyncio.shield(asyncio.ensure_future(intake.take(raw)))
        except NoUpdate:
            logger.warning("%s: something came that is no update", intake.name)
            return 400, b""
        except Away as error:
            logger.warning("%s: no update can be kept now (%s)", intake.name, error)
            return 503, b""
        except TimeoutError:
            logger.warning("%s: an update is still being taken", intake.name)
            return 503, b""
        except Exception:
            logger.exception("%s: an update could not be taken", intake.name)
            return 500, b""
        if not query:
            return 200, b""
        # The answer may itself call a method, which saves a request.
        answer = {"method": "answerCallbackQuery", "callback_query_id": query}
        return 200, msgspec.json.encode(answer)


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None for one that is too large."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        length += len(part)
        if length > BODY_MOST:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def set_hook(bot: Bot, name: str, url: str, secret: str) -> None:
    """Tell Telegram where updates go, until it has heard. What waits there is kept."""
    while True:
        try:
            await bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=list(KINDS),
                max_connections=CONNECTIONS,
                drop_pending_updates=False,
            )
        except TelegramRetryAfter as error:
            logger.warning("%s: the web hook must wait %d s", name, error.retry_after)
            await asyncio.sleep(error.retry_after)
        except (TelegramUnauthorizedError, TelegramNotFound):
            logger.error(TOKEN_REFUSED, name)
            await asyncio.sleep(REFUSED_SECONDS)
        except TelegramBadRequest as error:
            # Its words are of the address, which is the operator's own.
            logger.error("%s: Telegram refuses the web hook: %s", name, error.message)
            await asyncio.sleep(REFUSED_SECONDS)
        except (TelegramAPIError, ClientDecodeError) as error:
            logger.warning("%s: the web hook was not set (%s)", name, type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            return
