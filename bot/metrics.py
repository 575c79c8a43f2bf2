"""What a process counts and measures, in Prometheus' text format (version 0.0.4).

Labels come from closed sets: never an address, a code, a place or anything that a person said.
The format is simple enough to be written here; its library would bring a registry of globals.
"""

from __future__ import annotations

import asyncio
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from bot.domain.operations import Begun, GivenUp, RetryAt, Sent, Step, Unknown

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

CHANNELS = ("web", "telegram")
OTHER = "other"
"""Stands for whatever is in none of the closed sets."""

TAKEN, FAILED = "taken", "failed"
SENT, GIVEN_UP, UNKNOWN, WAITS = "sent", "given_up", "unknown", "waits"

BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds of a turn: a few milliseconds where all is well, ten where a lock is held."""

T = TypeVar("T")
Sample = tuple[Mapping[str, str], float]


class Metrics:
    """Of one process. `clock` gives seconds that only ever grow."""

    def __init__(self, program: str, clock: Callable[[], float]) -> None:
        self._program = program
        self._clock = clock
        self._turns: Counter[tuple[str, str]] = Counter()
        self._receipts: Counter[tuple[str, str]] = Counter()
        self._buckets = {channel: [0] * (len(BOUNDS) + 1) for channel in (*CHANNELS, OTHER)}
        self._spent: dict[str, float] = dict.fromkeys((*CHANNELS, OTHER), 0.0)

    @contextmanager
    def turn(self, channel: str) -> Iterator[None]:
        """Measure a turn, its commit included; one that raises has failed."""
        channel = _channel(channel)
        began, outcome = self._clock(), FAILED
        try:
            yield
            outcome = TAKEN
        finally:
            took = self._clock() - began
            self._turns[channel, outcome] += 1
            self._buckets[channel][bisect_left(BOUNDS, took)] += 1
            self._spent[channel] += took

    def tried(self, channel: str, receipts: Iterable[Step]) -> None:
        """Count what became of operations that were handed to a channel."""
        for receipt in receipts:
            match receipt:
                case Begun():
                    continue
                case Sent():
                    state = SENT
                case GivenUp():
                    state = GIVEN_UP
                case Unknown():
                    state = UNKNOWN
                case RetryAt():
                    state = WAITS
            self._receipts[_channel(channel), state] += 1

    def render(self, gauges: Mapping[str, float] | None) -> str:
        """Everything as text. `gauges` of the database by name (a key of `GAUGES`, or one with
        `{state}`), None where it does not answer."""
        lines = [
            *_family(
                "baraza_build_info", "gauge", "The program.", [({"version": self._program}, 1)]
            ),
            *_family(
                "baraza_turns_total",
                "counter",
                "Turns of residents.",
                [
                    ({"channel": channel, "outcome": outcome}, self._turns[channel, outcome])
                    for channel in CHANNELS
                    for outcome in (TAKEN, FAILED)
                ],
            ),
            *self._histogram(),
            *_family(
                "baraza_operations_total",
                "counter",
                "Operations handed to a channel, by what became of them.",
                [
                    ({"channel": channel, "state": state}, self._receipts[channel, state])
                    for channel in CHANNELS
                    for state in (SENT, GIVEN_UP, UNKNOWN, WAITS)
                ],
            ),
            *_family(
                "baraza_database_up",
                "gauge",
                "Whether the database answers.",
                [({}, gauges is not None)],
            ),
        ]
        for name, (meaning, states) in GAUGES.items():
            found: Sequence[Sample] = [
                ({"state": state} if state else {}, value)
                for state in states
                if (value := (gauges or {}).get(f"{name} {state}".strip())) is not None
            ]
            lines += _family(name, "gauge", meaning, found) if found else []
        return "\n".join([*lines, *_process()]) + "\n"

    def _histogram(self) -> list[str]:
        name = "baraza_turn_seconds"
        lines = _family(name, "histogram", "Seconds of a turn, its commit included.", [])
        for channel in CHANNELS:
            below = 0
            for bound, count in zip((*BOUNDS, "+Inf"), self._buckets[channel], strict=True):
                below += count
                labels = {"channel": channel, "le": str(bound)}
                lines.append(_line(f"{name}_bucket", labels, below))
            lines.append(_line(f"{name}_sum", {"channel": channel}, self._spent[channel]))
            lines.append(_line(f"{name}_count", {"channel": channel}, below))
        return lines


GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "baraza_outbox": ("Operations that are still owed.", ("owed", "sending")),
    "baraza_owed_seconds": ("How long the oldest operation has been owed.", ("",)),
    "baraza_due": ("Things that fell due and are not done.", ("",)),
    "baraza_tasks": ("Later work, by whether it waits or is held.", ("waiting", "held")),
    "baraza_stuck_updates": ("Updates that were set aside, since they always fail.", ("",)),
    "baraza_announcements": (
        "Announcements that are not over.",
        ("scheduled", "sending", "paused"),
    ),
    "baraza_deliveries_open": ("Copies of announcements that are still to be sent.", ("",)),
    "baraza_paused": ("Whether nothing is sent, since a restore.", ("",)),
    "baraza_paused_bots": ("Bots that an operator has paused.", ("",)),
    "baraza_silent_seconds": ("How long a channel wants a bot silent yet: the longest.", ("",)),
    "baraza_backup_age_seconds": ("Since the last backup; absent where there is none.", ("",)),
}
"""What the database tells, with its meaning and the states it is told by."""


class Cached(Generic[T]):
    """A value that is read anew once it is older than `seconds`; those who ask together share."""

    def __init__(
        self, read: Callable[[], Awaitable[T]], seconds: float, clock: Callable[[], float]
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._lock = asyncio.Lock()
        self._value: tuple[float, T] | None = None

    async def get(self) -> T:
        """Raises what reading raises, which is not kept."""
        async with self._lock:
            if self._value is None or self._clock() - self._value[0] >= self._seconds:
                self._value = (self._clock(), await self._read())
            return self._value[1]


def _channel(name: str) -> str:
    return name if name in CHANNELS else OTHER


def _family(name: str, kind: str, meaning: str, samples: Iterable[Sample]) -> list[str]:
    head = [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
    return head + [_line(name, labels, value) for labels, value in samples]


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    told = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
    number = int(value) if value == int(value) else repr(float(value))
    return f"{name}{{{told}}} {number}" if told else f"{name} {number}"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _process() -> list[str]:
    """The names that every exporter uses; what this system does not tell is left out."""
    times = os.times()
    lines = _family(
        "process_cpu_seconds_total",
        "counter",
        "CPU seconds, user and system.",
        [({}, times.user + times.system)],
    )
    own = Path("/proc/self")
    if own.exists():
        pages = int((own / "statm").read_text().split()[1])
        memory = pages * os.sysconf("SC_PAGE_SIZE")
        lines += _family("process_resident_memory_bytes", "gauge", "Memory.", [({}, memory)])
        files = len(list((own / "fd").iterdir()))
        lines += _family("process_open_fds", "gauge", "Open files and sockets.", [({}, files)])
    return lines
