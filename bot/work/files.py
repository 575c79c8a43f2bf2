"""Files of residents: cleaned, kept by content, and erased when nobody refers to them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from concurrent.futures import Executor
from datetime import timedelta

from bot.domain.inbound import Attachment
from bot.domain.inbound import Unusable as NotTaken
from bot.services.residents import CLEAN_FILES
from bot.work.cleaned import Unusable
from bot.work.media import clean
from bot.work.store import EXPECTED_SECONDS, DamagedMedia, MediaStore, MissingMedia
from storage import later, used_files
from storage.database import Database

COMING_MOST = timedelta(seconds=EXPECTED_SECONDS)
"""After so long no row of a file is still to come: what nobody refers to is looked for again."""

LOOKED_UP_MOST = 500
"""Names that are looked up at once: what is found is taken in within the event loop."""

ERASED_AT_ONCE = 20
"""Files of which it is asked together, just before, whether somebody has them again."""


class FileKeeper:
    """Takes files in and gives them out. `take` and `open` block: call them in the executor."""

    def __init__(self, store: MediaStore) -> None:
        self._store = store

    def take(self, data: bytes, declared: str) -> Attachment | NotTaken:
        """Clean and keep a file; `declared` is the media type its sender named."""
        cleaned = clean(data, declared)
        if isinstance(cleaned, Unusable):
            return NotTaken(cleaned.reason, "file")
        self._store.expect(cleaned.sha256)
        name = self._store.put(cleaned)
        return Attachment(
            kind=cleaned.kind,
            name=name,
            type=cleaned.type,
            size=len(cleaned.data),
            seconds=cleaned.seconds,
        )

    def settle(self, name: str) -> None:
        """The turn that brings a file is over: from now on its row says whether it is used."""
        self._store.settle(name)

    def open(self, name: str) -> bytes | None:
        """What is kept under a name; None when it is gone or not what it was."""
        try:
            return self._store.open(name)
        except (MissingMedia, DamagedMedia):
            return None

    async def erase_unused(self, database: Database, executor: Executor) -> int:
        """Erase files that no row refers to. How many. Other processes may take files meanwhile.

        A file is put down before the turn that refers to it, so files are listed first and the
        rows are read after, and those whose turn is still to come are left alone, until another
        time. Both is asked of each once more: what nobody has may be sent again meanwhile.
        """
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(executor, lambda: sorted(self._store.names()))
        coming = await loop.run_in_executor(executor, self._store.expected)
        used: set[str] = set()
        for start in range(0, len(found), LOOKED_UP_MOST):
            some = found[start : start + LOOKED_UP_MOST]
            used |= await database.read(used_files.media_names, *some)
        unused = [name for name in found if name not in used and name not in coming]
        gone = 0
        for start in range(0, len(unused), ERASED_AT_ONCE):
            some = unused[start : start + ERASED_AT_ONCE]
            expected = await loop.run_in_executor(executor, self._store.expected)
            sent_again = expected | await database.read(used_files.media_names, *some)
            gone += await loop.run_in_executor(executor, self._erase, set(some) - sent_again)
        if not coming.isdisjoint(set(found) - used):
            # Whoever was to bring the row may have died, or it came and is gone again.
            await database.write(
                later.kick, CLEAN_FILES, dedupe=f"{CLEAN_FILES} again", delay=COMING_MOST
            )
        return gone

    def _erase(self, names: Collection[str]) -> int:
        """Those that nobody puts down again just now. How many."""
        gone = 0
        for name in names:
            if name not in self._store.expected():
                self._store.erase(name)
                gone += 1
        return gone
