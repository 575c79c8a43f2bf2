"""What Telegram can bring, each kind decided: taken, answered with what would be right, or let be.

A test walks aiogram's own lists and fails for a kind that nobody has decided about.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiogram.enums import ContentType as Kind

KINDS: tuple[str, ...] = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates that are asked for, by polling and by the web hook alike."""

NOT_ASKED_FOR: Mapping[str, str] = {
    "channel_post": "a channel is no person",
    "edited_channel_post": "a channel is no person",
    "business_connection": "the bot speaks for itself, never from somebody's own account",
    "business_message": "the same",
    "edited_business_message": "the same",
    "deleted_business_messages": "the same",
    "guest_message": "written in chats that the bot is not in",
    "message_reaction": "a thumb under a message is no answer to a question",
    "message_reaction_count": "the same",
    "inline_query": "nothing of a town is to be shown in other people's chats",
    "chosen_inline_result": "the same",
    "shipping_query": "nothing is sold",
    "pre_checkout_query": "nothing is sold",
    "purchased_paid_media": "nothing is sold",
    "subscription": "nothing is sold",
    "poll": "a vote is secret, and a Telegram poll is not",
    "poll_answer": "the same",
    "chat_member": "who is in a group is not ours to know",
    "chat_join_request": "the same",
    "chat_boost": "nothing hangs on it",
    "removed_chat_boost": "the same",
    "managed_bot": "the bot manages no others",
    "stopped_message_generation": "no message is sent while it is still being written",
}

TAKEN = frozenset(
    {
        Kind.TEXT,
        Kind.LOCATION,
        Kind.VENUE,
        Kind.CONTACT,
        Kind.PHOTO,
        Kind.LIVE_PHOTO,
        Kind.VOICE,
        Kind.AUDIO,
        Kind.DOCUMENT,
    }
)
"""Content that is an answer, or may be one."""

VIDEOS = frozenset({Kind.VIDEO, Kind.VIDEO_NOTE, Kind.ANIMATION})
"""Files that are never taken. That there was one is kept, as with any file that is not."""

FILES = frozenset({Kind.PHOTO, Kind.LIVE_PHOTO, Kind.VOICE, Kind.AUDIO, Kind.DOCUMENT, *VIDEOS})

REFUSED: Mapping[str, str] = {
    Kind.VIDEO: "video",
    Kind.VIDEO_NOTE: "video",
    Kind.ANIMATION: "video",
    Kind.STICKER: "no answer",
    Kind.DICE: "no answer",
    Kind.GAME: "no answer",
    Kind.POLL: "no answer",
    Kind.STORY: "no answer",
    Kind.CHECKLIST: "no answer",
    Kind.PAID_MEDIA: "no answer",
    Kind.GIVEAWAY: "no answer",
    Kind.GIVEAWAY_WINNERS: "no answer",
    Kind.INVOICE: "no answer",
    Kind.GIFT: "no answer",
    Kind.UNIQUE_GIFT: "no answer",
    Kind.RICH_MESSAGE: "no answer",
    Kind.PASSPORT_DATA: "no answer",
    Kind.WEB_APP_DATA: "no answer",
    Kind.USERS_SHARED: "no answer",
    Kind.USER_SHARED: "no answer",
    Kind.CHAT_SHARED: "no answer",
    # What a newer Telegram brings is answered too: somebody may have meant it for us.
    Kind.UNKNOWN: "no answer",
}
"""What somebody sends that is no answer, and the reason code of what they are told."""

SERVICE = frozenset(
    {
        Kind.NEW_CHAT_MEMBERS,
        Kind.LEFT_CHAT_MEMBER,
        Kind.CHAT_OWNER_LEFT,
        Kind.CHAT_OWNER_CHANGED,
        Kind.NEW_CHAT_TITLE,
        Kind.NEW_CHAT_PHOTO,
        Kind.DELETE_CHAT_PHOTO,
        Kind.GROUP_CHAT_CREATED,
        Kind.SUPERGROUP_CHAT_CREATED,
        Kind.CHANNEL_CHAT_CREATED,
        Kind.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
        Kind.MIGRATE_TO_CHAT_ID,
        Kind.MIGRATE_FROM_CHAT_ID,
        Kind.PINNED_MESSAGE,
        Kind.SUCCESSFUL_PAYMENT,
        Kind.REFUNDED_PAYMENT,
        Kind.GIFT_UPGRADE_SENT,
        Kind.CONNECTED_WEBSITE,
        Kind.WRITE_ACCESS_ALLOWED,
        Kind.PROXIMITY_ALERT_TRIGGERED,
        Kind.BOOST_ADDED,
        Kind.CHAT_BACKGROUND_SET,
        Kind.CHECKLIST_TASKS_DONE,
        Kind.CHECKLIST_TASKS_ADDED,
        Kind.DIRECT_MESSAGE_PRICE_CHANGED,
        Kind.FORUM_TOPIC_CREATED,
        Kind.FORUM_TOPIC_EDITED,
        Kind.FORUM_TOPIC_CLOSED,
        Kind.FORUM_TOPIC_REOPENED,
        Kind.GENERAL_FORUM_TOPIC_HIDDEN,
        Kind.GENERAL_FORUM_TOPIC_UNHIDDEN,
        Kind.GIVEAWAY_CREATED,
        Kind.GIVEAWAY_COMPLETED,
        Kind.MANAGED_BOT_CREATED,
        Kind.PAID_MESSAGE_PRICE_CHANGED,
        Kind.POLL_OPTION_ADDED,
        Kind.POLL_OPTION_DELETED,
        Kind.SUGGESTED_POST_APPROVED,
        Kind.SUGGESTED_POST_APPROVAL_FAILED,
        Kind.SUGGESTED_POST_DECLINED,
        Kind.SUGGESTED_POST_PAID,
        Kind.SUGGESTED_POST_REFUNDED,
        Kind.VIDEO_CHAT_SCHEDULED,
        Kind.VIDEO_CHAT_STARTED,
        Kind.VIDEO_CHAT_ENDED,
        Kind.VIDEO_CHAT_PARTICIPANTS_INVITED,
        Kind.COMMUNITY_CHAT_ADDED,
        Kind.COMMUNITY_CHAT_REMOVED,
        Kind.COMMUNITY_CHAT_JOINED,
    }
)
"""What Telegram says by itself about a chat. Nobody is waiting for an answer."""
