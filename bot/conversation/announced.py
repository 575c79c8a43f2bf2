"""An announcement that an organiser tries out in a chat of their own."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.services.try_words import try_out


def tries_out(threads: Threads, words: str) -> bool:
    """Show the announcement that a word stands for. Whether it stands for one."""
    actor = threads.actor
    shown = try_out(threads.connection, actor.outside, actor.keys, actor.country, words)
    if shown is not None:
        threads.said.append(shown)
    return shown is not None
