"""Two residents who report something and an organiser who answers, two things at a time."""

from __future__ import annotations

import random

from sqlalchemy import Connection, select

from bot.domain.reports import Status
from bot.services import moderation
from bot.services.moderation import Change
from storage.tables import Report
from tests.houses import SmallHouse
from tests.interleave.acts import Act, Step, Voices, act, due

DOOR = ("/start", "English", "yes")
REPORT = (
    "report", "full bin", "it smells", "Palermo", "by the market", "skip", "this week",
    "not sure", "yes",
)  # fmt: skip
DETOURS = ("back", "menu", "help", "language", "3", "my", "privacy", "/stop", "hello", "report")
FAREWELL = ("forget me", "yes")


def about_reports(chance: random.Random) -> list[Step]:
    """The first of a resident's two messages was sent first, whichever process comes to it
    first."""
    voices = Voices()
    lines = {who: _line(chance) for who in ("ana", "ben")}
    steps: list[Step] = []
    while any(lines.values()):
        who = chance.choice([who for who, line in lines.items() if line])
        first = voices.say(who, lines[who].pop(0))
        others = [other for other, line in lines.items() if line]
        drawn = chance.random()
        if drawn < 0.15:
            second = first
        elif drawn < 0.25 or not others:
            change = _change(chance.choice((Status.SEEN, Status.DONE)))
            second = chance.choice((act(due), change))
        else:
            # Mostly one resident's two messages: those are the turns that must not meet.
            other = who if lines[who] and drawn < 0.8 else chance.choice(others)
            second = voices.say(other, lines[other].pop(0))
        steps.append(Step(first, second))
    return steps


def _line(chance: random.Random) -> list[str]:
    line = [*DOOR, *REPORT]
    for _detour in range(chance.randrange(4)):
        line.insert(chance.randrange(len(line) + 1), chance.choice(DETOURS))
    if chance.random() < 0.3:
        line += [*FAREWELL, *DOOR]
    return line


def _change(status: Status) -> Act:
    """An organiser changes the first report, where there is one."""

    def do(house: SmallHouse, connection: Connection) -> None:
        code = connection.scalar(select(Report.code).order_by(Report.created_at).limit(1))
        if code is not None:
            moderation.change_report(
                connection, house.outside, "shell:ana", code, Change(status),
                house.conversations.begin,
            )  # fmt: skip

    return act(do)
