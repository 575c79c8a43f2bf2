"""Each kind of update is decided, and means what its sender meant."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.enums import ContentType
from aiogram.types import Update

from bot.domain.files import PHOTO_BYTES_MOST
from bot.domain.inbound import Attachment, Command, Contact, Location, Text, Unusable
from bot.handlers.kinds import KINDS, NOT_ASKED_FOR, REFUSED, SERVICE, TAKEN
from bot.handlers.updates import Said, read_update

ANA = 7_000_000_001
LISTED = {kind.value for kind in ContentType} - {"any"}


def message(**what: Any) -> Update:
    """A private message that holds this."""
    return Update.model_validate(
        {
            "update_id": 1,
            "message": {
                "message_id": 9,
                "date": 1_764_000_000,
                "chat": {"id": ANA, "type": "private"},
                "from": {"id": ANA, "is_bot": False, "first_name": "Ana <3"},
                **what,
            },
        }
    )


def meant(**what: Any) -> Any:
    said = read_update(message(**what))
    return None if said is None else said.what


def test_each_field_of_an_update_is_asked_for_or_has_a_reason_not_to_be() -> None:
    fields = set(Update.model_fields) - {"update_id"}
    assert set(KINDS) | NOT_ASKED_FOR.keys() == fields
    assert not set(KINDS) & NOT_ASKED_FOR.keys()


def test_each_content_type_is_decided_once() -> None:
    assert LISTED
    decided = [*TAKEN, *REFUSED, *SERVICE]
    assert sorted(decided) == sorted(LISTED)


FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 7}
SIZES = [
    {**FILE, "file_id": "small", "width": 9, "height": 9},
    {**FILE, "file_id": "large", "width": 900, "height": 900},
]
PLACE = {"latitude": -34.9, "longitude": -56.2}
LIVE = {**PLACE, "live_period": 900, "horizontal_accuracy": 5.0, "heading": 10}


def photo(file: str, type: str = "image/jpeg", size: int = 7, **more: Any) -> Attachment:
    return Attachment("photo", "", type, size, file=file, position=9, **more)


def voice(type: str, seconds: float) -> Attachment:
    return Attachment("voice", "", type, 7, seconds, file="f", position=9)


@pytest.mark.parametrize(
    ("what", "means"),
    [
        ({"text": "hello"}, Text("hello")),
        ({"text": "/Report@TheBot now"}, Command("report", "now")),
        ({"text": "/"}, Text("/")),
        ({"location": PLACE}, Location(-34.9, -56.2)),
        ({"location": LIVE}, Location(-34.9, -56.2)),
        (
            {"location": PLACE, "venue": {"location": PLACE, "title": "A", "address": "B"}},
            Location(-34.9, -56.2),
        ),
        ({"photo": SIZES, "caption": "full", "media_group_id": "1"},
         photo("large", album="1", caption="full")),
        ({"live_photo": {**FILE, "width": 9, "height": 9, "duration": 2, "photo": SIZES}},
         photo("large")),
        ({"live_photo": {**FILE, "width": 9, "height": 9, "duration": 2}},
         Unusable("video", "video")),
        ({"voice": {**FILE, "duration": 4, "mime_type": "audio/ogg"}}, voice("audio/ogg", 4)),
        ({"voice": {**FILE, "duration": 120}}, voice("audio/ogg", 120)),
        ({"voice": {**FILE, "duration": 121}}, Unusable("too_long", "voice")),
        ({"audio": {**FILE, "duration": 9}}, voice("audio/mpeg", 9)),
        ({"document": {**FILE, "mime_type": "image/heic"}}, photo("f", "image/heic")),
        ({"document": {**FILE, "mime_type": "application/octet-stream", "file_name": "A.HEIC"}},
         photo("f", "image/heic")),
        ({"document": {**FILE, "mime_type": "image/png", "file_size": PHOTO_BYTES_MOST}},
         photo("f", "image/png", size=PHOTO_BYTES_MOST)),
        ({"document": {**FILE, "mime_type": "image/png", "file_size": PHOTO_BYTES_MOST + 1}},
         Unusable("too_large", "photo")),
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]},
         photo("f", size=0)),
        ({"document": {**FILE, "mime_type": "application/pdf"}}, Unusable("document", "file")),
        ({"document": {**FILE, "mime_type": "video/mp4"}}, Unusable("video", "file")),
        ({"document": FILE}, Unusable("document", "file")),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
         Unusable("video", "video")),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, Unusable("video", "video")),
        (
            {
                "animation": {**FILE, "width": 1, "height": 1, "duration": 1},
                "document": {**FILE, "mime_type": "video/mp4"},
            },
            Unusable("video", "video"),
        ),
        ({"contact": {"phone_number": "+1", "first_name": "B", "user_id": 5}},
         Contact("")),
        ({"contact": {"phone_number": "+1", "first_name": "B"}}, Contact("")),
        ({"contact": {"phone_number": "598", "first_name": "Ana", "user_id": ANA}},
         Contact("+598")),
        ({"contact": {"phone_number": "+598", "first_name": "Ana", "user_id": ANA}},
         Contact("+598")),
        ({"dice": {"emoji": "🎲", "value": 3}}, Unusable("no answer")),
        ({"story": {"chat": {"id": 5, "type": "private"}, "id": 4}}, Unusable("no answer")),
        ({"something_of_next_year": {"id": 4}}, Unusable("no answer")),
        (
            {"text": "as he said", "forward_origin": {
                "type": "hidden_user", "sender_user_name": "Beto", "date": 1}},
            Text("as he said"),
        ),
        ({"text": "hi", "via_bot": {"id": 5, "is_bot": True, "first_name": "x"}}, Text("hi")),
    ],
)  # fmt: skip
def test_a_message_means_what_its_sender_meant(what: dict[str, Any], means: object) -> None:
    assert meant(**what) == means


@pytest.mark.parametrize(
    "what",
    [
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": ANA, "type": "private"}}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {}},
    ],
)
def test_what_telegram_says_by_itself_is_let_be(what: dict[str, Any]) -> None:
    assert meant(**what) is None


def test_a_bot_is_no_person() -> None:
    robot = {"id": 5, "is_bot": True, "first_name": "B"}
    assert read_update(message(**{"from": robot, "text": "hi"})) is None


def test_the_language_is_passed_on_as_it_came() -> None:
    person = {"id": ANA, "is_bot": False, "first_name": "A", "language_code": "in"}
    said = read_update(message(**{"from": person, "text": "hi"}))
    assert said == Said(ANA, "in", Text("hi"), ref="9")


def test_a_press_on_a_message_that_is_too_old_to_come_along_is_a_press() -> None:
    old = {"message_id": 3, "date": 0, "chat": {"id": ANA, "type": "private"}}
    update = Update.model_validate(
        {
            "update_id": 1,
            "callback_query": {
                "id": "77",
                "from": {"id": ANA, "is_bot": False, "first_name": "A"},
                "chat_instance": "x",
                "data": "what another bot wrote",
                "message": old,
            },
        }
    )
    assert read_update(update) == Said(ANA, "", Command("repeat"), "77")


def test_a_press_under_an_inline_message_belongs_to_no_chat_of_ours() -> None:
    query = {
        "id": "77",
        "from": {"id": ANA, "is_bot": False, "first_name": "A"},
        "chat_instance": "x",
        "data": "x",
        "inline_message_id": "abc",
    }
    assert read_update(Update.model_validate({"update_id": 1, "callback_query": query})) is None
