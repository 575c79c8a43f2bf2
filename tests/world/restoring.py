"""An older database is laid down again: what has ended stays ended, and nothing is told twice.

The file format of backups has tests of its own; here it is what the database held at a step.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.services import residents, upkeep, vote_course
from bot.work.erased import ENDED_PURPOSE, PURPOSE
from storage import facts
from tests.world.town import Town
from tests.world.ways_out import KeptList


def restore(town: Town) -> None:
    """What `baraza restore` does to the rows, and then `baraza outbox resume --drop-owed`."""
    outdoors, keys = town.outdoors, town.keys
    erased = KeptList(outdoors, keys, outdoors.erased, PURPOSE)
    ended = KeptList(outdoors, keys, outdoors.ended, ENDED_PURPOSE)

    def lay_down(connection: Connection) -> None:
        residents.erase_again(connection, keys, lambda ids: erased.erased(ids, erased.lines()))
        vote_course.end_again(
            connection, lambda codes: ended.erased(codes, ended.lines()), town.clock()
        )
        facts.begin_epoch(connection, "another", town.clock())

    def resume(connection: Connection) -> None:
        upkeep.resume(connection, town.outside, drop_owed=True)

    town.database.write_now(lay_down)
    town.database.write_now(resume)


def told(town: Town) -> dict[int, int]:
    """How many messages stand in each chat."""
    chats = town.outdoors.telegram.chats
    return {chat: sum(not one.beside for one in shown) for chat, shown in chats.items()}


def open_again(town: Town) -> list[str]:
    """Votes that have ended, and are open."""
    kept = KeptList(town.outdoors, town.keys, town.outdoors.ended, ENDED_PURPOSE)
    found = town.raw().execute("select code from vote where status = 'open'").fetchall()
    return kept.erased([code for [code] in found], kept.lines())
