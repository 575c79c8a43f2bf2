"""Telegram, through aiogram's types and methods: updates in, operations out."""

from bot.handlers.lazy_models import import_lazily

# Before any module of this room imports it.
import_lazily()
