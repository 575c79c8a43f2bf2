"""What the people of the town do: each resident a list of inputs, drawn from the seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.inbound import Command, Inbound, Input, Location, Text, Unusable

STORIES = (
    "The bin on the corner is full since Friday",
    "Vidrio roto 🙂 al lado del tacho, cuidado",
    "Hay un\x00pozo y \ud83d olor",
    "x" * 3900,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: an update of a resident, an organiser's act, or time going by."""

    inbound: Inbound | None = None
    act: str = ""
    """`done` or `planned` (the organiser), `due` (a day goes by)."""


def plan(seed: int) -> list[Step]:
    """One town's steps, in an order that the seed draws; each resident's own stay in order."""
    chance = random.Random(f"plan {seed}")
    streams = [_resident(chance, name, at) for at, name in enumerate(("ana", "beto"))]
    acts = [Step(act=chance.choice(("done", "planned", "due")))]
    merged: list[Step] = []
    while any(streams):
        stream = chance.choice([stream for stream in streams if stream])
        merged.append(stream.pop(0))
    at = chance.randrange(len(merged) // 2, len(merged) + 1)
    merged[at:at] = acts
    merged.append(Step(act="due"))
    return merged


def _resident(chance: random.Random, name: str, at: int) -> list[Step]:
    said: list[Input] = [Command("start"), Text("English"), Text("yes")]
    if chance.random() < 0.3:
        said.insert(2, Text("tell me more"))
    said += _report(chance, at)
    if chance.random() < 0.2:
        said += [Text("private help"), Text("1")]
    if chance.random() < 0.2:
        said += [Text("my things"), Text("menu")]
    if chance.random() < 0.15:
        said += [Text("stop"), Text("start")]
    if chance.random() < 0.2:
        said += [Text("forget me"), Text("yes")]
    updates = [
        Step(
            Inbound(
                bot="uruguay/web",
                country="uruguay",
                channel="web",
                address=f"browser of {name}",
                update=f"{name} {number}",
                input=item,
                language=chance.choice(("es", "en", "", "zh-hans")),
                echo=True,
            )
        )
        for number, item in enumerate(said)
    ]
    return _with_faults(chance, updates)


def _report(chance: random.Random, at: int) -> list[Input]:
    """One report. Each resident has a category of their own: nothing is similar by chance."""
    hazard = at == 0 and chance.random() < 0.5
    said: list[Input] = [Text("report")]
    said.append(Text("burning bin" if hazard else ("full bin", "dead animal")[at]))
    if chance.random() < 0.3:
        said += [Text("back"), Text("burning bin" if hazard else ("full bin", "dead animal")[at])]
    said.append(Text(chance.choice(STORIES)))
    if chance.random() < 0.3:
        said.append(Text("español"))
        said.append(Text("English"))
    if chance.random() < 0.5:
        said.append(Location(-34.9011, -56.1645))
    else:
        said += [Text("Palermo"), Text("skip")]
    if chance.random() < 0.3:
        said.append(Unusable("video"))
    said.append(Text("skip"))
    said.append(Text("2"))
    if not hazard:
        said.append(Text("no"))
    if chance.random() < 0.4:
        said += [Text("change it"), Text("what you told us"), Text("Something else was told")]
    said.append(Text("send it"))
    return said


def _with_faults(chance: random.Random, steps: Sequence[Step]) -> list[Step]:
    """Updates that come twice: at once, or late, when much else was said."""
    faulty: list[Step] = []
    for step in steps:
        faulty.append(step)
        if chance.random() < 0.1:
            faulty.append(replace(step))
        if chance.random() < 0.05 and len(faulty) > 3:
            faulty.append(replace(chance.choice(faulty)))
    return faulty
