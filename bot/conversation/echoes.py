"""What a resident just said, for channels that show their own history."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.domain.inbound import (
    MAX_WORDS,
    Attachment,
    Command,
    Contact,
    Edit,
    Input,
    Location,
    Press,
    Text,
    Unusable,
    clean_text,
    cut,
)
from bot.domain.messages import Label, _
from bot.domain.operations import Echo


def echo_of(threads: Threads, input: Input) -> Echo | None:
    """As it is told before the turn is taken; None for what shows nothing."""
    match input:
        case Text(words):
            return Echo(cut(clean_text(words), MAX_WORDS))
        case Press():
            label = _label(threads, input)
            return None if label is None else Echo(label=label)
        case Location():
            return Echo(label=_("My location"))
        case Attachment():
            return Echo(clean_text(input.caption), media=((input.kind, input.name),))
        case Command() | Unusable() | Edit() | Contact():
            return None


def _label(threads: Threads, press: Press) -> Label | None:
    row = threads.find_id(press.conversation)
    table = None if row is None else threads.table(row)
    if table is None:
        return None
    buttons = (*table.look.buttons, *table.controls)
    return next((button.label for button in buttons if button.key == press.key), None)
