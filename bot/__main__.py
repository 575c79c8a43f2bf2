"""The command line: `python -m bot …`, installed as `baraza`."""

from __future__ import annotations

import errno
import gc
import sys

from bot.cli import baraza

COLLECT_AFTER = 20_000
"""So many more objects than before are made until cycles among them are looked for: some hundred
turns. Python's own 700 are reached several times in one, and cost a tenth of it; and a tenth of
the time in which libraries are loaded."""

EXIT_TOLD = 2
"""The same code as for a command that was typed wrongly: nothing was done, mend it, try again."""

TOLD = (
    ("bot.asgi", "CannotListen"),
    ("bot.settings", "SettingsError"),
    ("bot.country", "CountryError"),
    ("storage.errors", "DatabaseError"),
    ("bot.work.backup.errors", "BackupError"),
)
"""Errors that a person can mend (module, class): told in plain lines, without a traceback."""


_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EISDIR})
_FULL, _READ_ONLY, _FAILING, _CLOSED = 13, 8, 10, 14
_FILE = frozenset({_FULL, _READ_ONLY, _FAILING, _CLOSED})
"""SQLite's primary codes for the same (sqlite.org/rescode.html)."""


def read_told(error: BaseException) -> tuple[str, ...]:
    """The lines to tell, from the error's `problems` if it has them; empty for any other error.

    Nothing is imported for it: an error can only come from a module that is loaded.
    """
    if of_the_disk := _of_the_disk(error):
        return (of_the_disk,)
    for module, name in TOLD:
        kind = getattr(sys.modules.get(module), name, None)
        if isinstance(kind, type) and isinstance(error, kind):
            problems = getattr(error, "problems", ()) or (error,)
            return tuple(str(problem) for problem in problems)
    return ()


def _of_the_disk(error: BaseException) -> str:
    """What the disk, or a file on it, is to blame for; '' for anything else."""
    told = getattr(error, "orig", None) or error  # a driver's error stands within SQLAlchemy's
    if isinstance(told, OSError) and told.errno in _DISK:
        return f"the disk: {told.strerror}" + (f" ({told.filename})" if told.filename else "")
    if isinstance(told, OSError) and told.errno in _NOT_OURS and told.filename:
        return f"{told.filename}: {told.strerror}. It must be a file of the user that runs this"
    code = getattr(told, "sqlite_errorcode", None)
    if isinstance(code, int) and code % 256 in _FILE:
        return f"the database's file: {told}. Is there room, and may it be written? baraza doctor"
    return ""


def main() -> None:
    """Run the command line and leave by its exit code."""
    gc.set_threshold(COLLECT_AFTER)
    try:
        baraza.main(prog_name="baraza")
    except Exception as error:
        lines = read_told(error)
        if not lines:
            raise
        for line in lines:
            sys.stderr.write(f"baraza: {line}\n")
        sys.exit(EXIT_TOLD)


if __name__ == "__main__":
    main()
