"""One turn of a conversation: load, advance, find facts, carry out, keep, owe the answers."""

from bot.conversation.town import Conversations

__all__ = ["Conversations"]
