"""Long polling by a loop of our own: an update is confirmed only when its turn is committed.

Telegram confirms what comes before the next `offset`, so the offset moves after the turns.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, ClassVar

import msgspec
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.handlers.errors import TOKEN_REFUSED
from bot.handlers.intake import Intake, NoUpdate
from bot.handlers.kinds import KINDS
from bot.services.stuck import Away
from bot.stopping import finished

logger = logging.getLogger(__name__)

POLL_SECONDS = 25
AT_ONCE = 100
WAIT_SECONDS = 1.0
"""Between a poll that failed, or a database that was away, and the next try."""

CONFLICT_SECONDS = 5.0
"""Between two tries while somebody else takes this bot's updates."""

TOKEN_SECONDS = 30.0
"""Between two tries while Telegram refuses the token: only a person can mend that."""

ANSWER_SECONDS = 2.0
"""So long a batch waits at most for the answers to its presses: nobody else waits for them."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates`, with each update as it came: one that is odd must not spoil the others."""

    __returning__: ClassVar[Any] = list[dict[str, Any]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    limit: int = AT_ONCE
    timeout: int
    allowed_updates: list[str]


class Poller:
    """Fetches the updates of one bot and hands them to its intake."""

    def __init__(self, bot: Bot, intake: Intake) -> None:
        self._bot = bot
        self._intake = intake
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until it is cancelled; the turns under way are finished then."""
        unhooked = False
        while True:
            try:
                if not unhooked:
                    # Telegram gives nothing to a poll while a web hook of an earlier start is set.
                    await self._bot.delete_webhook(drop_pending_updates=False)
                    unhooked = True
                await self.poll(POLL_SECONDS)
            except TelegramConflictError:
                logger.warning(
                    "%s: another process polls with this token, or has set a web hook",
                    self._intake.name,
                )
                unhooked = False
                await asyncio.sleep(CONFLICT_SECONDS)
            except (TelegramUnauthorizedError, TelegramNotFound):
                logger.error(TOKEN_REFUSED, self._intake.name)
                await asyncio.sleep(TOKEN_SECONDS)
            except TelegramRetryAfter as error:
                logger.warning("%s: polling must wait %d s", self._intake.name, error.retry_after)
                await asyncio.sleep(error.retry_after)
            except (TelegramAPIError, ClientDecodeError) as error:
                # Telegram is away or says something odd: nothing is confirmed, nothing is lost.
                logger.warning("%s: polling failed (%s)", self._intake.name, type(error).__name__)
                await asyncio.sleep(WAIT_SECONDS)
            except Away as error:
                logger.warning("%s: no update can be kept now (%s)", self._intake.name, error)
                await asyncio.sleep(WAIT_SECONDS)

    async def poll(self, seconds: int) -> int:
        """Take one batch; how many updates. It is confirmed by the next poll.

        Raises `Away`, when the whole batch will come again: what was taken is known by its id.
        """
        updates = await self._bot(
            GetRawUpdates(offset=self._offset, timeout=seconds, allowed_updates=list(KINDS))
        )
        in_order = sorted(updates, key=_number)
        taken = await finished(
            asyncio.gather(
                *(self._intake.take(msgspec.json.encode(update)) for update in in_order),
                return_exceptions=True,
            )
        )
        queries: list[str] = []
        for outcome in taken:
            if isinstance(outcome, NoUpdate):
                logger.error("%s: something came that is no update", self._intake.name)
            elif isinstance(outcome, BaseException):
                raise outcome
            elif outcome:
                queries.append(outcome)
        # An empty answer says that all is confirmed. The next poll then names no offset: after a
        # quiet week the ids begin anew, and an offset of before would hide what comes.
        self._offset = _number(updates[-1]) + 1 if updates else None
        await self._answer(queries)
        return len(updates)

    async def _answer(self, queries: list[str]) -> None:
        """Take the clock off pressed buttons; a press that is too old needs no answer."""
        if not queries:
            return
        answers = asyncio.gather(
            *(self._bot.answer_callback_query(query) for query in queries),
            return_exceptions=True,
        )
        try:
            outcomes = await asyncio.wait_for(answers, ANSWER_SECONDS)
        except TimeoutError:
            outcomes = [TimeoutError()]
        for outcome in outcomes:
            if isinstance(outcome, TelegramAPIError | ClientDecodeError | TimeoutError):
                logger.info("%s: a press could not be answered", self._intake.name)
            elif isinstance(outcome, BaseException):
                raise outcome


def _number(update: dict[str, Any]) -> int:
    """An update's id; 0 for what is none, which then confirms nothing."""
    number = update.get("update_id")
    return number if isinstance(number, int) else 0
