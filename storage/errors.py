"""What can go wrong with the database.

DatabaseError
├── Busy          another program holds the file for longer than we wait
├── SecondProcess another Baraza runs on this file
├── OldSchema     the tables are older or newer than the program
└── OtherEpoch    the database was restored while a process served it
"""

from __future__ import annotations


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
