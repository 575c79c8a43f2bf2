"""What a town has beside reports: an idea, a vote, an announcement; who does what about it, and
what the organisers' team does in between."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.world.people import TELEGRAM, WEB, Move, Resident, mark_of

IDEA, VOTE, ANNOUNCEMENT = "idea", "vote", "announcement"

MATTERS: tuple[tuple[str, ...], ...] = (
    (), (), (), (IDEA,), (VOTE,), (VOTE,), (ANNOUNCEMENT,), (ANNOUNCEMENT,), (IDEA, ANNOUNCEMENT),
)  # fmt: skip
"""What a town may be about; nothing of it stands for reports alone."""

TEAM, GROUP = "team", "group"

NEIGHBOURS = (
    ("dario", TELEGRAM, "es"),
    ("elsa", WEB, "en"),
    ("fina", TELEGRAM, "en"),
    ("gino", WEB, "es"),
    ("hilda", TELEGRAM, "es"),
)
"""Five who have agreed before it begins: a door costs more than what comes after it."""

FAILS = "words over which every turn fails"
FAILS_YET = "words over which turns fail until something is mended"
MEND = "mend"
"""What the team does about those: puts it right, and has all that was set aside tried again."""

CHOICES = ("bench", "trees", "lights")

CLOCK_ACTS = ("night", "morning", "over", "week")
"""Moves of the team's that only let time pass."""


def matters_of(seed: int) -> tuple[str, ...]:
    return random.Random(f"what about {seed}").choice(MATTERS)


def neighbours() -> list[Resident]:
    """All five, as they stand at the beginning: nobody has anything to do yet."""
    return [
        Resident(name, channel, 8_000_000_001 + at, language)
        for at, (name, channel, language) in enumerate(NEIGHBOURS)
    ]


def settle_about(chance: random.Random, matters: tuple[str, ...]) -> list[Resident]:
    """The five and the team, with all that they do about the town's matters."""
    people = neighbours()
    team = Resident(TEAM, "", 0, "es")
    active = chance.sample(people, 3)
    if IDEA in matters:
        _about_an_idea(chance, active, team)
    if VOTE in matters:
        _about_a_vote(chance, active, team)
    if ANNOUNCEMENT in matters:
        # Who has blocked the bot says nothing more.
        idle = [who for who in people if who not in active and who.channel == TELEGRAM]
        _about_an_announcement(chance, people, idle, team)
        if chance.random() < 0.6:
            _about_another(chance, people, team)
    for who in active:
        _beside(chance, who)
    failed = tuple(move.sets for who in active for move in who.moves if move.text == FAILS_YET)
    if failed:
        team.moves.append(Move(kind=MEND, after=failed))
    if chance.random() < 0.4:
        people.append(_group())
    # What it does may reach everybody.
    team.moves = [replace(move, alone=True) for move in team.moves]
    return [*people, team]


def _about_an_idea(chance: random.Random, active: list[Resident], team: Resident) -> None:
    author, first, second = active
    author.moves += [
        Move("ideas", "ideas"),
        Move("propose an idea", "propose"),
        Move("compost", "compost"),
        Move(f"{mark_of(chance, author, 'zorzal')} a shared oven <b>&"),
        *_changed(chance, author),
        Move("Palermo"),
        Move("skip", "!skip", if_asked="!skip"),
        Move("small or medium", "small"),
        Move("skip", "!skip"),
        Move("without my name", "no"),
        Move("send it", "send", sets="proposed"),
    ]
    team.moves.append(Move(kind="publish idea", after=("proposed",), sets="published"))
    said = []
    for who in (first, second):
        read = [
            Move("ideas", "ideas", after=("published",)),
            Move("the newest", "new"),
            Move("1", "*"),
            Move("support it", "back", sets=f"{who.name} backed"),
        ]
        if who is first and chance.random() < 0.6:
            words = Move(f"{mark_of(chance, who, 'hornero')} I help", sets="commented")
            read += [Move("say something", "comment"), words]
            said.append("commented")
        who.moves += [*read, Move("menu")]
    if said:
        team.moves.append(Move(kind="publish comment", after=tuple(said)))
    backed = (f"{first.name} backed", f"{second.name} backed")
    team.moves.append(Move(kind="begin idea", after=backed))
    if chance.random() < 0.5:
        team.moves.append(Move(kind="decline idea" if chance.random() < 0.3 else "end idea"))


def _changed(chance: random.Random, who: Resident) -> list[Move]:
    """Words that are changed in the chat before they are sent."""
    if who.channel != TELEGRAM or chance.random() < 0.5:
        return []
    return [Move(f"{mark_of(chance, who, 'hornero')} an oven for all", kind="edit")]


def _about_a_vote(chance: random.Random, active: list[Resident], team: Resident) -> None:
    team.moves.append(Move(kind="open vote", sets="vote open"))
    voted = []
    for who in active:
        turns = chance.choice((1, 1, 2))
        for turn in range(turns):
            choice = chance.choice(CHOICES)
            done = f"{who.name} voted {turn}"
            who.moves += [
                Move("vote", "vote", after=("vote open",)),
                Move(choice, choice),
                Move("send it", "send", casts=choice, sets=done),
            ]
            voted.append(done)
    how = chance.choice(("over", "close vote", "close vote", "withdraw vote"))
    waits = tuple(voted) if chance.random() < 0.7 else ()
    team.moves.append(Move(kind=how, after=waits))
    if how != "withdraw vote":
        team.moves.append(Move(kind="publish vote", sets="result"))
        chance.choice(active).moves.append(Move("vote", "vote", after=("result",)))


def _about_an_announcement(
    chance: random.Random, people: list[Resident], idle: list[Resident], team: Resident
) -> None:
    """By day at once; by night only in the morning, whatever happens until then."""
    if chance.random() < 0.4:
        team.moves.append(Move(kind="announce", sets="announced"))
        if idle and chance.random() < 0.4:
            away = chance.choice(idle)
            away.moves.append(Move(kind="block", sets="blocked"))
            team.moves[-1] = replace(team.moves[-1], after=("blocked",))
        return
    team.moves += [Move(kind="night"), Move(kind="announce", sets="announced")]
    waits = []
    for who in chance.sample(people, chance.choice((0, 1, 2))):
        does: list[Move] = chance.choice(
            (
                [Move("stop"), Move("start")],
                [Move("stop")],
                [Move("forget me"), Move("yes", "yes", alone=True)],
                [Move("menu")],
            )
        )
        who.forgets = who.forgets or does[0].text == "forget me"
        does[0] = replace(does[0], after=("announced",))
        does[-1] = replace(does[-1], sets=f"{who.name} acted")
        who.moves += does
        waits.append(f"{who.name} acted")
    between = chance.choice(((), ("pause", "resume"), ("pause", "resume"), ("cancel",)))
    if not between:
        team.moves.append(Move(kind="morning", after=tuple(waits)))
    elif between[0] == "cancel":
        team.moves += [Move(kind="cancel", after=tuple(waits)), Move(kind="morning")]
    else:
        team.moves += [
            Move(kind="pause"),
            Move(kind="morning", after=tuple(waits)),
            Move(kind="resume"),
        ]


def _about_another(chance: random.Random, people: list[Resident], team: Resident) -> None:
    """Another one the day after: whoever got the first waits for a week to be over."""
    waits = []
    for who in chance.sample(people, 2):
        if who.moves and who.moves[0].kind != "block" and not who.forgets:
            stopped, started = Move("stop", sets=f"{who.name} stopped"), Move("start")
            who.moves += [replace(stopped, after=("announced",))]
            waits.append(f"{who.name} stopped")
            if chance.random() < 0.6:
                who.moves.append(replace(started, after=("announced again",)))
    team.moves += [
        Move(kind="morning", after=tuple(waits)),
        Move(kind="announce again", sets="announced again"),
    ]
    if chance.random() < 0.7:
        team.moves.append(Move(kind="week"))


def _group() -> Resident:
    """A group that the bot was put into. Nobody in it becomes a resident by speaking there."""
    group = Resident(GROUP, TELEGRAM, -5_001, "es")
    group.moves = [
        Move("/start@BarazaBot", kind="call"),
        Move(kind="become supergroup"),
        Move("/help@BarazaBot", kind="call in supergroup"),
    ]
    return group


def _beside(chance: random.Random, who: Resident) -> None:
    """What people do after it."""
    if who.forgets:
        return
    if chance.random() < 0.3:
        who.moves += [Move("my things", "my"), Move("menu")]
    if who.channel == TELEGRAM:
        beside: list[list[Move]] = [
            [],
            [Move(kind="live place")],
            [Move(kind="block told"), Move(kind="return told"), Move("menu")],
            [Move(FAILS), Move("menu")],
            [Move(FAILS_YET, sets=f"{who.name} failed"), Move("menu")],
            [Move(kind="old press"), Move(kind="sticker")],
        ]
        who.moves += chance.choice(beside)
    if chance.random() < 0.25:
        who.moves += [Move("forget me"), Move("yes", "yes", alone=True)]
        who.forgets = True
