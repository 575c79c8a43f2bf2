"""What must come of what people do, known without any run: asked of the life without faults, as
all others are only compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.services.edits import EDITED
from tests.world.checks import Picture
from tests.world.matters import MEND
from tests.world.people import TELEGRAM, Resident
from tests.world.plans import Step

if TYPE_CHECKING:
    from tests.world.town import Town


def told_wrong(people: Mapping[str, Resident], last: Picture) -> str:
    """The reports are those that people sent, in their words, or in nobody's; so are the words
    that they changed since."""
    wanted, edits = [], []
    for who in people.values():
        wanted += [(category, "" if who.forgets else mark) for category, mark in who.told]
        edits += ["" if who.forgets else mark for mark in who.edited]
    got = [(str(row[0]), str(row[1]).partition(" ")[0]) for row in last.rows["report"]]
    if sorted(wanted) != sorted(got):
        return f"told {wanted}, and kept {got}"
    beside = [str(row[1]).partition(" ")[0] for row in last.rows["addition"] if row[0] == EDITED]
    if sorted(edits) != sorted(beside):
        return f"changed to {edits}, and kept {beside}"
    return ""


def count_to_mend(town: Town) -> int:
    """Updates that are set aside until something is mended, and can be tried again then."""
    rows = town.raw().execute(
        "select count(*) from stuck_update where reason = ? and length(sealed) > 0",
        (LookupError.__name__,),
    )
    [count] = rows.fetchone()
    return int(count)


def mended_wrong(step: Step, picture: Picture, kept: int) -> str:
    """What was set aside for a while is taken after all, and answered."""
    if not any(move.kind == MEND for doing in step.doings for move in doing.moves):
        return ""
    left = [row for row in picture.rows["stuck"] if row[0] == LookupError.__name__]
    if left or len(picture.heard) < kept:
        return f"{kept} tried again, {len(left)} left, {len(picture.heard)} answered"
    return ""


def lost_wrong(people: Mapping[str, Resident], step: Step, picture: Picture) -> str:
    """Whose file cannot be had is told so, beside what its turn said."""
    for doing in step.doings:
        who = people[doing.who]
        lost = [move for move in doing.moves if move.kind in {"gone photo", "broken photo"}]
        if lost and who.channel == TELEGRAM and len(picture.heard.get(who.chat, ())) < 2:
            return f"{who.name} is not told that a file was lost"
    return ""
