"""Telegram, from both sides."""

# Before any module of this folder imports aiogram: its models are then built where one is used.
import bot.handlers  # noqa: F401
