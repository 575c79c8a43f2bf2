"""An update as aiogram's types have it, without what they do not take and nobody asks for.

A server that is older or newer than the types has some fields otherwise: a poll without
`members_only`, a forward from a new kind of sender. What somebody said stands beside those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from aiogram.types import Update
from pydantic import ValidationError

from bot.handlers.kinds import SERVICE, TAKEN

MESSAGES = frozenset({"message", "edited_message"})

NEEDED = frozenset({"message_id", "date", "chat", "from", "caption", *TAKEN})
"""Without one of these a message would be another's, or lose what it says."""


_SURROGATES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_ALONE = len(r"\ud800")


def mend_signs(raw: bytes) -> bytes:
    """JSON with half of a sign, which no parser takes, replaced by the sign for an unknown one."""
    return _SURROGATES.sub(lambda found: rb"\ufffd" if len(found[0]) == _ALONE else found[0], raw)


def parse_update(raw: bytes) -> tuple[Update, tuple[str, ...]]:
    """The update, and the names of fields that were left out. Raises `ValidationError`."""
    try:
        return Update.model_validate_json(raw), ()
    except ValidationError as error:
        odd = _odd_fields(error.errors(include_input=False, include_url=False))
        if not odd:
            raise
        return Update.model_validate_json(_without(raw, odd)), tuple(sorted(odd))


def _odd_fields(errors: Iterable[Any]) -> set[str]:
    """The fields of a message that are not as they should be; none where one of them is needed."""
    odd: set[str] = set()
    for error in errors:
        match error["loc"]:
            case (str(kind), str(name), *_) if kind in MESSAGES and name not in NEEDED:
                odd.add(name)
            case _:
                return set()
    return odd


def _without(raw: bytes, odd: set[str]) -> bytes:
    update: dict[str, Any] = msgspec.json.decode(raw)
    for kind in MESSAGES & update.keys():
        if odd & SERVICE:
            # Telegram says it by itself: nobody waits for an answer.
            del update[kind]
        else:
            update[kind] = {key: value for key, value in update[kind].items() if key not in odd}
    return msgspec.json.encode(update)
