"""Operations as they stand in the outbox: written and read back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import lru_cache
from typing import Any

from bot.domain.announcements import dump_content, load_content
from bot.domain.messages import (
    PLAIN_MOST,
    Label,
    Message,
    Name,
    dump,
    load,
    load_message,
    plain,
)
from bot.domain.operations import (
    Announce,
    Ask,
    Button,
    Echo,
    InTopic,
    Invite,
    Locked,
    Operation,
    OwnData,
    PutOut,
    Say,
    Show,
    Tell,
    Wipe,
)


def dump_operation(operation: Operation | Locked) -> Any:
    """An operation as JSON that `load_operation` reads back, but for its lock: what has one is
    stored as `Locked`."""
    match operation:
        case Ask():
            return [
                "ask",
                operation.conversation,
                operation.serial,
                dump(operation.line),
                [_dump_button(button) for button in operation.buttons],
                [_dump_button(button) for button in operation.controls],
                list(operation.wants),
                [[dump(label), dump(value)] for label, value in operation.summary],
                operation.fleeting,
            ]
        case Locked(lock, sealed):
            return ["locked", lock, b64encode(sealed).decode()]
        case Tell(line, fleeting, link=link):
            return ["tell", dump(line), fleeting, *([link] if link else [])]
        case Say(versions, who):
            said = [list(pair) for pair in versions]
            return ["say", said] if who is None else ["say", said, dump(who)]
        case Show(picture, line):
            return ["show", picture, dump(line)]
        case Echo(words, label, media, fleeting):
            named = None if label is None else dump(label)
            return ["echo", words, named, [list(pair) for pair in media], fleeting]
        case PutOut():
            return ["put out", operation.conversation, operation.serial]
        case OwnData():
            return ["own data"]
        case Wipe():
            return ["wipe"]
        case Invite(line, label):
            return ["invite", dump(line), dump(label)]
        case InTopic(topic, inner):
            return ["in topic", topic, dump_operation(inner)]
        case Announce(content, button, asked):
            pressed = None if button is None else _dump_button(button)
            return ["announce", dump_content(content), pressed, *([True] if asked else [])]


def load_owed(data: Any) -> Operation | Locked:
    """Read back what `dump_operation` wrote. Raises `ValueError` for anything else."""
    match data:
        case ["locked", str(lock), str(sealed)]:
            return Locked(lock, b64decode(sealed, validate=True))
        case _:
            return load_operation(data)


def load_operation(data: Any) -> Operation:
    """`load_owed` for what has no lock."""
    try:
        return _load(data)
    except TypeError:  # something stands where a pair or a list should
        raise ValueError("not a stored operation") from None


def _load(data: Any) -> Operation:
    match data:
        # Most of what is owed is questions.
        case ["ask", *_]:
            return _load_ask(data)
        case ["tell", line, bool(fleeting), *link]:
            return Tell(load_message(line), fleeting, link=str(link[0]) if link else "")
        case ["say", list(versions), *who]:
            said = tuple((str(language), str(words)) for language, words in versions)
            return Say(said, _load_label(who[0]) if who else None)
        case ["show", str(picture), line]:
            return Show(picture, _load_label(line))
        case ["echo", str(words), label, list(media), bool(fleeting)]:
            named = None if label is None else _load_label(label)
            return Echo(words, named, tuple((kind, name) for kind, name in media), fleeting)
        case ["put out", str(conversation), int(serial)]:
            return PutOut(conversation, serial)
        case ["own data"]:
            return OwnData()
        case ["wipe"]:
            return Wipe()
        case ["invite", line, label]:
            return Invite(load_message(line), load_message(label))
        case ["in topic", str(topic), inner]:
            return InTopic(topic, load_operation(inner))
        case ["announce", content, button, *asked]:
            pressed = None if button is None else _load_button(button)
            return Announce(load_content(content), pressed, asked == [True])
        case _:
            raise ValueError("not a stored operation")


def _load_ask(data: list[Any]) -> Ask:
    conversation, serial, line, buttons, controls, wants, summary, fleeting = data[1:]
    if not (isinstance(conversation, str) and isinstance(serial, int) and isinstance(wants, list)):
        raise ValueError("not a stored question")
    return Ask(
        conversation,
        serial,
        load_message(line),
        tuple([_load_button(button) for button in buttons]),
        tuple([_load_button(button) for button in controls]),
        tuple(wants),
        tuple([(load_message(label), load(value)) for label, value in summary]),
        bool(fleeting),
    )


def _dump_button(button: Button) -> Any:
    description = None if button.description is None else dump(button.description)
    return [button.key, dump(button.label), button.emoji, description, button.ticked]


def _load_button(data: Any) -> Button:
    match data:
        case [key, ["message", source, "", None, []], emoji, None, ticked]:
            return _plain_button(key, source, emoji, ticked)
        case [key, label, emoji, description, ticked] if isinstance(key, str):
            about = None if description is None else load_message(description)
            return Button(key, _load_label(label), str(emoji), about, bool(ticked))
        case _:
            raise ValueError("not a stored button")


@lru_cache(PLAIN_MOST)
def _plain_button(key: str, source: str, emoji: str, ticked: bool) -> Button:
    if not all(isinstance(part, str) for part in (key, source, emoji)):
        raise ValueError("not a stored button")
    return Button(key, plain(source), emoji, None, bool(ticked))


def _load_label(data: Any) -> Label:
    label = load(data)
    if not isinstance(label, Message | Name):
        raise ValueError("not a stored label")
    return label
