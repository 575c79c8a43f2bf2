"""The process as a whole: what it costs to start, and a turn through the web chat."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.turns import answers_of
from tests.end_to_end import Browser, Process


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Resident memory in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def running() -> Iterator[Process]:
    """A server over a database that it has met before: the first start makes the tables."""
    with tempfile.TemporaryDirectory() as folder:
        process = Process(Path(folder) / "data")
        process.data.mkdir()
        process.start()
        process.stop()
        process.start()
        try:
            yield process
        finally:
            process.stop()


def start_up() -> tuple[float, float, bool]:
    """CPU seconds and MB until it listens, and whether Telegram's libraries are loaded."""
    with running() as process:
        maps = Path(f"/proc/{process.pid}/maps").read_text()
        loaded = bool(re.search(r"aiogram|/telegram/", maps))
        return cpu_seconds(process.pid), memory_mb(process.pid), loaded


def through_the_web(chats: int = 20) -> tuple[float, int]:
    """CPU ms of the server for each form that a browser without scripts sends, and how many."""
    with running() as process:
        forms = 0
        before = cpu_seconds(process.pid)
        for number in range(chats):
            browser = Browser(process.port)
            browser.start()
            for answer in ("English", "yes", "report", *answers_of(number)):
                browser.say(answer)
                forms += 1
            if "MVD-" not in browser.text:
                raise RuntimeError("no code came at the end of a report")
        return (cpu_seconds(process.pid) - before) / forms * 1000, forms
