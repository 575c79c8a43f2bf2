"""The command line: `python -m bot …`, installed as `baraza`."""

from __future__ import annotations

import sys

from bot.cli import baraza

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


def read_told(error: BaseException) -> tuple[str, ...]:
    """The lines to tell, from the error's `problems` if it has them; empty for any other error.

    Nothing is imported for it: an error can only come from a module that is loaded.
    """
    for module, name in TOLD:
        kind = getattr(sys.modules.get(module), name, None)
        if isinstance(kind, type) and isinstance(error, kind):
            problems = getattr(error, "problems", ()) or (error,)
            return tuple(str(problem) for problem in problems)
    return ()


def main() -> None:
    """Run the command line and leave by its exit code."""
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
