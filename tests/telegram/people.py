"""What people do at Telegram: write, press, send, edit, block, and move their groups."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram.state import DATE, BotState


class People(BotState):
    """The people's side. Each method gives the id of the update it makes, unless it says else."""

    def say(self, chat: int, *, language: str = "en", kind: str = "private", **what: Any) -> int:
        """Somebody writes; the update's id."""
        return self.queue({"message": self._message(chat, language, kind, what)})

    def _message(
        self, chat: int, language: str, kind: str, what: dict[str, Any]
    ) -> dict[str, Any]:
        room = {"id": chat, "type": kind}
        room |= {"first_name": "A <3"} if kind == "private" else {"title": "<Ward 4>"}
        self.chats.setdefault(chat, room)
        message: dict[str, Any] = {
            "message_id": self.next_id(),
            "date": DATE,
            "chat": room,
            "from": {"id": abs(chat), "is_bot": False, "first_name": "A <3"},
            **what,
        }
        words = str(what.get("text", ""))
        command = re.match(r"/[a-zA-Z0-9_]{1,32}(@\w+)?", words)
        if command and "entities" not in what:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        if language and "from" in message and "language_code" not in message["from"]:
            message["from"] = {**message["from"], "language_code": language}
        return message

    def edit(self, update: int, **what: Any) -> int:
        """Somebody changes what they wrote in an earlier update."""
        old = self.history[update]
        message = old.get("message") or old["edited_message"]
        bare = {name: value for name, value in message.items() if name != "entities"}
        return self.queue({"edited_message": {**bare, "edit_date": DATE + 4, **what}})

    def press(self, chat: int, label: str, *, old: bool = False) -> int:
        """Somebody presses the newest button with that in its label. With `old` Telegram has
        forgotten the message but for its place."""
        for message in self.newest(chat):
            for button in message.buttons:
                if label in button["text"]:
                    return self.press_data(chat, message.id, button["callback_data"], old=old)
        raise AssertionError(f"there is no button {label!r} to press")

    def press_data(self, chat: int, message: int, data: str, *, old: bool = False) -> int:
        """A press with this data under a message, which may be one that never was."""
        found = [item for item in self.messages if (item.id, item.chat) == (message, chat)]
        shown = (
            {
                "message_id": message,
                "date": 0,
                "chat": self.chats.get(chat, {"id": chat, "type": "private"}),
            }
            if old or not found
            else self.message_json(found[0])
        )
        query = str(self.next_id())
        self.queries.add(query)
        return self.queue(
            {
                "callback_query": {
                    "id": query,
                    "from": {"id": abs(chat), "is_bot": False, "first_name": "A"},
                    "chat_instance": "x",
                    "data": data,
                    "message": shown,
                }
            }
        )

    def tap(self, chat: int, label: str, **what: Any) -> int:
        """Somebody taps a button in place of their letters: it says its label, or what is given
        (`location`, `contact`) where it asks for that."""
        for message in self.newest(chat):
            for row in (message.markup or {}).get("keyboard", []):
                for button in row:
                    if label in button["text"]:
                        asks = [name for name in button if name.startswith("request_")]
                        assert bool(asks) == bool(what), f"{label!r} asks for {asks}"
                        return self.say(chat, **(what or {"text": button["text"]}))
        raise AssertionError(f"there is no button {label!r} to tap")

    def follow_link(self, chat: int, payload: str) -> int:
        """Somebody opens `t.me/<bot>?start=<payload>` and presses Start."""
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload), "Telegram drops such a payload"
        return self.say(chat, text=f"/start {payload}")

    def photo(self, chat: int, data: bytes, size: int | None = None, **what: Any) -> int:
        file_id = self.keep_file(data, size)
        sizes = [
            {"file_id": f"{file_id}s", "file_unique_id": "s", "width": 9, "height": 9},
            {
                "file_id": file_id, "file_unique_id": "l", "width": 900, "height": 900,
                "file_size": len(data) if size is None else size,
            },
        ]  # fmt: skip
        return self.say(chat, photo=sizes, **what)

    def keep_file(self, data: bytes, size: int | None = None) -> str:
        """Lay a file down at Telegram; its id."""
        file_id = f"file{self.next_id()}"
        self.files[file_id] = data
        if size is not None:
            self.sizes[file_id] = size
        return file_id

    def block(self, chat: int) -> int:
        """Somebody stops the bot."""
        self.blocked.add(chat)
        return self._member(chat, "member", "kicked")

    def unblock(self, chat: int) -> int:
        self.blocked.discard(chat)
        return self._member(chat, "kicked", "member")

    def _member(self, chat: int, before: str, after: str) -> int:
        def member(status: str) -> dict[str, Any]:
            more = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.me(), "status": status, **more}

        return self.queue(
            {
                "my_chat_member": {
                    "chat": self.chats.get(chat, {"id": chat, "type": "private"}),
                    "from": {"id": abs(chat), "is_bot": False, "first_name": "A"},
                    "date": DATE,
                    "old_chat_member": member(before),
                    "new_chat_member": member(after),
                }
            }
        )

    def upgrade_group(self, old: int, new: int) -> tuple[int, int]:
        """A group becomes a supergroup: both messages that tell of it, in their usual order."""
        self.moved[old] = new
        first = self.say(old, kind="group", migrate_to_chat_id=new)
        return first, self.say(new, kind="supergroup", migrate_from_chat_id=old)

    def jump(self, to: int) -> None:
        """The next update's id begins anew, as after a quiet week."""
        self._update_ids = to - 1

    def message_of(self, update: int) -> int:
        """The id of the message that an update brought."""
        found = self.history[update]
        [kind] = [name for name in found if name != "update_id"]
        return int(found[kind]["message_id"])
