"""Methods that put messages into chats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from telegram.constants import FileSizeLimit, MediaGroupLimit

from tests.telegram.calls import Call
from tests.telegram.entities import CAPTION_MOST, TEXT_MOST, check_length, read_text
from tests.telegram.keyboards import check_markup
from tests.telegram.refusals import Refusal, bad, forbidden
from tests.telegram.state import BotState, Message

Do = Callable[[BotState, Call], Any]

UPLOAD_MOST = int(FileSizeLimit.FILESIZE_UPLOAD)
FILES = ("photo", "document", "audio", "video", "animation", "voice", "video_note", "sticker")


def check_chat(api: BotState, chat: int | None) -> int:
    """Raises `Refusal` for a chat that the bot cannot write to."""
    if chat is None:
        raise bad("chat not found")
    if chat in api.moved:
        new = api.moved[chat]
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=new)
    if chat in api.blocked:
        raise forbidden("bot was blocked by the user")
    if chat in api.deactivated:
        raise forbidden("user is deactivated")
    if chat in api.bots:
        raise forbidden("bots can't send messages to bots")
    if chat in api.kicked:
        raise forbidden("bot was kicked from the group chat")
    if chat not in api.chats:
        raise bad("chat not found")
    return chat


def _thread(api: BotState, chat: int, call: Call) -> int | None:
    thread: int | None = call.given.get("message_thread_id")
    if thread is not None and thread not in api.topics.get(chat, set()):
        raise bad("message thread not found")
    return thread


def _put(
    api: BotState, call: Call, kind: str, words: str, entities: list[Any], content: dict[str, Any]
) -> dict[str, Any]:
    chat = check_chat(api, call.chat)
    thread = _thread(api, chat, call)
    markup = call.given.get("reply_markup")
    check_markup(markup, private=chat > 0)
    replied = (call.given.get("reply_parameters") or {}).get("message_id")
    keyboard = (markup or {}).get("inline_keyboard", [])
    message = Message(
        api.next_id(), chat, words, keyboard, kind, entities, markup, thread, content
    )
    if replied is not None and not (call.given["reply_parameters"]).get(
        "allow_sending_without_reply"
    ):
        known = {item.id for item in api.messages if item.chat == chat}
        known |= {_said_in(update, chat) for update in api.history.values()}
        if replied not in known:
            raise bad("message to be replied not found")
    api.messages.append(message)
    return api.message_json(message)


def _said_in(update: dict[str, Any], chat: int) -> int:
    message = update.get("message") or {}
    return int(message["message_id"]) if message.get("chat", {}).get("id") == chat else 0


def _message(api: BotState, call: Call) -> Any:
    words, entities = read_text(call.given)
    check_length(words, TEXT_MOST, "message text is empty", "message is too long")
    return _put(api, call, "text", words, entities, {})


def read_caption(call: Call) -> tuple[str, list[Any]]:
    words, entities = read_text(call.given, "caption", "caption_entities")
    check_length(words, CAPTION_MOST, "", "message caption is too long")
    return words, entities


def _file(kind: str) -> Do:
    def send(api: BotState, call: Call) -> Any:
        words, entities = read_caption(call)
        data = _read_file(api, call, kind, call.given.get(kind, kind))
        sent = _put(api, call, kind, words, entities, {kind: _described(api, kind, data)})
        if kind == "document":
            api.documents.append(data)
        return sent

    return send


def _read_file(api: BotState, call: Call, kind: str, named: str) -> bytes:
    key = named.removeprefix("attach://")
    if key in call.files:
        data = call.files[key]
        if len(data) > UPLOAD_MOST:
            raise Refusal(413, "Request Entity Too Large")
        if not data:
            raise bad("file must be non-empty")
        return data
    if key in api.files:
        return api.files[key]
    raise bad(f"there is no {kind} in the request")


def _described(api: BotState, kind: str, data: bytes) -> Any:
    file_id = f"sent{api.next_id()}"
    api.files[file_id] = data
    about = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(data)}
    sizes = {"width": 90, "height": 90}
    match kind:
        case "photo":
            return [about | sizes]
        case "video" | "animation":
            return about | sizes | {"duration": 1}
        case "audio" | "voice":
            return about | {"duration": 1}
        case "video_note":
            return about | {"length": 90, "duration": 1}
        case "sticker":
            flags = {"is_animated": False, "is_video": False}
            return about | sizes | flags | {"type": "regular"}
        case _:
            return about


def _group(api: BotState, call: Call) -> Any:
    media = call.given["media"]
    if (
        not int(MediaGroupLimit.MIN_MEDIA_LENGTH)
        <= len(media)
        <= int(MediaGroupLimit.MAX_MEDIA_LENGTH)
    ):
        raise bad("wrong number of messages to send")
    album = str(api.next_id())
    parts = []
    for item in media:
        words, entities = read_caption(Call(call.method, item, {}))
        data = _read_file(api, call, item["type"], item["media"])
        parts.append((item["type"], words, entities, _described(api, item["type"], data)))
    return [
        _put(api, call, kind, words, entities, {kind: shown, "media_group_id": album})
        for kind, words, entities, shown in parts
    ]


def _plain(kind: str, *fields: str) -> Do:
    def send(api: BotState, call: Call) -> Any:
        content = {name: call.given[name] for name in fields if name in call.given}
        if kind == "venue":
            place = {"latitude": content.pop("latitude"), "longitude": content.pop("longitude")}
            content["location"] = place
        return _put(api, call, kind, "", [], {kind: content})

    return send


def _action(api: BotState, call: Call) -> Any:
    check_chat(api, call.chat)
    return True


SENDING: Mapping[str, Do] = {
    "sendMessage": _message,
    **{f"send{''.join(map(str.title, kind.split('_')))}": _file(kind) for kind in FILES},
    "sendMediaGroup": _group,
    "sendLocation": _plain("location", "latitude", "longitude"),
    "sendVenue": _plain("venue", "latitude", "longitude", "title", "address"),
    "sendContact": _plain("contact", "phone_number", "first_name", "last_name"),
    "sendChatAction": _action,
}
