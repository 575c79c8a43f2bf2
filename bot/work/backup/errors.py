"""Why a backup is not made or not taken.

BackupError
├── NotABackup      the file begins like nothing that we write
├── NewerFormat     written by a newer Baraza (attribute `version`)
├── OtherSecret     sealed under a master secret that is not set here
├── CutShort        its end is missing
├── Altered         a part was changed, exchanged or added
├── NewerTables     its tables are newer than this program (attribute `revision`)
├── NotEmpty        there is a town already where it should be restored
├── OtherTables     tables of another revision stand where it should be restored
├── NotWritten      its file could not be written
├── Interrupted     the database went away while it was read
└── NoErasedList    nobody can say here who has been forgotten since it was made
"""

from __future__ import annotations


class BackupError(Exception):
    """Root of this package's errors."""


class NotABackup(BackupError):
    def __init__(self) -> None:
        super().__init__("the file is no backup of Baraza")


class NewerFormat(BackupError):
    def __init__(self, version: int) -> None:
        super().__init__(f"the backup has format {version}: a newer Baraza wrote it")
        self.version = version


class OtherSecret(BackupError):
    def __init__(self) -> None:
        super().__init__(
            "the backup was made with another BARAZA_SECRET_KEY: set the one of that time"
        )


class CutShort(BackupError):
    def __init__(self) -> None:
        super().__init__("the backup is cut short: its end is missing")


class Altered(BackupError):
    """`what` says where, in the terms of the format; never what it holds."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the backup was altered or is damaged: {what}")


class NewerTables(BackupError):
    def __init__(self, revision: str) -> None:
        super().__init__(f"the backup's tables are at {revision}: install a newer Baraza first")
        self.revision = revision


class NotEmpty(BackupError):
    def __init__(self, where: str) -> None:
        super().__init__(f"there is a town already in {where}: restore into an empty place")


class OtherTables(BackupError):
    def __init__(self, here: str, wanted: str) -> None:
        super().__init__(
            f"the database has tables at {here} already, the backup's are at {wanted}: "
            "restore into a database without tables; they are brought up to date then"
        )


class NotWritten(BackupError):
    def __init__(self, why: str) -> None:
        super().__init__(f"the backup could not be written: {why}")


class Interrupted(BackupError):
    def __init__(self) -> None:
        super().__init__("the database went away while it was read: make the backup again")


class NoErasedList(BackupError):
    """`known` people stood in the list when the backup was made, `here` stand in it now."""

    def __init__(self, known: int, here: int) -> None:
        super().__init__(
            f"the list of erased people in BARAZA_KEYS has {here} entries, and {known} when the "
            "backup was made. Put the newest copy of it there, or restore with "
            "--without-erased-list: whoever was forgotten since the backup is then back"
        )
