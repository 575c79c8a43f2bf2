"""Updates made up from the specification's types: whatever Telegram may send, and then some.

They are built from the fields of aiogram's models, recursively: optional fields there or not,
unions, ids beyond 2^31, odd strings, words that Telegram does not use, unknown fields. Most of
them come from two people whose buttons and questions are real, so that they meet conversations
in every state.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aiogram.types import Message, TelegramObject, Update

from tests.telegram.api import BotApi

ANA, BETO, STRANGER = 7_000_000_001, 4_503_599_627_370_495, 12
GROUP = -1_001_234_567_890

STRINGS = (
    "", " ", "a", "A <3", "</b>", "_x_", "\x00", "Hay un\x00pozo", "\ud83d", "a \udc00 b",
    "\uffff", "🙂" * 4096, "x" * 4096, "\u202e\u2066abc\u200b", "👍🏿", "٣", "²", "1E3153",
    "%s {0} {name}",
    "'; drop table report; --", "\r\n\t\v\f", "\u2028", "[31m", "ก" * 200, "null",
)  # fmt: skip
WORDS = (
    "/start", "/start ward4", "/report", "/help@baraza_tests_bot", "/forget", "/", "/ x", "/HELP",
    "report", "full bin", "there is glass everywhere", "Palermo", "skip", "back", "menu", "yes",
    "no", "send it", "change it", "1", "2", "2️⃣", "(2)", "stop", "STOP.", "start", "español",
    "English", "MVD-2222", "forget me", "my things", "private help", "a person", "help",
)  # fmt: skip
NUMBERS = (0, 1, -1, 5, 2**31 - 1, 2**31, 7_000_000_001, 2**52 - 1, -(2**31) - 1, 2**53)
LANGUAGES = ("en", "es", "pt-br", "zh-hans", "en_US", "", "in", "sw-KE", "x" * 200, "\x00")

DEEPEST = 3
"""Below it only what is required stands."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Any
    required: bool


@cache
def fields_of(model: type[TelegramObject]) -> tuple[Field, ...]:
    # What it is made of is only a name until it is built.
    model.model_rebuild()
    return tuple(
        Field(field.alias or name, field.annotation, field.is_required())
        for name, field in model.model_fields.items()
    )


@cache
def _members(kind: Any) -> tuple[Any, ...]:
    return tuple(member for member in get_args(kind) if member is not type(None))


class Maker:
    """Makes updates for the people of one bot, by the chance that it is handed."""

    def __init__(self, api: BotApi, chance: random.Random) -> None:
        self._api = api
        self._chance = chance

    def update(self) -> dict[str, Any]:
        """One update but for its id."""
        draw = self._chance.random()
        if draw < 0.3:
            return {"message": self.message()}
        if draw < 0.55:
            return self._sensible()
        if draw < 0.7:
            return {"callback_query": self._press()}
        if draw < 0.78:
            return {"edited_message": self.message()}
        kind = self._chance.choice([field for field in fields_of(Update) if not field.required])
        return {kind.name: self._value(kind.kind, 1)}

    def message(self) -> dict[str, Any]:
        """A message of somebody's with any content, and much around it that means nothing."""
        who = self._chance.choice((ANA, ANA, BETO, STRANGER))
        message: dict[str, Any] = {
            "message_id": self._number(),
            "date": 1_764_000_000,
            "chat": {"id": who, "type": "private", "first_name": self._words()},
            "from": self._person(who),
        }
        optional = [field for field in fields_of(Message) if not field.required]
        for field in self._chance.sample(optional, self._chance.choice((1, 1, 1, 2, 2, 3, 8))):
            message.setdefault(field.name, self._value(field.kind, 1))
        if self._chance.random() < 0.1:
            message["chat"] = self._room()
        if self._chance.random() < 0.1:
            message[self._chance.choice(("news", "text2", "\ud83d"))] = self._any()
        return message

    def _sensible(self) -> dict[str, Any]:
        """What people mostly do: words, a press, a place."""
        who = self._chance.choice((ANA, ANA, BETO))
        shown = [message for message in self._api.newest(who)[:3] if message.keyboard]
        if shown and self._chance.random() < 0.6:
            data = self._chance.choice(shown[0].buttons).get("callback_data", "")
            return {"callback_query": self._query(who, data, self._api.message_json(shown[0]))}
        message: dict[str, Any] = {
            "message_id": self._number(),
            "date": 1_764_000_000,
            "chat": {"id": who, "type": "private"},
            "from": self._person(who),
        }
        if self._chance.random() < 0.1:
            message["location"] = {"latitude": -34.9, "longitude": -56.16}
        else:
            message["text"] = self._chance.choice(WORDS)
        return {"message": message}

    def _press(self) -> dict[str, Any]:
        who = self._chance.choice((ANA, BETO, STRANGER))
        shown = self._chance.choice([*self._api.newest(who)[:5], None])
        data = self._chance.choice(
            [*(button.get("callback_data", "") for button in (shown.buttons if shown else [])),
             self._words(), "a:1:b", "::", ":1:", "x:²:y", "x:99999999999999999999:!back"]
        )  # fmt: skip
        chat = {"id": who, "type": "private"}
        message = self._chance.choice(
            (
                {"chat": chat, "message_id": self._number(), "date": 0},
                self._api.message_json(shown) if shown else self.message(),
                None,
            )
        )
        return self._query(who, data, message)

    def _query(self, who: int, data: str, message: Any) -> dict[str, Any]:
        query: dict[str, Any] = {"id": str(self._api.next_id()), "from": self._person(who)}
        self._api.queries.add(query["id"])
        query |= {"chat_instance": self._words(), "data": data}
        if message is None:
            return query | {"inline_message_id": "in another chat"}
        return query | {"message": message}

    def _person(self, who: int) -> dict[str, Any]:
        person: dict[str, Any] = {"id": who, "is_bot": False, "first_name": self._words()}
        if self._chance.random() < 0.8:
            person["language_code"] = self._chance.choice(LANGUAGES)
        return person

    def _room(self) -> dict[str, Any]:
        kind = self._chance.choice(
            ("group", "supergroup", "channel", "sender", "private", "secret")
        )
        return {"id": self._chance.choice((GROUP, *NUMBERS)), "type": kind}

    def _number(self) -> int:
        return self._chance.choice(NUMBERS) if self._chance.random() < 0.2 else self._api.next_id()

    def _words(self) -> str:
        return self._chance.choice(WORDS if self._chance.random() < 0.5 else STRINGS)

    def _any(self) -> Any:
        return self._chance.choice((None, True, 7, 1.5, self._words(), [], {}, [{"a": [1]}]))

    def _value(self, kind: Any, depth: int) -> Any:
        """A value of an annotated kind."""
        origin = get_origin(kind)
        if origin is Annotated:
            return self._value(get_args(kind)[0], depth)
        if origin in (Union, UnionType):
            return self._value(self._chance.choice(_members(kind)), depth)
        if origin is list:
            count = self._chance.choice((0, 1, 1, 2, 4)) if depth < DEEPEST else 1
            return [self._value(_members(kind)[0], depth + 1) for _ in range(count)]
        if origin is Literal:
            return self._chance.choice(get_args(kind))
        if kind is bool:
            return self._chance.random() < 0.5
        if kind is int:
            return self._chance.choice(NUMBERS)
        if kind is float:
            return self._chance.choice((0.0, -34.9, 1e308, -0.0, 91.0, 180.5))
        if kind is datetime:
            return self._chance.choice((0, 1_764_000_000, 1))
        if inspect.isclass(kind) and issubclass(kind, TelegramObject):
            return self._object(kind, depth)
        return self._words()

    def _object(self, model: type[TelegramObject], depth: int) -> dict[str, Any]:
        if depth > 2 * DEEPEST:
            return {}
        wanted: Sequence[Field] = [field for field in fields_of(model) if field.required]
        if depth < DEEPEST:
            more = [field for field in fields_of(model) if not field.required]
            wanted = [*wanted, *(field for field in more if self._chance.random() < 0.25)]
        made = {field.name: self._value(field.kind, depth + 1) for field in wanted}
        if self._chance.random() < 0.02 and made:
            # Something is missing that should be there: the update cannot be read at all.
            del made[self._chance.choice(list(made))]
        return made
