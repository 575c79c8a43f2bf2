"""What people do in a step, put where it waits to be heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.inbound import Attachment, Command, Inbound, Input, Location, Text, Unusable
from tests.world.matters import CLOCK_ACTS, MEND
from tests.world.organisers import ACTS, CLOSES, START
from tests.world.outdoors import Outdoors, Said
from tests.world.people import WEB, Move, Resident
from tests.world.plans import Step
from tests.world.quiet import ZONE
from tests.world.served import COUNTRY
from tests.world.shots import BROKEN, GONE, SHARED, VOICE

LATE_SECONDS = 40.0
SUPERGROUP = -1_000_000_005_001
"""What the group becomes."""

LATE_PART_SECONDS = 5.0
"""A part of an album comes so much later: long after its moment is over."""

JUMP = timedelta(hours=25)


def begin(
    outdoors: Outdoors,
    people: Mapping[str, Resident],
    step: Step,
    meet: Callable[[str], None] = lambda what: None,
) -> None:
    """Everybody does what they do in this step; `meet` is told of what kind it is."""
    if step.act in {"jump", *CLOCK_ACTS}:
        meet("clock jump" if step.act == "jump" else step.act)
        now = START + outdoors.jump + timedelta(seconds=outdoors.elapsed)
        outdoors.jump += _until(step.act, now) - now
        outdoors.telegram.jumped = outdoors.jump.total_seconds()
        # By our clock whatever was to be waited for is over.
        outdoors.telegram.silence.forget()
    outdoors.began = START + outdoors.jump + timedelta(seconds=outdoors.elapsed)
    for at, doing in enumerate(step.doings):
        who = people[doing.who]
        late = LATE_SECONDS if step.late and at == len(step.doings) - 1 else 0.0
        for nth, move in enumerate(doing.moves):
            meet(move.kind)
            # Who says several things in one go has not seen the buttons of the later ones.
            _do(outdoors, who, replace(move, key="") if nth else move, late)


def _until(act: str, now: datetime) -> datetime:
    """The moment that the clock jumps to."""
    there = now.astimezone(ZONE)
    match act:
        case "night":
            at = there.replace(hour=22, minute=30)
        case "morning":
            at = there.replace(hour=10, minute=0)
        case "week":
            # A week after what was announced the day before, and not yet after what came then.
            return (there + timedelta(days=6)).replace(hour=12, minute=0)
        case "over":
            return max(CLOSES + timedelta(hours=1), now)
        case _:
            return now + JUMP
    return at if at > there else at + timedelta(days=1)


def _do(outdoors: Outdoors, who: Resident, move: Move, late: float) -> None:
    telegram, chat, language = outdoors.telegram, who.chat, who.language
    match move.kind:
        case kind if kind in ACTS:
            outdoors.mended = outdoors.mended or kind == MEND
            category = who.told[0][0] if who.told else ""
            outdoors.said.append(Said(outdoors.number(), act=kind, category=category))
        case _ if who.channel == WEB:
            outdoors.said.append(_posted(outdoors, who, move))
        case "block" | "leave" | "return":
            telegram.close(chat, move.kind)
        case "block told" | "return told":
            telegram.tell_closed(chat, move.kind.removesuffix(" told"))
        case "edit":
            telegram.edit(chat, text=move.text)
        case "edit told":
            telegram.edit(chat, move.about, text=move.text)
        case "album" | "late album":
            late = LATE_PART_SECONDS if move.kind == "late album" else 0.0
            for part, seconds in ((1, 0.0), (2, late)):
                album = {"media_group_id": f"album of {who.name}", "photo": _photo(who, part)}
                telegram.say(chat, language, seconds, **album)
        case "part":
            album = {"media_group_id": f"album of {who.name}", "photo": _photo(who, 3)}
            telegram.say(chat, language, late, **album)
        case kind if kind in FILES:
            file = FILES[kind] or f"{kind} of {who.name}"
            if kind == "voice":
                voice = {**_FILE, "file_id": file, "duration": 2, "mime_type": "audio/ogg"}
                telegram.say(chat, language, late, voice=voice)
            else:
                caption = {"caption": move.text} if move.text else {}
                telegram.say(chat, language, late, photo=[{**_FILE, "file_id": file}], **caption)
        case "live place":
            point = {"latitude": -34.9011, "longitude": -56.1645, "live_period": 900}
            telegram.say(chat, language, late, location=point)
            # Telegram tells of a move only after what moved: one after it would confirm both.
            telegram.edit(chat, late=late, location={**point, "latitude": -34.9})
        case "call" | "call in supergroup":
            whole = {"type": "bot_command", "offset": 0, "length": len(move.text)}
            where = chat if move.kind == "call" else SUPERGROUP
            telegram.say(where, language, late, text=move.text, entities=[whole])
        case "become supergroup":
            telegram.say(chat, language, late, migrate_to_chat_id=SUPERGROUP)
            telegram.say(SUPERGROUP, language, late, migrate_from_chat_id=chat)
        case "place":
            point = {"latitude": -34.9011, "longitude": -56.1645}
            telegram.say(chat, language, late, location=point)
        case "sticker":
            telegram.say(chat, language, late, sticker=_STICKER)
        case "video":
            telegram.say(chat, language, late, video=_VIDEO)
        case "old press":
            telegram.press_old(chat, language)
        case _:
            if not (move.key and telegram.press(chat, language, move.key)):
                telegram.say(chat, language, late, text=move.text)


def _posted(outdoors: Outdoors, who: Resident, move: Move) -> Said:
    number = outdoors.number()
    inbound = Inbound(
        bot=f"{COUNTRY}/web",
        country=COUNTRY,
        channel="web",
        address=f"browser of {who.name}",
        update=f"post {number}",
        input=_input(move),
        language=who.language,
        echo=True,
    )
    return Said(number, inbound)


def _input(move: Move) -> Input:
    match move.kind:
        case "place":
            return Location(-34.9011, -56.1645)
        case kind if kind in FILES:
            return Attachment("photo", "", "image/jpeg", 0, file=FILES[kind] or f"{kind} of them")
        case "sticker" | "video":
            return Unusable("video")
        case _ if move.text.startswith("/"):
            return Command(move.text[1:])
        case _:
            return Text(move.text)


FILES = {
    "photo": "",
    "shared photo": SHARED,
    "broken photo": BROKEN,
    "gone photo": GONE,
    "voice": VOICE,
}
"""What is sent by each of these moves, as Telegram calls it; nothing where it is one's own."""


def _photo(who: Resident, part: int) -> list[dict[str, Any]]:
    return [{**_FILE, "file_id": f"part {part} of {who.name}"}]


_FILE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
_STICKER = {**_FILE, "type": "regular", "is_animated": False, "is_video": False}
_VIDEO = {**_FILE, "duration": 1}
