"""Kills a real process at drawn moments: at a call of its own, before or after its effect, or at
any time between."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

from tests.end_to_end import Process
from tests.telegram.api import TOKEN, BotApi
from tests.telegram.refusals import server_error
from tests.telegram.state import Fault

METHODS = ("sendMessage", "sendMessage", "getUpdates", "answerCallbackQuery",
           "editMessageReplyMarkup")  # fmt: skip
LONGEST_SKIP = 5
LONGEST_WAIT = 0.4
"""Seconds after which a kill comes that hangs on no call."""


def process_over(folder: Path, api: BotApi) -> Process:
    """A real bot over this Bot API, with its data below the folder."""
    process = Process(folder / "data")
    process.more = {
        "BARAZA_COUNTRIES": "uruguay",
        "BARAZA_TELEGRAM_TOKEN": TOKEN,
        "BARAZA_TELEGRAM_API": api.address,
    }
    return process


@dataclass(slots=True)
class Killer:
    """Ends a process and starts it again, so many times."""

    api: BotApi
    process: Process
    chance: random.Random
    kills: int = 0
    points: int = 0
    """Kills that struck at a call, at the very moment that was drawn."""

    async def run(self, most: int, over: Callable[[], bool]) -> None:
        """Kill until it was done `most` times, or everything is over."""
        while self.kills < most and not over():
            struck = await self._strike(over)
            if not struck:
                return
            await asyncio.to_thread(self.process.stop, signal.SIGKILL)
            self.kills += 1
            await asyncio.to_thread(self.process.start)

    async def _strike(self, over: Callable[[], bool]) -> bool:
        """Arm a death and wait for it. Whether it came."""
        if self.chance.random() < 0.2:
            await asyncio.sleep(self.chance.random() * LONGEST_WAIT)
            return not over()
        dead = asyncio.Event()
        pid = self.process.pid

        def kill() -> Response:
            os.kill(pid, signal.SIGKILL)
            dead.set()
            return server_error()

        fault = Fault(
            self.chance.choice(METHODS),
            kill,
            skip=self.chance.randrange(LONGEST_SKIP),
            after=self.chance.random() < 0.5,
        )
        self.api.faults.append(fault)
        while not dead.is_set():
            try:
                await asyncio.wait_for(dead.wait(), 0.1)
            except TimeoutError:
                if over():
                    self.api.faults.remove(fault)
                    return False
        self.points += 1
        return True
