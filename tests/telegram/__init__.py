"""Telegram, from both sides."""

from bot.handlers.lazy_models import import_lazily

# Before any module of this folder imports aiogram.
import_lazily()
