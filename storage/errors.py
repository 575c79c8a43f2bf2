"""What can go wrong with the database.

DatabaseError
├── Busy          another program holds the database for longer than we wait; nothing was written
│   └── Away      the database server cannot be reached, or takes nobody in
├── Unanswered    the server went away while it committed, and could not be asked since
├── Refused       the server takes nobody in under these settings
├── SecondProcess another Baraza runs on this file
├── OldSchema     the tables are older or newer than the program
└── OtherEpoch    the database was restored while a process served it
"""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError
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


class OtherEpoch(DatabaseError):
    """What this process remembers is of another database."""

    def __init__(self) -> None:
        super().__init__("the database was restored under this process: start it again")


def is_away(error: BaseException) -> bool:
    """Whether the database, the disk or the network failed, and not what was asked of them.

    Such a failure is the same for everybody, and passes: nothing that met it is to blame.
    """
    return isinstance(
        error, Busy | Unanswered | OperationalError | InterfaceError | NoConnection | OSError
    )
