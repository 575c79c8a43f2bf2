"""What can go wrong with the database.

DatabaseError
├── Busy          another program holds the database for longer than we wait; nothing was written
│   └── Away      the database server cannot be reached, or takes nobody in
├── Unanswered    the server went away while it committed, and could not be asked since
├── Refused       the server takes nobody in under these settings
├── SecondProcess another Baraza runs on this file
├── OldSchema     the tables are older or newer than the program
├── Moved         the town was copied from this file to a server, and is there now
└── OtherEpoch    the database was restored while a process served it
"""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection


class DatabaseError(Exception):
    """Root of this package's errors."""


class Busy(DatabaseError):
    """Another program holds the database; nothing was written."""


class Away(Busy):
    """The database server cannot be reached now; nothing was written. It may be tried again."""


class Unanswered(DatabaseError):
    """Whether the last transaction took place is unknown. What notes that it was done (as a turn
    notes its update) may be tried again."""


class Refused(DatabaseError):
    """The server refuses what the settings say, such as the password: trying again is no use."""


class SecondProcess(DatabaseError):
    """Another process serves this database already; `pid` is its number where it is known."""

    def __init__(self, pid: str) -> None:
        super().__init__(f"another Baraza (process {pid or 'unknown'}) runs on this database")
        self.pid = pid


class OldSchema(DatabaseError):
    """The database is at another revision than this program."""


class Moved(DatabaseError):
    """The town is elsewhere: what is done here would be lost, or done twice."""

    def __init__(self, to: str, day: str) -> None:
        super().__init__(
            f"this town moved to the database {to} on {day}: set BARAZA_DATABASE_URL to it. "
            "To go on with the file in its place: baraza db take-back"
        )


class OtherEpoch(DatabaseError):
    """What this process remembers is of another database."""

    def __init__(self) -> None:
        super().__init__("the database was restored under this process: start it again")


def is_away(error: BaseException) -> bool:
    """Whether the database, the disk or the network failed, and not what was asked of them.

    Such a failure is the same for everybody, and passes: nothing that met it is to blame. A
    mistake of ours, such as a column that does not exist, is none: it would come back for ever.
    The drivers' classes do not tell the two apart, and a full disk of a server has none.
    """
    match error:
        case Busy() | Unanswered() | NoConnection() | ConnectionError() | TimeoutError():
            return True
        case DBAPIError():
            return _passes(error)
        case OSError():
            return error.errno in _PASSING
        case _:
            return False


def _passes(error: DBAPIError) -> bool:
    """By what the driver says: SQLite's code, or the server's five signs."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code % 256 in _SQLITE_PASSING
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return error.connection_invalidated or state.startswith(_STATES_PASSING)


_SQLITE_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary codes (sqlite.org/rescode.html): an extended one has more in its higher bytes."""

_STATES_PASSING = ("08", "40", "53", "55P03", "57", "58")
"""PostgreSQL's classes (its manual, appendix A): connection, rolled back, resources, a lock that
is not to be had, the operator's doing, and the system's."""

_PASSING = frozenset(
    {
        errno.EAGAIN,
        errno.EDQUOT,
        errno.EHOSTUNREACH,
        errno.EIO,
        errno.EMFILE,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.ENFILE,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EROFS,
    }
)
"""Of the disk, the network and their limits; a file that is not there is a mistake."""
