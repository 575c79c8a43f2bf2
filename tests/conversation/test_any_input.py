"""Nothing is met with silence: whatever two residents do, over the real house, is answered."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.words import CONTROL_WORDS
from bot.domain.inbound import (
    Attachment,
    Command,
    Input,
    Location,
    Press,
    Text,
    Unusable,
)
from bot.domain.messages import Label
from bot.domain.operations import Ask, Echo, Operation, PutOut, Tell
from bot.domain.owed import load_operation
from bot.domain.places import walk
from bot.domain.reports import Status
from bot.services import upkeep
from bot.services.moderation import Change, change_report
from storage import outbox, reports
from tests.examples import examples
from tests.houses import SmallHouse, small_house

ODD_WORDS = (
    "1", "2", "٣", "²", "yes", "send it", "a story of some words", "x" * 4100, "", "\x00",
    "\ud800 a", "👍🏿", "✅", "MVD-2222", "mvd 2222?", "stop 12", "STOP.", "\u202e\u200b", "zzzz",
)  # fmt: skip
COMMANDS = (
    "start", "language", "stop", "mydata", "menu", "forget", "private", "skip", "back", "cancel",
    "repeat", "nonsense",
)  # fmt: skip


@dataclass(slots=True)
class Crowd:
    """Two residents of one country, and what each was asked so far."""

    house: SmallHouse
    country: str
    chance: random.Random
    asked: dict[str, list[Ask]] = field(default_factory=lambda: {"ana": [], "beto": []})

    def hear(self) -> dict[str, list[Operation]]:
        heard: dict[str, list[Operation]] = {"ana": [], "beto": []}
        rows = self.house.database.write_now(outbox.claim, self.house.now, 1000)
        self.house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
        for row in rows:
            who = self.house.keys.open("address", row.cipher, row.key_id, row.bot.encode())
            operation = load_operation(msgspec.json.decode(row.payload))
            heard[who.decode()].append(operation)
            if isinstance(operation, Ask):
                self.asked[who.decode()].append(operation)
        return heard

    def words(self) -> str:
        """Something to type: a word that works anywhere, a label, a place, or something odd."""
        country, speech = self.house.countries[self.country], self.house.speeches[self.country]
        labels: list[Label] = [
            *CONTROL_WORDS.values(),
            *(category.label for category in country.categories_by_key().values()),
            *(place.name for place in walk(country.places)),
        ]
        if self.chance.random() < 0.4:
            return self.chance.choice(ODD_WORDS)
        spelled = sorted(speech.labels(self.chance.choice(labels)))
        return self.chance.choice(self.chance.choice(spelled).split("|"))

    def sensible(self, ask: Ask) -> Input:
        """Something that the newest question may be waiting for."""
        keys = [button.key for button in ask.buttons]
        if "photo" in ask.wants and self.chance.random() < 0.4:
            return self.photo()
        if keys:
            likely = "send" if "send" in keys else "yes" if "more" in keys else None
            key = likely if likely and self.chance.random() < 0.8 else self.chance.choice(keys)
            return Press(ask.conversation, ask.serial, key)
        if "text" in ask.wants:
            return Text("there is water everywhere")
        return Press(ask.conversation, ask.serial, "!skip")

    def photo(self) -> Attachment:
        caption = self.chance.choice(("", "it leaks"))
        name = self.chance.choice("abc") * 64
        # Each of an album of its own: of one album only the first late part is answered.
        album = self.chance.choice(("", f"album {self.chance.random()}"))
        return Attachment("photo", name, "image/jpeg", 9, album=album, caption=caption)

    def anything(self, who: str) -> Input:
        chance, asked = self.chance, self.asked[who]
        if asked and chance.random() < 0.6:
            return self.sensible(asked[-1])
        match chance.randrange(8):
            case 0 | 1 if asked:
                ask = chance.choice(asked)
                buttons = [*ask.buttons, *ask.controls]
                if buttons:
                    return Press(ask.conversation, ask.serial, chance.choice(buttons).key)
                return Text("words", ask.conversation, ask.serial)
            case 2:
                return self.photo()
            case 3:
                seconds = chance.choice((0.5, 5.0, None))
                return Attachment("voice", "v" * 64, "audio/ogg", 9, seconds)
            case 4:
                return chance.choice((Location(-34.9061, -56.1851), Location(0.467, 35.967)))
            case 5:
                return Command(chance.choice(COMMANDS), chance.choice(("", "en", "es", "xx")))
            case 6:
                return Unusable(chance.choice(("too_large", "video", "of a kind not known")))
            case _:
                return Text(self.words())

    def organise(self) -> None:
        """An organiser changes some report to any status, as far as that is allowed."""
        for row in self.house.database.write_now(reports.list_reports)[:1]:
            change = Change(self.chance.choice(list(Status)), None, None)
            begin = self.house.conversations.begin
            self.house.database.write_now(
                change_report, self.house.outside, "organiser", row.code, change, begin
            )
        self.hear()

    def wait(self) -> None:
        self.house.later(hours=self.chance.choice((1, 30, 170)))
        while self.house.database.write_now(upkeep.do_due, self.house.outside):
            pass
        self.hear()

    def check(self, said: list[Operation]) -> None:
        """What was said can be shown in every language, and be pressed."""
        speech = self.house.speeches[self.country]
        for language in self.house.countries[self.country].languages:
            for operation in said:
                match operation:
                    case Tell(line):
                        assert speech.text(line, language)
                    case Ask():
                        buttons = [*operation.buttons, *operation.controls]
                        texts = [speech.text(button.label, language) for button in buttons]
                        assert all(texts)
                        assert speech.text(operation.line, language)
                        assert len({button.key for button in buttons}) == len(buttons)
                    case _:
                        continue


@examples(12)
@given(st.integers(0, 2**32))
def test_whatever_residents_do_is_answered(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        for house in small_house(Path(folder)):
            crowd = Crowd(house, chance.choice(sorted(house.countries)), chance)
            languages = house.countries[crowd.country].languages
            for _turn in range(40):
                who = chance.choice(("ana", "ana", "ana", "beto"))
                match chance.randrange(20):
                    case 0:
                        crowd.organise()
                    case 1:
                        crowd.wait()
                    case _:
                        input = crowd.anything(who)
                        house.take(input, who=who, country=crowd.country, language=languages[-1])
                        heard = crowd.hear()[who]
                        said: list[Operation] = [
                            item for item in heard if not isinstance(item, Echo | PutOut)
                        ]
                        assert said, f"{input} was met with silence"
                        crowd.check(said)
