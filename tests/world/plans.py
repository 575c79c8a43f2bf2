"""A seed's town: who lives there, in which order things happen, and what goes wrong meanwhile."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from tests.world.faults import CALL_FAULTS, EDIT, FIND, LOAD, POLL, PRESS, SEND, Fault
from tests.world.matters import CLOCK_ACTS, IDEA, TEAM, matters_of, settle_about
from tests.world.people import TELEGRAM, Move, Resident, settle

WATCHED = 0.29
"""In so many of the steps deaths are tried: many towns tell more than every point of a few."""

ALBUMS = frozenset({"album", "late album"})
SENT_FILES = frozenset({"photo", "shared photo", "gone photo", "broken photo", "voice", "part"})

FETCHED_WELL = 0.3
"""So often nothing more goes wrong where files are fetched."""

ACTS = ("restart", "release", "jump")


@dataclass(frozen=True, slots=True)
class Doing:
    """What one resident does in a step: several moves come in one go."""

    who: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What happens together, before the town is quiet again."""

    doings: tuple[Doing, ...] = ()
    act: str = ""
    """What an operator does (`restart`, `release`), or the clock (`jump`, and the others)."""
    faults: tuple[Fault, ...] = ()
    late: bool = False
    """One update can be fetched only after the others."""
    watched: bool = True
    """Deaths are tried in this step."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A town's people and steps."""

    people: dict[str, Resident]
    steps: list[Step] = field(default_factory=list)
    matters: tuple[str, ...] = ()
    """What it is about beside reports; then the neighbours live there."""

    @property
    def sends_files(self) -> bool:
        moves = (move for who in self.people.values() for move in who.moves)
        return any(move.kind in SENT_FILES | ALBUMS for move in moves)


def plan(seed: int) -> Plan:
    """One town's steps, in an order that the seed draws; each resident's own stay in order."""
    chance = random.Random(f"plan {seed}")
    acts = chance.sample(ACTS, chance.randrange(3))
    matters = matters_of(seed)
    if matters:
        people = settle_about(chance, matters)
    else:
        people = settle(chance, steady="release" not in acts)
    door_watched = chance.random() < 0.25
    steps, inside = _merge(chance, people, door_watched, singly=IDEA in matters)
    for act in acts:
        # Who has not agreed after a day is erased, as they should be: no jump at the door.
        first = inside if act == "jump" else len(steps) // 3
        steps.insert(chance.randrange(first, len(steps) + 1), Step(act=act))
        inside += 1
    steps.append(Step(act="jump"))
    by_name = {who.name: who for who in people}
    faulty = [_with_faults(chance, step) for step in steps]
    fetching = random.Random(f"fetching {seed}")
    faulty = [_with_faults_of_fetching(fetching, by_name, step) for step in faulty]
    return Plan(by_name, faulty, matters)


def _merge(
    chance: random.Random, people: list[Resident], door_watched: bool, singly: bool
) -> tuple[list[Step], int]:
    """The steps, and how many there are until everybody is inside."""
    left = {who.name: list(who.moves) for who in people}
    doors = {who.name: who.door for who in people}
    by_name = {who.name: who for who in people}
    steps, inside = [], 0
    done: set[str] = set()
    while any(left.values()):
        open_now = [
            name for name, moves in left.items() if moves and done.issuperset(moves[0].after)
        ]
        together = chance.choices((1, 2, 3), (6, 3, 1))[0]
        names = chance.sample(open_now, min(together, len(open_now)))
        alone = [name for name in names if left[name][0].alone]
        names = alone[:1] or (names[:1] if singly else names)
        if TEAM in names:
            [move, *left[TEAM]] = left[TEAM]
            done.add(move.sets)
            steps.append(_of_team(move))
            continue
        doings, door = [], False
        for name in names:
            at_door = doors[name] > 0
            door = door or at_door
            in_one_go = 1 if at_door else _in_one_go(chance, by_name[name], left[name])
            doings.append(Doing(name, tuple(left[name][:in_one_go])))
            done.update(move.sets for move in doings[-1].moves)
            del left[name][:in_one_go]
            doors[name] -= 1
        steps.append(Step(tuple(doings), watched=door_watched or not door))
        inside = len(steps) if door else inside
    return steps, inside


def _of_team(move: Move) -> Step:
    if move.kind in CLOCK_ACTS:
        return Step(act=move.kind)
    return Step((Doing(TEAM, (move,)),))


def _in_one_go(chance: random.Random, who: Resident, left: list[Move]) -> int:
    """How many of the next moves come at once: only words, whose order alone decides."""
    if who.channel != TELEGRAM or chance.random() < 0.85:
        return 1
    several = 0
    for move in left[: chance.choice((2, 3))]:
        waits = several > 0 and (move.after or move.alone)
        if move.kind != "say" or move.if_asked or waits or move.text in _CHANGES_LANGUAGE:
            break
        several += 1
    return max(1, several)


# What is still owed is told in the language of the moment when it is sent.
_CHANGES_LANGUAGE = {"English", "español", "/language", "en"}


def _with_faults_of_fetching(
    chance: random.Random, people: dict[str, Resident], step: Step
) -> Step:
    """Files are fetched seldom, and their faults are many: some would hardly come without."""
    fetched = any(
        move.kind in SENT_FILES | ALBUMS and people[doing.who].channel == TELEGRAM
        for doing in step.doings
        for move in doing.moves
    )
    if not fetched or chance.random() < FETCHED_WELL:
        return step
    method = chance.choice((FIND, LOAD))
    return replace(step, faults=(*step.faults, Fault(chance.choice(CALL_FAULTS[method]), method)))


def _with_faults(chance: random.Random, step: Step) -> Step:
    step = replace(step, watched=step.watched and chance.random() < WATCHED)
    if chance.random() < 0.45:
        return step
    kinds = {move.kind for doing in step.doings for move in doing.moves}
    methods = [SEND, EDIT, PRESS, POLL]
    if kinds & ALBUMS:
        # What comes of an album is another thing where its parts come at other moments.
        methods = [SEND, FIND, LOAD]
    elif kinds & SENT_FILES:
        methods += [FIND, LOAD] * 3
    faults = []
    for _each in range(chance.choices((1, 2, 3), (6, 3, 1))[0]):
        method = chance.choice(methods)
        faults.append(Fault(chance.choice(CALL_FAULTS[method]), method))
    if chance.random() < 0.05:
        faults += [Fault("answer lost", SEND)] * 6
    late = len(step.doings) > 1 and not kinds & ALBUMS and chance.random() < 0.3
    return replace(step, faults=tuple(faults), late=late)
