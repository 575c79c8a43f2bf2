"""What the Bot API knows of one bot: its chats, its messages, and what waits to be fetched."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.responses import Response

from tests.end_to_end import free_port
from tests.telegram.calls import Call
from tests.telegram.wire import Listener

TOKEN = "123456789:AAF-a_token_of_the_tests_that_opens_nothing"
DATE = 1_764_000_000
"""Unix seconds at which everything here is said."""

UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that come only when `allowed_updates` names them (Bot API, `getUpdates`)."""


@dataclass(slots=True)
class Message:
    """A message that the bot sent. `keyboard` is the one under it, `markup` whatever came with it;
    `kind` is `text` or the field that a file stands in."""

    id: int
    chat: int
    text: str
    keyboard: list[list[dict[str, Any]]]
    kind: str = "text"
    entities: list[dict[str, Any]] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    thread: int | None = None
    content: dict[str, Any] = field(default_factory=dict)
    edited: bool = False

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.keyboard for button in row]


Odd = Callable[[], Response]
"""An answer that is given instead of the right one."""


@dataclass(slots=True)
class Fault:
    """What goes wrong with a method: for `chat` alone, after `skip` calls, `times` often.

    `how` is an answer, the seconds by which it comes late, or `reset`, `half` or `hang`. With
    `after` the call has had its effect when its answer is lost.
    """

    method: str
    how: Odd | str | float
    chat: int | None = None
    skip: int = 0
    times: int = 1
    after: bool = False

    def strikes(self, method: str, chat: int | None) -> bool:
        """Whether it does now; counted."""
        if self.method != method or self.times < 1 or self.chat not in (None, chat):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Pusher(Protocol):
    """Takes updates to a web hook."""

    url: str

    def push(self) -> None:
        """There may be something to deliver."""

    async def close(self) -> None: ...


@dataclass(eq=False)
class BotState(ABC):
    """One bot's part of the server. Tests read and change it directly."""

    token: str = TOKEN
    port: int = field(default_factory=free_port)
    username: str = "baraza_tests_bot"
    messages: list[Message] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    """Presses that were answered, by their ids."""
    queries: set[str] = field(default_factory=set)
    """Presses that can still be answered."""
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    """`name`, `description` and `short_description`, each by language."""
    files: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    """Declared sizes of files where they differ from what is there."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    """What was not confirmed yet, in its order."""
    history: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Every update that there ever was, by its id."""
    confirmed: int = 0
    allowed: set[str] | None = None
    hook: Pusher | None = None
    reach: dict[str, str | Callable[[], str]] = field(default_factory=dict)
    """Public addresses of web hooks and where they are on this machine, asked for each request
    where there are several: the proxy in front."""

    chats: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Chats that the bot may know, as their `Chat` objects."""
    blocked: set[int] = field(default_factory=set)
    deactivated: set[int] = field(default_factory=set)
    bots: set[int] = field(default_factory=set)
    kicked: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    """Groups that became supergroups, and their new ids."""
    topics: dict[int, set[int]] = field(default_factory=dict)
    """Topics that are open, in chats that have topics."""
    frozen: set[int] = field(default_factory=set)
    """Messages that cannot be edited any more, by id."""

    odd: dict[str, list[Odd]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    """Every call that could be read, refused or not."""
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    """Method, code and words of every refusal."""
    wrong: list[str] = field(default_factory=list)
    """What no bot of ours may do, whatever the server answered: it fails the test at its end."""
    second_opinion: bool = True
    """Whether the other library reads each message too; see `opinion`."""
    poll_most: float = 50.0
    """Seconds that an empty poll waits at most (Telegram: 50)."""
    hook_wait: float = 0.05
    """Seconds until the first new try of a web hook; each failure doubles it (Telegram: 1)."""

    listener: Listener | None = None
    """What listens; `async with api.listener.closed():` takes Telegram away for a while."""
    _ids: int = 100
    _update_ids: int | None = None
    """Where updates are numbered apart from everything else; see `People.jump`."""
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: int = 0
    """Numbers the polls: a newer one ends the one that waits."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def misbehave(
        self,
        method: str,
        how: Odd | str | float,
        *,
        chat: int | None = None,
        skip: int = 0,
        times: int = 1,
        after: bool = False,
    ) -> None:
        """Spoil calls of a method; see `Fault`. `download` is the fetching of a file."""
        self.faults.append(Fault(method, how, chat, skip, times, after))

    def queue(self, what: dict[str, Any]) -> int:
        """Something happened: an update, unless the bot does not want its kind. Its id."""
        [kind] = what
        if self._update_ids is None:
            id = self.next_id()
        else:
            self._update_ids += 1
            id = self._update_ids
        update = {"update_id": id, **what}
        self.history[id] = update
        if kind in self.allowed if self.allowed else kind not in UNASKED:
            self.updates.append(update)
            self.tell_pollers()
        return id

    def again(self, id: int) -> None:
        """The same update once more, confirmed or not."""
        self.updates.append(self.history[id])
        self.tell_pollers()

    def tell_pollers(self) -> None:
        self._came.set()
        if self.hook is not None:
            self.hook.push()

    def newest(self, chat: int) -> list[Message]:
        """What the bot said in a chat, the newest first."""
        return [message for message in reversed(self.messages) if message.chat == chat]

    def texts(self, chat: int) -> list[str]:
        return [item.text for item in self.messages if item.chat == chat and item.kind == "text"]

    @abstractmethod
    async def take_reply(self, body: bytes) -> None:
        """The body of a web hook's answer."""

    def me(self) -> dict[str, Any]:
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Baraza",
            "username": self.username,
        }

    def message_json(self, message: Message) -> dict[str, Any]:
        """A message of the bot's as Telegram shows it."""
        found: dict[str, Any] = {
            "message_id": message.id,
            "from": self.me(),
            "chat": self.chats.get(message.chat, {"id": message.chat, "type": "private"}),
            "date": DATE,
            **message.content,
        }
        name = "text" if message.kind == "text" else "caption"
        if message.text:
            found[name] = message.text
        if message.entities:
            found["entities" if name == "text" else "caption_entities"] = message.entities
        if message.keyboard:
            found["reply_markup"] = {"inline_keyboard": message.keyboard}
        if message.thread is not None:
            found |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.edited:
            found["edit_date"] = DATE + 1
        return found
