"""Residents who report something over Telegram while the process behind it dies, again and again.

A resident waits for each question, answers it once, and never again: what was lost then stays
lost, and shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.pictures import demo_photo
from tests.telegram.api import BotApi
from tests.telegram.waiting import until

OF_THE_RUN = re.compile(r"\bMVD-[2-9A-Z]{4,6}\b|\b[0-9]{1,2} [A-Z][a-z]+\b")
"""A report's number and a day: they differ from one run to the next."""

AREAS = ("Palermo", "Cordón", "Centro", "Aguada", "Capurro", "Prado", "Reducto", "Marconi")
PATIENCE = 600.0
"""Seconds that a resident waits for the next question, over some restarts on a busy machine."""

Act = tuple[str, str, str]
"""The question that is waited for, how it is answered (`press`, `say`, or `send` for a photo), and
with what."""

DOOR: tuple[Act, ...] = (
    ("Which language do you want?", "press", "English"),
    ("Do you agree to start?", "press", "Yes, I agree"),
)
REPORT: tuple[Act, ...] = (
    ("What would you like to do?", "press", "Report a problem"),
    ("What is the problem?", "press", "Bins"),
    ("What is the problem?", "press", "Full bin"),
    ("Tell us what you see.", "say", "{story}"),
    ("Where is it?", "say", "{area}"),
    ("Which street or corner?", "say", "{street}"),
    ("Send a photo", "send", "{photo}"),
    ("We have 1 photo", "press", "all"),
    ("When did it start?", "press", "This week"),
    ("Could it hurt someone", "press", "Not sure"),
    ("Please check.", "press", "Send it"),
)


@dataclass(slots=True)
class Resident:
    """One person and their own story, told `reports` times."""

    api: BotApi
    chat: int
    reports: int = 1
    home: int = 0
    """Where the first report is, in `AREAS`; nobody else's is near, so that none is alike."""
    story: str = "The bin of {chat} is full for the time {number}"
    heard: int = 0
    """How much of what the bot said had been there at the last act."""
    last: int = 0
    """The newest message of then."""
    told: list[str] = field(default_factory=list)

    @property
    def areas(self) -> list[str]:
        return [AREAS[(self.home + number) % len(AREAS)] for number in range(self.reports)]

    async def live(self) -> None:
        """From the first word to the last number."""
        self.act("say", "/start")
        for act in DOOR:
            await self.answer(act)
        for number in range(self.reports):
            story = self.story.format(chat=self.chat, number=number)
            self.told.append(story)
            for question, how, what in REPORT:
                street = f"Durazno {self.chat} {number}"
                said = what.format(
                    story=story, street=street, area=self.areas[number], photo=number
                )
                await self.answer((question, how, said))
        await self.hear("What would you like to do?")

    async def answer(self, act: Act) -> None:
        question, how, what = act
        await self.hear(question)
        if how == "press":
            # One question leads to another of the same words: what was heard may be the first one,
            # said twice by a death, and the buttons of the second are still to come.
            await until(lambda: self._sees(what), PATIENCE)
        self.act(how, what)

    async def hear(self, question: str) -> None:
        """Wait for a question that came after the last act."""
        await until(lambda: any(question in text for text in self._new()), PATIENCE)

    def _sees(self, label: str) -> bool:
        """Whether there is such a button since the last act: an older question, which a death has
        said twice, may still have its own."""
        shown = [message for message in self.api.newest(self.chat) if message.id > self.last]
        return any(label in button["text"] for message in shown for button in message.buttons)

    def _new(self) -> list[str]:
        return self.api.texts(self.chat)[self.heard :]

    def act(self, how: str, what: str) -> None:
        self.heard = len(self.api.texts(self.chat))
        self.last = max((message.id for message in self.api.newest(self.chat)), default=0)
        match how:
            case "press":
                self.api.press(self.chat, what)
            case "send":
                self.api.photo(self.chat, demo_photo("hole", self.chat + int(what)))
            case _:
                self.api.say(self.chat, text=what)

    def read(self) -> list[str]:
        """All that this resident read, without what differs from one person to the next."""
        areas = [rf"{area}(?:, [^\n]+)?" for area in self.areas]
        own = re.compile("|".join([*self.told, *areas, str(self.chat), OF_THE_RUN.pattern]))
        return [own.sub("…", text) for text in self.api.texts(self.chat)]


def doubled(wanted: list[str], read: list[str]) -> list[int]:
    """Where messages stand that came twice: how many came before each of them. Raises
    `AssertionError` for one that is missing or strange."""
    at = 0
    doubles = []
    before = ""
    for place, text in enumerate(read):
        if at < len(wanted) and text == wanted[at]:
            at += 1
        elif text == before:
            doubles.append(place)
        else:
            expected = wanted[at] if at < len(wanted) else "nothing more"
            raise AssertionError(f"read {text!r}, where {expected!r} was to come")
        before = text
    assert at == len(wanted), f"{wanted[at]!r} never came"
    return doubles
