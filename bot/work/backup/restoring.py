"""Lays a backup into an empty database: in one transaction, paused, the erased erased again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.keys import Keys
from bot.services import residents, vote_course
from bot.work.backup.errors import Altered, NotEmpty, OtherTables
from bot.work.backup.frames import Counted
from bot.work.backup.reading import Backup, File, Rows
from bot.work.cleaned import Cleaned
from bot.work.store import MediaStore
from storage import audit, facts, schema, table_rows
from storage.database import Connection

Progress = Callable[[int], None]
"""How many more rows or files are in."""


EPOCH_BYTES = 8
"""Of chance in an epoch's name."""


@dataclass(frozen=True, slots=True)
class Came:
    """What a restored database holds. `doubtful` operations were owed when the backup was made:
    they may have been sent since."""

    rows: int
    erased_again: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """What makes the restored database another one."""

    name: str
    now: datetime
    actor: str
    source: str
    """The backup's file name, for the audit line."""


def restore_files(backup: Backup, store: MediaStore, progress: Progress) -> int:
    """Put the files down. How many. Before the rows: a file that nobody names is swept away."""
    files = 0
    for item in backup.items():
        if isinstance(item, File):
            if hashlib.sha256(item.data).hexdigest() != item.name:
                raise Altered("a file is not what its name says")
            # What it is of stands in its row; the store keeps content only.
            store.put(Cleaned("photo", "", item.data, item.name))
            files += 1
            progress(1)
    return files


def is_taken(connection: Connection) -> bool:
    """Whether there is a town in this database."""
    return schema.revision(connection) is not None and not table_rows.is_empty(connection)


def restore_rows(
    connection: Connection,
    opened: Callable[[], Backup],
    epoch: Epoch,
    keys: Keys,
    erased_of: Callable[[Iterable[str]], list[str]],
    ended_of: Callable[[Iterable[str]], list[str]],
    progress: Progress = lambda more: None,
) -> Came:
    """Write every row, compare with the manifest, erase again, begin the epoch.

    Call in a transaction of its own: whatever is raised leaves nothing behind. `opened` gives
    the backup from its start, `erased_of` those of some residents who were erased since,
    `ended_of` those of some votes that have ended since.
    Raises `NotEmpty` where there is a town already, `OtherTables` where its tables are of another
    revision, and what reading the backup raises.
    """
    backup = opened()
    if is_taken(connection):
        raise NotEmpty("the database")
    now = schema.revision(connection)
    if now not in {None, backup.head.revision}:
        raise OtherTables(now or "", backup.head.revision)
    schema.upgrade(connection, backup.head.revision)
    rows = 0
    for item in backup.items():
        if isinstance(item, Rows):
            table_rows.write_records(connection, item.table, item.records)
            rows += len(item.records)
            progress(len(item.records))
    if backup.manifest is None:
        raise Altered("it has no manifest")
    for name, table in backup.tables.items():
        tally = table_rows.tally(connection, table)
        if Counted(tally.count, tally.digest) != backup.manifest.tables[name]:
            raise Altered(f"the table {name} did not come out as it went in")
    schema.upgrade(connection)
    table_rows.write_numbers(connection, backup.manifest.numbers)
    erased = come_back(connection, epoch, keys, erased_of, ended_of)
    doubtful = facts.count_doubtful(connection, facts.last_number(connection))
    audit.note(
        connection,
        actor=epoch.actor,
        action="restore",
        subject=epoch.source,
        detail=f"of {backup.head.made_at:%Y-%m-%d %H:%M} UTC, {erased} erased again",
        now=epoch.now,
    )
    return Came(rows, erased, doubtful)


def come_back(
    connection: Connection,
    epoch: Epoch,
    keys: Keys,
    erased_of: Callable[[Iterable[str]], list[str]],
    ended_of: Callable[[Iterable[str]], list[str]],
) -> int:
    """An older moment of the town is the present again: who was erased since is erased, votes that
    ended since have ended, and nothing is sent until an operator resumes. How many were erased."""
    erased = residents.erase_again(connection, keys, erased_of)
    vote_course.end_again(connection, ended_of, epoch.now)
    facts.begin_epoch(connection, epoch.name, epoch.now)
    return erased
