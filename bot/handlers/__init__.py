"""Telegram, through aiogram's types and methods: updates in, operations out."""
