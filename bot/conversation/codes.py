"""Which public code a resident asks for, alone or in a sentence."""

from __future__ import annotations

from bot.conversation.first_words import may_keep
from bot.conversation.threads import Threads
from bot.domain.codes import YOUR_NUMBER, code_within, fold_code
from bot.domain.inbound import utf16_units
from bot.domain.messages import Verbatim
from bot.flows.named import bare
from bot.flows.plainer import asks
from storage.conversations import Row

FEW_WORDS, FEW_UNITS = 6, 48
"""So much beside a code asks for its news; more of it tells something."""

MOST_ASKED = 12
"""Likewise words, in what ends as a question."""


def code_asked_for(threads: Threads, row: Row, words: str) -> str | None:
    """The code that a text is. At the menu also the one within it, where that says no more, asks,
    or is what told the number, sent back; a story with a code is a story."""
    prefix = threads.reader.country.prefix
    code = fold_code(words, prefix)
    if code is not None or row.flow != "menu":
        return code
    code = code_within(words, prefix)
    if code is None or not may_keep(threads) or _asks(threads, words, code):
        return code
    return None


def _asks(threads: Threads, words: str, code: str) -> bool:
    beside = len(words.split()) - 1
    if beside <= FEW_WORDS and utf16_units(words) - utf16_units(code) <= FEW_UNITS:
        return True
    if asks(words) and beside <= MOST_ASKED:
        return True
    told = threads.reader.labels(YOUR_NUMBER(code=Verbatim(code)))
    return any(bare(text) in bare(words) for text in told)
