"""The peer: a loop that sends one text to each chat, through python-telegram-bot's own limiter."""

from __future__ import annotations

import asyncio
import os
import sys

from telegram.ext import AIORateLimiter, ExtBot

from benchmarks.telegram.load import FIRST_CHAT


async def announce(token: str, rate: int, most: int) -> None:
    """Send to so many chats at so many a second."""
    bot = ExtBot(
        token,
        base_url=f"{os.environ['BARAZA_TELEGRAM_API']}/bot",
        rate_limiter=AIORateLimiter(overall_max_rate=rate, overall_time_period=1),
    )
    async with bot:
        for chat in range(FIRST_CHAT, FIRST_CHAT + most):
            await bot.send_message(chat, "Desde el lunes, a las 19.")
        await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(announce(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
