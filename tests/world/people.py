"""The residents of a town, and what each of them does from the door to the end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

TELEGRAM, WEB = "telegram", "web"

WORDS = (
    "The bin on the corner is full since Friday",
    "Vidrio roto 🙂 al lado del tacho, cuidado",
    "5 < 6 & </b> {0} %s",
    "Hay un\x00pozo y olor",
    "x" * 300,
)

CATEGORIES = (("bins", "full_bin", "full bin"), ("street", "dead_animal", "dead animal"))
HAZARD = ("bins", "burning_bin", "burning bin")


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody does once: presses the button `key` where there is one, else says `text`."""

    text: str = ""
    key: str = ""
    kind: str = "say"
    """`say`; what else people do, see `acting`; `planned`, `done` and `again` are an organiser's,
    about this resident's report, as the team's own acts are."""
    if_asked: str = ""
    """Done only where the newest question has a button of that key: a release may have dropped
    the question."""
    after: tuple[str, ...] = ()
    """What must have been done by others before."""
    sets: str = ""
    """What others may wait for."""
    about: str = ""
    """The first word of the message that is changed."""
    casts: str = ""
    """What is put into a vote with it."""
    alone: bool = False
    """Nobody else does anything meanwhile: others would see it or not, as it comes."""


@dataclass(slots=True)
class Resident:
    """One person: where they write, what they will do, and what must come of it."""

    name: str
    channel: str
    chat: int
    language: str
    moves: list[Move] = field(default_factory=list)
    door: int = 0
    """So many moves lead to the menu."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """Category and a mark in the words of each report that is sent."""
    edited: list[str] = field(default_factory=list)
    """Marks of words that were changed after they had been sent."""
    marks: list[str] = field(default_factory=list)
    """Words of theirs that nobody else says."""
    forgets: bool = False


def settle(chance: random.Random, steady: bool) -> list[Resident]:
    """Two or three people of one town, on both channels, in two languages. `steady`: no
    release changes what they are asked."""
    channels = chance.choice(
        ((TELEGRAM, WEB), (WEB, TELEGRAM), (TELEGRAM, TELEGRAM), (TELEGRAM, WEB, TELEGRAM))
    )
    people = []
    for at, (name, channel) in enumerate(zip(("ana", "beto", "celia"), channels, strict=False)):
        who = Resident(name, channel, 7_000_000_001 + at, chance.choice(("es", "en")))
        _come_in(chance, who)
        if at < len(CATEGORIES):
            _report(chance, who, at, steady)
        _go_on(chance, who)
        people.append(who)
    return people


def _come_in(chance: random.Random, who: Resident) -> None:
    who.moves.append(Move("/start"))
    own = {"es": "español", "en": "English"}[who.language]
    who.moves.append(Move(own, who.language))
    if chance.random() < 0.2:
        who.moves.append(Move("tell me more", "more"))
    who.moves.append(Move("yes", "yes"))
    who.door = len(who.moves)


def _report(chance: random.Random, who: Resident, at: int, steady: bool) -> None:
    """One report. Each resident has a category of their own: nothing is similar by chance. While
    a release may come no question is asked that it drops, and nothing is asked again."""
    hazard = at == 0 and chance.random() < 0.4
    group, category, label = HAZARD if hazard else CATEGORIES[at]
    chosen = _either(chance, [Move(group, group), Move(label, category)], [Move(label)])
    say = who.moves
    say.append(Move("report", "report"))
    say += chosen
    if chance.random() < 0.2:
        say += [Move("back", "!back"), *_either(chance, chosen, [Move(label)])]
    phone = who.channel == TELEGRAM
    spoken = steady and phone and chance.random() < 0.2
    mark = ""
    if spoken:
        say.append(Move(kind="voice"))
    else:
        mark = _told(chance, who, steady and phone)
    if chance.random() < 0.2:
        say += _either(chance, [Move("English"), Move("español")], [Move("/language"), Move("en")])
    if chance.random() < 0.5:
        say.append(Move(kind="place"))
    else:
        say += [Move("Palermo"), Move("skip", "!skip")]
    if chance.random() < 0.3:
        say.append(Move(kind=chance.choice(("sticker", "video"))))
    shown = _shown(chance, who) if steady else [Move("skip", "!skip", if_asked="!skip")]
    say += shown
    if spoken:
        # What stands under a photo is of the story, which has no other words.
        mark = next((move.text for move in shown if move.text and move.kind == "photo"), "")
    say.append(Move("2", "week", if_asked="week"))
    if not hazard:
        say.append(Move("no", "no", if_asked="unsure"))
    changed = steady and not spoken and chance.random() < 0.3
    if changed:
        mark = mark_of(chance, who, "hornero")
        say += [Move("change it", "change"), Move("what you told us", "edit:story"), Move(mark)]
    say.append(Move("send it", "send"))
    # A release since the review was shown: it is shown anew, and has to be answered again.
    say.append(Move("send it", "send", if_asked="send"))
    who.told.append((category, mark))
    if any(move.kind == "late album" for move in say):
        # The second is one too many.
        say += [Move(kind="part")] * chance.choice((1, 2))
    if phone and not spoken and chance.random() < 0.4:
        _edit(chance, who, mark)


def _told(chance: random.Random, who: Resident, may_change: bool) -> str:
    """The words of a report, which may be changed in the chat before it is sent. Their mark."""
    mark = mark_of(chance, who, "zorzal")
    who.moves.append(Move(f"{mark} {chance.choice(WORDS)}"))
    if may_change and chance.random() < 0.3:
        before, mark = mark, mark_of(chance, who, "hornero")
        who.moves.append(Move(f"{mark} it is two bins", kind="edit told", about=before))
    return mark


def _edit(chance: random.Random, who: Resident, mark: str) -> None:
    """Change the words of a report that is sent, once or twice: the newest are kept beside it."""
    changed = ""
    for _time in range(chance.choice((1, 1, 2))):
        changed = mark_of(chance, who, "benteveo")
        who.moves.append(Move(f"{changed} and now it is three", kind="edit told", about=mark))
    who.edited.append(changed)


def _shown(chance: random.Random, who: Resident) -> list[Move]:
    """What is done where photos are asked for."""
    done = Move("that is all", "done")
    if who.channel != TELEGRAM:
        kind = chance.choice(("photo", "shared photo", "broken photo"))
        after = Move("skip", "!skip") if kind == "broken photo" else done
        return chance.choice(([Move("skip", "!skip")], [Move(kind=kind), after]))
    return chance.choice(
        (
            [Move("skip", "!skip")],
            [Move(mark_of(chance, who, "tijereta"), kind="photo"), done],
            [Move(kind="shared photo"), done],
            [Move(kind="photo"), Move(kind="shared photo"), done],
            [Move(kind="broken photo"), Move(kind="photo"), done],
            [Move(kind="photo"), Move(kind="gone photo"), done],
            [Move(kind="gone photo"), Move("skip", "!skip")],
            [Move(kind="album"), done],
            [Move(kind="late album"), done],
        )
    )


def mark_of(chance: random.Random, who: Resident, bird: str) -> str:
    mark = f"{bird}{who.name}{chance.randrange(1000)}"
    who.marks.append(mark)
    return mark


def _go_on(chance: random.Random, who: Resident) -> None:
    """What people do beside and after it, and what organisers do about it."""
    mark = f"tero{who.name}"
    beside: list[list[Move]] = [
        [Move("private help", "private"), Move("1", "done")],
        [Move("my things", "my"), Move("menu")],
        [Move("a person"), Move(f"{mark} please")],
        [Move("stop"), Move("start")],
        [Move("help", "help"), Move("privacy", "privacy")],
    ]
    if who.channel == TELEGRAM:
        beside += [
            [Move(kind=chance.choice(("block", "leave"))), Move(kind="return"), Move("menu")],
            [Move(kind="old press")],
        ]
    if who.told:
        beside += [
            [Move(kind="planned"), Move(kind="again")],
            [Move(kind="done")],
            [Move(kind="done"), Move("yes", "yes")],
            [Move(kind="done"), Move("no", "no"), Move("skip", "!skip")],
            [
                Move("my things", "my"),
                Move("1", "*"),
                Move("take it back", "no"),
                Move("yes", "yes"),
            ],
        ]
    if who.channel == TELEGRAM and who.told:
        away = chance.choice(("block", "leave"))
        beside += [[Move(kind=away), Move(kind="planned"), Move(kind="return")]] * 2
    for chunk in chance.sample(beside, chance.choice((0, 1, 1, 2))):
        who.moves += chunk
        if chunk[0].text == "a person":
            who.marks.append(mark)
    if chance.random() < 0.3:
        who.moves += [Move("forget me"), Move("yes", "yes")]
        who.forgets = True


def _either(chance: random.Random, one: Sequence[Move], other: Sequence[Move]) -> Sequence[Move]:
    return one if chance.random() < 0.6 else other
