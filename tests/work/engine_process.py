"""A real process that takes tasks: `python -m` with the name of the engine, where its database is,
and the time that it is. One task it never ends, to be killed at it; one kills the process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from tests.work.engines import DEADLY, STUCK, open_town


async def main(engine: str, place: str, now: str) -> None:
    async with open_town(engine, Path(place), place, datetime.fromisoformat(now)) as town:

        async def stuck(_args: object) -> None:
            print("begun", flush=True)  # noqa: T201
            await asyncio.Event().wait()

        async def deadly(_args: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        town.tasks.register(STUCK, stuck)
        town.tasks.register(DEADLY, deadly)
        await town.tasks.run(town.database)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
