"""Telegram in memory: it keeps updates until they are confirmed, chats, and its own moods.

It outlives the town's processes. A copy of it beside the files of a database is a whole world at
the moment of a death.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from bot.domain.inbound import utf16_units
from tests.world.answers import (
    CLOSED,
    ME,
    Answer,
    NotReached,
    Reset,
    Shown,
    TookTooLong,
    Waiting,
    found_file,
    group_kind,
    ok,
    refuse,
    sent_message,
    too_many,
)
from tests.world.faults import AFTER, FIND, LOAD, POLL, PRESS, SEND, SLOW, Fault
from tests.world.shots import content_of
from tests.world.silence import ALL, HAIR, UNDER_WAY, Silence

TEXT_MOST = 4096
DATA_BYTES_MOST = 64
HANG_SECONDS = 60.0
SLOW_SECONDS = 7.0
RETRY_AFTER = 9


@dataclass(slots=True)
class Telegram:
    """Chats by their id, and what waits to be fetched. `clock` is the world's, in seconds."""

    clock: Callable[[], float]
    chats: dict[int, list[Shown]] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    closed: dict[int, Answer] = field(default_factory=dict)
    """Chats that are blocked or gone, and what is answered there."""
    faults: list[Fault] = field(default_factory=list)
    silence: Silence = field(default_factory=Silence)
    unsure: dict[int, int] = field(default_factory=dict)
    """How often an answer of a chat did not come: so many messages may stand there twice."""
    pressed: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    """Message and data of what was pressed in each chat."""
    newest: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What was last said in each chat."""
    marked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was said by its first word, where it is to be changed once."""
    orphans: set[int] = field(default_factory=set)
    """Messages that the bot cannot know of: their answer was lost, or it died over it."""
    jumped: float = 0.0
    """Seconds by which our clock has jumped so far."""
    ids: int = 1000
    version: int = 0
    """Grows with whatever changes here."""
    busy: int = 0
    """Calls under way, but for a poll that waits."""
    met: Callable[[str], None] = lambda what: None
    effect: Callable[[], None] = lambda: None
    said: asyncio.Event = field(default_factory=asyncio.Event)
    """Bound to the loop of the process that polls."""

    def copy(self) -> Telegram:
        """The same Telegram, apart; who watches it is not copied."""
        return Telegram(
            self.clock,
            chats={chat: list(shown) for chat, shown in self.chats.items()},
            waiting=list(self.waiting),
            closed=dict(self.closed),
            faults=list(self.faults),
            silence=self.silence.copy(),
            unsure=dict(self.unsure),
            newest=dict(self.newest),
            marked=dict(self.marked),
            orphans=set(self.orphans),
            pressed={chat: list(items) for chat, items in self.pressed.items()},
            ids=self.ids,
            jumped=self.jumped,
            version=self.version,
        )

    # What people do

    def say(self, chat: int, language: str, late: float = 0.0, **what: Any) -> None:
        """Somebody sends a message; `late` seconds until it can be fetched."""
        who = {"id": abs(chat), "is_bot": False, "first_name": "A", "language_code": language}
        body = {
            "message_id": self._next(),
            "date": 1_764_000_000,
            "chat": {"id": chat, "type": "private" if chat > 0 else group_kind(chat)},
            "from": who,
            **what,
        }
        self.newest[chat] = body
        if "text" in what:
            self.marked[what["text"].partition(" ")[0]] = body
        self._put("message", body, late)

    def edit(self, chat: int, mark: str = "", late: float = 0.0, **what: Any) -> None:
        """Somebody changes their newest message, or one that began with `mark`; or it moves by
        itself."""
        before = self.marked[mark] if mark else self.newest[chat]
        body = {**before, "edit_date": 1_764_000_060, **what}
        if mark:
            self.marked[what["text"].partition(" ")[0]] = body
        self._put("edited_message", body, late)

    def tell_closed(self, chat: int, how: str) -> None:
        """The same as `close`, and the bot is told of it."""
        self.close(chat, how)
        user = {"id": chat, "is_bot": False, "first_name": "A"}
        member = {"status": "member", "user": ME}
        kicked = {"status": "kicked", "user": ME, "until_date": 0}
        old, new = (kicked, member) if how == "return" else (member, kicked)
        body = {
            "chat": {"id": chat, "type": "private"},
            "from": user,
            "date": 1_764_000_000,
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self._put("my_chat_member", body, 0.0)

    def press(self, chat: int, language: str, key: str) -> bool:
        """Somebody presses the button with that key (`*`: the first) in the newest message that
        has it. Whether there was one."""
        for message in reversed(self.chats.get(chat, [])):
            for _text, data in message.buttons:
                if key in {"*", data.split(":", 2)[2]}:
                    self.pressed.setdefault(chat, []).append((message.id, data))
                    self.press_data(chat, language, message.id, data)
                    return True
        return False

    def press_old(self, chat: int, language: str) -> bool:
        """Somebody presses what they pressed long ago. Whether there is such a thing."""
        old = self.pressed.get(chat)
        if old:
            self.press_data(chat, language, *old[0])
        return bool(old)

    def press_data(self, chat: int, language: str, message: int, data: str) -> None:
        who = {"id": chat, "is_bot": False, "first_name": "A", "language_code": language}
        body = {
            "id": str(self._next()),
            "from": who,
            "chat_instance": "x",
            "data": data,
            "message": {
                "message_id": message,
                "date": 0,
                "chat": {"id": chat, "type": "private"},
            },
        }
        self._put("callback_query", body, 0.0)

    def close(self, chat: int, how: str) -> None:
        """Somebody blocks the bot or goes away (`block`, `leave`), or comes back (any other)."""
        self.closed.pop(chat, None)
        if how in CLOSED:
            self.closed[chat] = CLOSED[how]
        self.version += 1

    def note_answer(self, chat: Any, status: int) -> None:
        """The bot has an answer in its hands: now it knows of a wait."""
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.silence.hear(chat or ALL, self.clock())

    def _next(self) -> int:
        self.ids += 1
        return self.ids

    def _put(self, kind: str, body: dict[str, Any], late: float) -> None:
        self.waiting.append(Waiting(self._next(), kind, body, self.clock() + late))
        self.version += 1
        self.said.set()

    # What Telegram does

    async def call(self, method: str, given: dict[str, Any], patience: float) -> Answer:
        """A method, with whatever goes wrong around it. `patience` is the caller's time-out."""
        polling = method == POLL
        self.busy += not polling
        chat = given.get("chat_id")
        waits = chat is not None or method in {PRESS, FIND}
        if waits and (kind := self.silence.ask(chat or ALL, self.clock())):
            self.met(f"{kind}: {method}")
        self.effect()
        try:
            return await self._faulty(method, given, patience)
        finally:
            self.busy -= not polling

    async def _faulty(self, method: str, given: dict[str, Any], patience: float) -> Answer:
        chat = given.get("chat_id")
        fault = self.fault(method, chat)
        if fault == SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        elif fault == "hang":
            self._doubt(chat)
            await asyncio.sleep(patience)
            raise TookTooLong
        elif fault == "reset":
            self._doubt(chat)
            raise Reset
        elif fault == "refused":
            raise NotReached
        elif fault == "500":
            return refuse(500, "Internal Server Error")
        elif fault == "html":
            return 502, "<html><h1>502 Bad Gateway</h1></html>"
        elif fault == "too old":
            return refuse(400, "Bad Request: query is too old and response timeout expired")
        elif fault in {"429 chat", "429 bot", "429 file"}:
            whom = chat if fault == "429 chat" and chat is not None else ALL
            self.silence.closed[whom] = self.clock() + RETRY_AFTER
            self.version += 1
            return too_many(RETRY_AFTER)
        answer = await self._act(method, given, fault)
        sent = self.ids if method == SEND and answer[0] == HTTPStatus.OK else 0
        if sent:
            # Who dies now never hears of it, and nobody may send it once more.
            self.orphans.add(sent)
        self.effect()
        if chat in self.closed:
            # What was refused is refused: a lost answer would only make its end unsure.
            return answer
        if fault in AFTER:
            self._doubt(chat)
        else:
            self.orphans.discard(sent)
        if fault == "answer late":
            await asyncio.sleep(patience)
            raise TookTooLong
        if fault == "answer lost":
            raise Reset
        if fault == "half an answer":
            return answer[0], answer[1][: len(answer[1]) // 2]
        return answer

    async def load(self, file: str, patience: float) -> tuple[int, bytes]:
        """What stands at a file's path, with whatever goes wrong on the way."""
        self.busy += 1
        self.effect()
        try:
            fault = self.fault(LOAD, None)
            match fault:
                case "refused":
                    raise NotReached
                case "reset":
                    raise Reset
                case "hang":
                    await asyncio.sleep(patience)
                    raise TookTooLong
                case "500":
                    return HTTPStatus.INTERNAL_SERVER_ERROR, b""
                case "html":
                    return HTTPStatus.OK, b"<html><h1>Wait a moment</h1></html>"
                case "slow":
                    await asyncio.sleep(SLOW_SECONDS)
            data = content_of(file)
            if data is None:
                return HTTPStatus.NOT_FOUND, b""
            self.effect()
            return HTTPStatus.OK, data[: len(data) // 2] if fault == "half an answer" else data
        finally:
            self.busy -= 1

    def fault(self, method: str, chat: int | None) -> str:
        """The fault that comes at this call. It comes once."""
        for fault in self.faults:
            if fault.method == method and fault.chat in {None, chat}:
                self.faults.remove(fault)
                self.version += 1
                self.met(f"{fault.kind}: {method}")
                return fault.kind
        return ""

    def _doubt(self, chat: int | None) -> None:
        if chat is not None:
            self.unsure[chat] = self.unsure.get(chat, 0) + 1
            self.version += 1

    async def _act(self, method: str, given: dict[str, Any], fault: str) -> Answer:
        if method == POLL:
            return await self._poll(given, fault)
        if method in {"deleteWebhook", "setWebhook"}:
            return ok(True)
        if method == "getMe":
            return ok(ME)
        chat = int(given.get("chat_id", ALL))
        if left := self.silence.left(chat, self.clock()):
            if fault == SLOW:
                self.met(f"{UNDER_WAY}: {method}")
            return too_many(int(left) + 1)
        if method == PRESS:
            return ok(True)
        if method == FIND:
            return found_file(str(given["file_id"]))
        if chat in self.closed:
            self.met(f"{self.closed[chat][0]}: {method}")
            return self.closed[chat]
        match method:
            case "sendMessage":
                return self._send(chat, given)
            case "editMessageReplyMarkup":
                return self._edit(chat, given)
            case _:
                return refuse(404, "Not Found")

    async def _poll(self, given: dict[str, Any], fault: str) -> Answer:
        offset = given.get("offset") or 0
        confirmed = [item for item in self.waiting if item.id < offset]
        if confirmed and fault != "not confirmed":
            self.waiting = [item for item in self.waiting if item.id >= offset]
            self.version += 1
            self.effect()
        wanted = frozenset(given.get("allowed_updates") or ())
        deadline = self.clock() + float(given.get("timeout") or 0)
        while True:
            self.drop_unwanted(wanted)
            now = self.clock() + HAIR
            ready = [item for item in self.waiting if item.since <= now]
            if ready or now >= deadline:
                break
            later = min((item.since for item in self.waiting), default=deadline)
            self.said.clear()
            with_time = asyncio.wait_for(self.said.wait(), min(later, deadline) - self.clock())
            try:
                await with_time
            except TimeoutError:
                continue
        found = ready[: given.get("limit") or 100]
        if fault == "doubled":
            found = [item for one in found for item in (one, one)]
        return ok([{"update_id": item.id, item.kind: item.body} for item in found])

    def drop_unwanted(self, wanted: Iterable[str]) -> None:
        """Kinds that nobody asked for are not kept."""
        if wanted and any(item.kind not in wanted for item in self.waiting):
            self.waiting = [item for item in self.waiting if item.kind in wanted]
            self.version += 1

    def _send(self, chat: int, given: dict[str, Any]) -> Answer:
        words = str(given.get("text") or "")
        if not words.strip():
            return refuse(400, "Bad Request: message text is empty")
        if utf16_units(words) > TEXT_MOST:
            return refuse(400, "Bad Request: message is too long")
        markup = given.get("reply_markup") or {}
        rows = markup.get("inline_keyboard", [])
        buttons = tuple(
            (item["text"], item["callback_data"])
            for row in rows
            for item in row
            if "callback_data" in item
        )
        if any(not 1 <= len(data.encode()) <= DATA_BYTES_MOST for _text, data in buttons):
            return refuse(400, "Bad Request: BUTTON_DATA_INVALID")
        labels = tuple(text for text, _data in buttons)
        beside = "keyboard" in markup or "remove_keyboard" in markup
        shown = Shown(self._next(), words, buttons, labels, beside, self.clock() + self.jumped)
        self.chats.setdefault(chat, []).append(shown)
        self.version += 1
        return ok(sent_message(chat, shown))

    def _edit(self, chat: int, given: dict[str, Any]) -> Answer:
        for at, shown in enumerate(self.chats.get(chat, [])):
            if shown.id == given["message_id"]:
                if not shown.buttons:
                    return refuse(400, "Bad Request: message is not modified: same markup")
                self.chats[chat][at] = replace(shown, buttons=())
                self.version += 1
                return ok(sent_message(chat, shown))
        return refuse(400, "Bad Request: message to edit not found")
