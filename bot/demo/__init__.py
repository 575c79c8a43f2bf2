"""A made-up town that looks like a real quarter's work, every row marked as demo."""

from bot.demo.life import Filled, fill
from bot.demo.words import DemoWords, read_words

__all__ = ["DemoWords", "Filled", "fill", "read_words"]
