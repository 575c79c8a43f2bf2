"""The process as a whole: what it costs to start, and a turn through the web chat."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.turns import answers_of
from tests.end_to_end import Browser, Process


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of a process: of its event loop, of its other threads, and of both in the
    kernel (files, sockets, waking threads)."""

    loop: float
    threads: float
    kernel: float

    def since(self, before: Spent) -> Spent:
        return Spent(
            self.loop - before.loop, self.threads - before.threads, self.kernel - before.kernel
        )


def spent(pid: int) -> Spent:
    """Where a process's CPU seconds have gone so far; threads that ended are not counted."""
    found = Spent(0.0, 0.0, 0.0)
    tick = os.sysconf("SC_CLK_TCK")
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
        user, kernel = int(fields[11]) / tick, int(fields[12]) / tick
        both = user + kernel
        loop, threads = (both, 0.0) if task.name == str(pid) else (0.0, both)
        found = Spent(found.loop + loop, found.threads + threads, found.kernel + kernel)
    return found


def cpu_with_children(pid: int) -> float:
    """CPU seconds of a process so far, and of all that it has started; also of what ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    used = sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return used + sum(cpu_with_children(int(child)) for child in children)


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
