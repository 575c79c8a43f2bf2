"""Kills real processes at drawn moments: at a call of theirs, before or after its effect, while
they take an update, or at any time between."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from bot.serving import TELEGRAM
from tests.end_to_end import Process
from tests.postgres import Cluster
from tests.telegram.living import PUBLIC
from tests.telegram.refusals import server_error
from tests.telegram.served import Served
from tests.telegram.state import Fault

SENDS = (("sendMessage", 5), ("sendMessage", 5), ("editMessageReplyMarkup", 5), ("getFile", 2))
POLLS = (("getUpdates", 5), ("answerCallbackQuery", 5))
"""Each with how many calls may go by before the one that is struck."""

LONGEST_WAIT = 0.4
"""Seconds after which a kill comes that hangs on no call."""

LONGEST_TURN = 0.03
"""Seconds after an update went out to a web hook, within which its process dies."""

LONGEST_AWAY = 3.0
"""Seconds for which a server stays away: twice as long as a write is tried again for."""

STOPS = (signal.SIGINT, signal.SIGQUIT)
"""PostgreSQL's fast stop, which undoes what is under way, and its immediate one, a crash."""


async def stop_often(
    server: Cluster, chance: random.Random, most: int, over: Callable[[], bool]
) -> int:
    """Stop a database server and start it again, so many times; how many there were."""
    for stopped in range(most):
        await asyncio.sleep(chance.random())
        if over():
            return stopped
        await asyncio.to_thread(server.stop, STOPS[stopped % len(STOPS)])
        await asyncio.sleep(chance.random() * LONGEST_AWAY)
        # In this thread: the server ends with the one that has started it.
        server.start()
    return most


@dataclass(slots=True)
class Killer:
    """Ends processes and starts them again, so many times."""

    town: Served
    chance: random.Random
    waits: float = 0.0
    """How likely it is that a lease of the dead is waited for, where it has one."""
    kills: int = 0
    points: int = 0
    """Kills that struck at a call, at the very moment that was drawn."""
    heard: list[Counter[int]] = field(default_factory=list)
    """How many messages stood in each chat at each kill."""

    async def run(self, most: int, over: Callable[[], bool]) -> None:
        """Kill until it was done `most` times, or everything is over."""
        while self.kills < most and not over():
            victim = self.chance.choice(list(self.town.processes))
            if not await self._strike(victim, over):
                return
            said = [message for message in self.town.api.messages if message.kind == "text"]
            self.heard.append(Counter(message.chat for message in said))
            await asyncio.to_thread(victim.stop, signal.SIGKILL)
            self.kills += 1
            if self.town.let_time_go is not None and self.chance.random() >= self.waits:
                await asyncio.to_thread(self.town.let_time_go)
            await asyncio.to_thread(victim.start)

    def excuses(self, chat: int, doubles: Sequence[int]) -> bool:
        """Whether each message of a chat that came twice has a kill of its own before it."""
        return all(
            sum(heard[chat] <= place for heard in self.heard) > number
            for number, place in enumerate(doubles)
        )

    async def _strike(self, victim: Process, over: Callable[[], bool]) -> bool:
        """Arm a death and wait for it. Whether it came."""
        if self.chance.random() < 0.2:
            await asyncio.sleep(self.chance.random() * LONGEST_WAIT)
            return not over()
        dead = asyncio.Event()
        pid = victim.pid

        def kill() -> Response:
            os.kill(pid, signal.SIGKILL)
            dead.set()
            return server_error()

        taking = any(victim is hook for hook in self.town.hooks.values())
        if taking and (victim.part == TELEGRAM or self.chance.random() < 0.5):
            disarm = self._at_an_update(victim, kill)
        else:
            disarm = self._at_a_call(kill)
        while not dead.is_set():
            try:
                await asyncio.wait_for(dead.wait(), 0.1)
            except TimeoutError:
                if over():
                    disarm()
                    return False
        self.points += 1
        return True

    def _at_a_call(self, kill: Callable[[], Response]) -> Callable[[], None]:
        api = self.town.api
        method, most = self.chance.choice(SENDS if self.town.hooks else SENDS + POLLS)
        skip, after = self.chance.randrange(most), self.chance.random() < 0.5
        fault = Fault(method, kill, skip=skip, after=after)
        api.faults.append(fault)
        return lambda: api.faults.remove(fault)

    def _at_an_update(self, victim: Process, kill: Callable[[], Response]) -> Callable[[], None]:
        """Soon after the next update went to its hook."""
        [address] = [at for at, who in self.town.hooks.items() if who is victim]
        api, chance = self.town.api, self.chance
        before = api.reach[PUBLIC]
        addresses = list(self.town.hooks)

        def disarm() -> None:
            api.reach[PUBLIC] = before

        def deliver() -> str:
            where = chance.choice(addresses)
            if where == address:
                disarm()
                wait = chance.random() * LONGEST_TURN
                asyncio.get_running_loop().call_later(wait, kill)
            return where

        api.reach[PUBLIC] = deliver
        return disarm
