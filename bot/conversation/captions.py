"""What stands under a file that cannot be taken, or answers nothing: it is kept as words."""

from __future__ import annotations

from bot.conversation import first_words
from bot.conversation.threads import Threads
from bot.domain.inbound import MAX_WORDS, Attachment, clean_text, cut
from bot.domain.operations import Ask
from bot.flows.ahead import words_apart
from bot.flows.questions.asked import Typed
from bot.flows.questions.told import has_words
from storage.conversations import Row


def take_words(threads: Threads, row: Row, caption: str, asked: bool = False) -> bool:
    """Words that stood under a file, as an answer or with the story. Whether they were kept.

    With `asked` the question was shown once more already, and is not twice.
    """
    words = cut(clean_text(caption), MAX_WORDS).strip()
    if not has_words(words):
        return False
    if row.flow == "menu":
        if not first_words.may_keep(threads):
            return False
        return first_words.keep(threads, Typed(words))
    said = list(threads.said)
    if asked and said and isinstance(said[-1], Ask):
        threads.said.pop()
    before = len(threads.said)
    under = Attachment("", "", "", 0, caption=words)
    table = threads.table(row)
    # Where one of a few answers is asked for, they are that answer, or with the story at once.
    apart = table is not None and words_apart(table.question, under) is not None
    for given in (under,) if apart else (Typed(words), under):
        if threads.deliver(row, given):
            return True
        del threads.said[before:]
    # They came with their file, which is one answer: it was counted already, or the caller shows
    # the question.
    threads.put_beside(row, threads.state(row))
    threads.said = said
    return False
