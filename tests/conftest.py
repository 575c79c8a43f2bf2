"""What all tests share."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.needs import NOT_RUN

if TYPE_CHECKING:
    from tests.houses import SmallHouse

EXAMPLES = "BARAZA_TEST_EXAMPLES"
"""How many examples a property is tried with; `make fuzz` asks for thousands."""

TOLD = "told"
"""What a test hands to `record_property` under this name is printed at the end."""

COLLECT_AFTER = 20_000
"""As `bot.__main__` has it; see there."""

MEMORY = Path("/dev/shm")
"""Where the files of tests lie, if there is room: a commit waits for a disk as long as a turn
takes. What dies here is processes; what a power cut leaves of a file, the world makes up."""

MEMORY_BYTES = 1 << 30

FOLDER = "PYTEST_DEBUG_TEMPROOT"
"""Where pytest makes the folders of tests; what stands there already is left as it is."""


def pytest_configure() -> None:
    gc.set_threshold(COLLECT_AFTER)
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES:
        os.environ.setdefault(FOLDER, str(MEMORY))
    examples = os.environ.get(EXAMPLES)
    if examples:
        # Imported only here: most runs do not change the number, and some have no property tests.
        from hypothesis import settings

        settings.register_profile("fuzz", max_examples=int(examples), deadline=None)
        settings.load_profile("fuzz")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: half a million objects that no search for garbage has to walk
    through again, which was a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def countries_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For commands and houses in this process; what has not loaded the house reads none."""
    if "bot.app" in sys.modules:
        from tests import read_once

        monkeypatch.setattr("bot.app.load_countries", read_once.countries)
        monkeypatch.setattr("bot.app.with_words", read_once.words)
        if "bot.cli.doctor" in sys.modules:
            monkeypatch.setattr("bot.cli.doctor.problems_of", read_once.problems)
    if "bot.channels.web_pages" in sys.modules:
        from tests import read_once

        monkeypatch.setattr("bot.channels.web_pages.Environment", read_once.environment)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A house over a file. Loaded by who asks for it: tests of what is pure are there sooner."""
    from tests.houses import small_house

    yield from small_house(tmp_path)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what tests counted, and, loudly, what was left out for lack of something on
    this machine."""
    for report in terminalreporter.stats.get("passed", []):
        for name, line in report.user_properties:
            if name == TOLD:
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {line}")
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        # (file, line, reason), as pytest keeps a skip.
        if isinstance(report.longrepr, tuple) and NOT_RUN in report.longrepr[2]:
            reasons[report.longrepr[2].removeprefix("Skipped: ")] += 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{reason} ({count} tests)", red=True, bold=True)
