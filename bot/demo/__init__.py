"""A made-up town that looks like a real quarter's work, every row marked as demo."""

from bot.demo.life import Filled, fill
from bot.demo.town import Photo
from bot.demo.words import DemoError, DemoWords, read_words

__all__ = ["DemoError", "DemoWords", "Filled", "Photo", "fill", "read_words"]
