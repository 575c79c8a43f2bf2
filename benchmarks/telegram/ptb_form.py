"""A form of five questions in python-telegram-bot's ConversationHandler, with persistence.

`python -m benchmarks.telegram.ptb_form HOOK_PORT API_PORT FILE`
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiohttp import web
from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks.telegram.questions import QUESTIONS, THANKS, TOKEN


async def begin(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
    if update.message is not None:
        await update.message.reply_text(QUESTIONS[0])
    return 0


def answer_to(at: int) -> Any:
    """The handler of one question's answer."""

    async def answered(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        message = update.message
        if message is None or context.user_data is None:
            return at
        context.user_data[str(at)] = message.text
        if at + 1 < len(QUESTIONS):
            await message.reply_text(QUESTIONS[at + 1])
            return at + 1
        context.user_data.clear()
        await message.reply_text(THANKS)
        return ConversationHandler.END

    return answered


async def main() -> None:
    port, api, file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    base = f"http://127.0.0.1:{api}/bot"
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(base)
        .connection_pool_size(256)
        .pool_timeout(60)
        .persistence(PicklePersistence(file))
        .build()
    )
    said = filters.TEXT & ~filters.COMMAND
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("report", begin)],
            states={at: [MessageHandler(said, answer_to(at))] for at in range(len(QUESTIONS))},
            fallbacks=[],
            name="form",
            persistent=True,
        )
    )

    async def hook(request: web.Request) -> web.Response:
        await application.process_update(Update.de_json(await request.json(), application.bot))
        return web.Response()

    web_application = web.Application()
    web_application.router.add_post("/hook", hook)
    runner = web.AppRunner(web_application, access_log=None)
    await runner.setup()
    async with application:
        await application.start()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
