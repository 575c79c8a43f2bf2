"""A real process that takes one task and never ends it, to be killed: `python -m` with the name of
the engine, where its database is, and the time that it is."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from tests.work.engines import STUCK, open_town


async def main(engine: str, place: str, now: str) -> None:
    async with open_town(engine, Path(place), place, datetime.fromisoformat(now)) as town:

        async def stuck(_args: object) -> None:
            print("begun", flush=True)  # noqa: T201
            await asyncio.Event().wait()

        town.tasks.register(STUCK, stuck)
        await town.tasks.run(town.database)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
