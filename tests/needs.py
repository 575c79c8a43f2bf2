"""What some tests need of the machine: named loudly when it lacks it, and a failure in the gate.

`python -m tests.needs` tells what is missing before the tests run.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

REQUIRE = "BARAZA_TEST_REQUIRE"
"""Set to `all`, a missing need fails the test instead of leaving it out."""
NOT_RUN = "NOT RUN"


@dataclass(frozen=True, slots=True)
class Need:
    """`search` gives where it is (see each function), or None."""

    search: Callable[[], Path | None]
    package: str
    """Its name at Debian."""
    required: bool = True
    """Whether a gate that requires everything fails without it."""


def find_postgresql() -> Path | None:
    """The folder of the server's programs, the newest version's; Debian keeps it off the path."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]

    def version(folder: Path) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", folder.parent.name))

    return max(found, key=version, default=None)


def find_pgbouncer() -> Path | None:
    """The pooler's program, which Debian keeps where only root looks."""
    path = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(path) if path else None


def find_chromium() -> Path | None:
    """The browser's program."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return Path(path)
    return None


def find_libreoffice() -> Path | None:
    """The program that opens spreadsheets without a window."""
    path = shutil.which("soffice")
    return Path(path) if path else None


NEEDS: Mapping[str, Need] = {
    "postgresql": Need(find_postgresql, "postgresql"),
    "pgbouncer": Need(find_pgbouncer, "pgbouncer"),
    "chromium": Need(find_chromium, "chromium"),
    # It is large, so that no gate has to have it.
    "libreoffice": Need(find_libreoffice, "libreoffice-calc-nogui", required=False),
}


def need(name: str) -> Path:
    """Where it is. Without it the test is skipped, or fails where everything is required."""
    known = NEEDS[name]
    found = known.search()
    if found is not None:
        return found
    reason = tell_missing(name)
    if os.environ.get(REQUIRE) == "all" and known.required:
        pytest.fail(f"{reason} ({REQUIRE}=all)", pytrace=False)
    pytest.skip(reason)


def find_real_data(path: str) -> Path | None:
    """Real data that others published, below the folder that `BARAZA_REAL_DATA` names."""
    folder = os.environ.get("BARAZA_REAL_DATA")
    found = Path(folder) / path if folder else None
    return found if found is not None and found.exists() else None


def real_data(path: str) -> Path:
    """As `find_real_data`; where there are none the test is skipped and says so, even where
    everything is required: they are no part of the repository."""
    found = find_real_data(path)
    if found is None:
        pytest.skip(f"{NOT_RUN}: BARAZA_REAL_DATA with {path} is missing")
    return found


def tell_missing(name: str) -> str:
    return f"{NOT_RUN}: {name} is missing; apt-get install {NEEDS[name].package}"


def main() -> int:
    """Tell what is missing. 1 if all is required and something is."""
    missing = [name for name, known in NEEDS.items() if known.search() is None]
    for name in NEEDS:
        sys.stdout.write(f"{tell_missing(name) if name in missing else f'{name}: here'}\n")
    required = any(NEEDS[name].required for name in missing)
    return int(required and os.environ.get(REQUIRE) == "all")


if __name__ == "__main__":
    sys.exit(main())
