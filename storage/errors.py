"""What can go wrong with the database.

DatabaseError
├── Busy          another program holds the file for longer than we wait
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
    """Another program holds the database file; nothing was written."""


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
    return isinstance(error, Busy | OperationalError | InterfaceError | NoConnection | OSError)
