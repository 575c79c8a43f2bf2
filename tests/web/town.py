"""A town in memory behind a real web chat: an inbox, and a short conversation to walk through."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.channels.web import Limits, WebChat
from bot.domain.calendar import Calendar
from bot.domain.country import Consent, Country
from bot.domain.inbound import (
    Attachment,
    Away,
    Back,
    Called,
    Command,
    Contact,
    Edit,
    Inbound,
    Location,
    Moved,
    Press,
    Text,
    Unusable,
)
from bot.domain.inbox import Entry, InboxChange
from bot.domain.messages import Message, Name
from bot.domain.operations import Ask, Button, Echo, Operation, PutOut, Tell, Wipe
from bot.domain.places import Place
from bot.i18n import Speech
from bot.i18n.languages import read_languages
from bot.keys import Keys
from tests.web.records import MemoryRecords

LOCALES = Path(__file__).parents[2] / "locales"
LANGUAGES = read_languages(LOCALES)
SECRET = "a secret of the tests, long enough to be one"


def make_country(key: str = "riverside", live: bool = True) -> Country:
    return Country(
        key=key,
        name=Message(key.title()),
        programme=Name("Riverside <Talks>"),
        organisation=Name("the & council"),
        prefix="RIV",
        timezone="Africa/Nairobi",
        region="KE",
        languages=("en", "xr"),
        organiser_languages=("en",),
        places=(Place("centre", Name("Centre")),),
        categories=(),
        emergency=(),
        help_lines=(),
        consent=Consent("1", (), Message("Do you agree?"), ()),
        calendar=Calendar(time(20), time(8), (6, 7)),
        outside=Message("That is outside."),
        place_question=Message("Where is it?"),
        level_names=(),
        live=live,
    )


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Chance:
    """Bytes that differ at every call and are the same in every run."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def __call__(self, size: int) -> bytes:
        return hashlib.shake_128(next(self._count).to_bytes(8)).digest(size)


class MemoryFiles:
    """Takes a JPEG for a photo, an Ogg file for a voice, and nothing else."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def take(self, data: bytes, declared: str) -> Attachment | Unusable:
        kinds = {b"\xff\xd8\xff": ("photo", "image/jpeg"), b"OggS": ("voice", "audio/ogg")}
        for head, (kind, media_type) in kinds.items():
            if data.startswith(head):
                name = hashlib.sha256(data).hexdigest()
                self.kept[name] = data
                return Attachment(kind, name, media_type, len(data))
        return Unusable("not_a_photo")

    def open(self, name: str) -> bytes | None:
        return self.kept.get(name)


Answer = Callable[[Inbound], Sequence[Operation]]


@dataclass
class MemoryTown:
    """Answers within the turn by `answer`; tells of what it saw in `taken`."""

    answer: Answer
    chat: WebChat | None = None
    taken: list[Inbound] = field(default_factory=list)
    inboxes: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    delay: float = 0
    _operations: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _owed: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, inbound: Inbound) -> None:
        if any(inbound.update == other.update for other in self.taken):
            return
        self.taken.append(inbound)
        owed = (*echo(inbound), *self.answer(inbound))
        task = asyncio.create_task(self._reply(inbound, owed))
        self._owed.add(task)
        task.add_done_callback(self._owed.discard)

    async def _reply(self, inbound: Inbound, operations: Sequence[Operation]) -> None:
        assert self.chat is not None
        if self.delay:
            await asyncio.sleep(self.delay)
        owed = [(f"{inbound.update}/{at}", operation) for at, operation in enumerate(operations)]
        await self.chat.send(inbound.bot, inbound.address, owed, inbound.language or "en")

    async def settled(self, bot: str, address: str, seconds: float) -> None:
        if self._owed:
            await asyncio.wait(set(self._owed), timeout=seconds)

    async def entries(self, bot: str, address: str, after: int = 0) -> list[Entry]:
        return [e for e in self.inboxes.get((bot, address), []) if e.number > after]

    async def keep(
        self, bot: str, address: str, changes: Sequence[tuple[str, InboxChange]]
    ) -> None:
        inbox = self.inboxes.setdefault((bot, address), [])
        for operation, change in changes:
            if operation in self._operations:
                continue
            self._operations.add(operation)
            match change:
                case Entry():
                    if change.conversation and not change.fleeting:
                        inbox[:] = [entry for entry in inbox if not entry.fleeting]
                    inbox.append(replace(change, number=next(self._numbers)))
                case PutOut(conversation, serial):
                    inbox[:] = [
                        replace(entry, open=False)
                        if (entry.conversation, entry.serial) == (conversation, serial)
                        else entry
                        for entry in inbox
                    ]
                case Wipe():
                    inbox.clear()

    async def wipe(self, bot: str, address: str) -> None:
        self.inboxes.pop((bot, address), None)

    async def own_data(self, bot: str, address: str) -> bytes | None:
        return b"{}" if (bot, address) in self.inboxes else None


def echo(inbound: Inbound) -> Sequence[Operation]:
    """The resident's own bubble, as a turn owes it."""
    match inbound.input:
        case Text(words):
            return (Echo(words),)
        case Press(_, serial, key):
            asked = next((ask for ask in QUESTIONS if ask.serial == serial), QUESTIONS[0])
            buttons = {button.key: button.label for button in (*asked.buttons, *asked.controls)}
            return (Echo(label=buttons[key]),) if key in buttons else ()
        case Attachment(kind, name, caption=caption):
            return (Echo(caption, media=((kind, name),)),)
        case Location():
            return (Echo(label=Message("My location")),)
        case Command() | Contact() | Unusable() | Edit() | Called() | Away() | Back() | Moved():
            return ()


def make_chat(
    town: MemoryTown,
    executor: Executor,
    *,
    countries: Sequence[Country] | None = None,
    files: MemoryFiles | None = None,
    records: MemoryRecords | None = None,
    clock: Callable[[], datetime] | None = None,
    random: Callable[[int], bytes] | None = None,
    limits: Limits | None = None,
    trusts: Callable[[str], bool] = lambda _peer: False,
    secure: bool = False,
    demo: bool = False,
) -> WebChat:
    """A web chat in front of the town, in English and in English turned around."""
    served = {country.key: country for country in countries or (make_country(),)}
    chance = random or Chance()
    chat = WebChat(
        countries=served,
        speeches={
            key: Speech(country, LOCALES, known=LANGUAGES) for key, country in served.items()
        },
        town=town,
        records=records or MemoryRecords(),
        files=files or MemoryFiles(),
        keys=Keys(SECRET, random=chance),
        executor=executor,
        clock=clock or Clock(),
        random=chance,
        limits=limits,
        trusts=trusts,
        secure=secure,
        demo=demo,
    )
    town.chat = chat
    return chat


def _button(key: str, label: str, emoji: str = "", description: str = "") -> Button:
    about = Message(description) if description else None
    return Button(key, Message(label), emoji, about)


_CONTROLS = (_button("!back", "Back", "↩️"), _button("!cancel", "Cancel"))

QUESTIONS: Sequence[Ask] = (
    Ask(
        "c1", 1, Message("May we keep what you tell us, to plan repairs here?"),
        (_button("yes", "Yes, I agree", "👍"), _button("no", "No", "👎"),
         _button("more", "Tell me more", "ℹ️")),
    ),
    Ask(
        "c1", 2, Message("What is the problem?"),
        (_button("waste", "Rubbish", "🗑️", "Bins, dumping, street cleaning"),
         _button("road", "Road or footpath", "🛣️", "Holes, broken paving"),
         _button("light", "Street light", "💡"), _button("water", "Water or drains", "💧"),
         _button("help", "Private help", "💬", "Nothing is written down")),
        (_CONTROLS[1],),
    ),
    Ask(
        "c1", 3, Message("Tell us what you see. Please do not name people."),
        (), _CONTROLS, ("text", "voice"),
    ),
    Ask(
        "c1", 4, Message("Where is it? Send your location, or pick an area."),
        (_button("north", "North bank"), _button("south", "South bank")),
        _CONTROLS, ("location", "text"),
    ),
    Ask(
        "c1", 5, Message("Send a photo if it is safe. No faces, please."),
        (), (_button("!skip", "Skip", "⏭️"), *_CONTROLS), ("photo",),
    ),
    Ask("c1", 6, Message("On which day did you see it first?"), (), _CONTROLS, ("date",)),
    Ask("c1", 7, Message("How many homes are touched by it?"), (), _CONTROLS, ("number",)),
    Ask(
        "c1", 8, Message("Please check. Is this right?"),
        (_button("send", "Send it", "✔️"), _button("change", "Change it", "✏️")),
        (_button("!cancel", "Cancel"),), (),
        ((Message("Problem"), Message("Rubbish")), (Message("In your words"), "A bin <is> & full"),
         (Message("Homes"), 12)),
    ),
)  # fmt: skip
END = Tell(Message("Thank you. Your number is RIV-7F3K. Send it any time for news."))


def walk(inbound: Inbound, places: dict[str, int]) -> Sequence[Operation]:
    """The next question for whatever is said; a number again for a wrong one."""
    at = places.get(inbound.address, 0)
    match inbound.input:
        case Command("start") if at:
            return (QUESTIONS[at - 1],)
        case Command("forget"):
            places.pop(inbound.address, None)
            return (Wipe(), Tell(Message("All of it is gone.")))
        case Command("help"):
            return (Tell(Message("Call us on 555 0100."), fleeting=True),)
        case Command("language" | "menu" | "my" | "privacy"):
            again = QUESTIONS[min(at, len(QUESTIONS)) - 1]
            return (PutOut("c1", again.serial), again)
        case Unusable(reason):
            return (Tell(Message("We cannot take that: {reason}.")(reason=reason)),)
        case Press(_, serial, _key) if serial != at:
            return (Tell(Message("That one is already answered.")),)
        case Contact() | Edit() | Called() | Away() | Back() | Moved():
            return ()
        case Press() | Text() | Location() | Attachment() | Command():
            places[inbound.address] = at + 1
            out = (PutOut("c1", at),) if at else ()
            return (*out, QUESTIONS[at] if at < len(QUESTIONS) else END)


def make_town() -> MemoryTown:
    places: dict[str, int] = {}
    return MemoryTown(lambda inbound: walk(inbound, places))
