"""Files of residents, looked at from outside: whatever a row names is there, and nothing else."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.world.town import Town


def files_wrong(town: Town, *, cleaned: bool) -> str:
    """What is not as it should be of any file; empty where all is. `cleaned` says that files
    were erased since the last one came: then there is none that no row names."""
    kept = town.outdoors.files
    rows = town.raw().execute("select state, name, file is not null from media").fetchall()
    for state, name, sealed in rows:
        if state != "kept":
            if name:
                return f"a file is {state}, and has a name"
        elif name not in kept:
            return f"{name[:8]} is kept, and not in the store"
        elif sha256(kept[name]).hexdigest() != name:
            return f"{name[:8]} is not what it was"
        if sealed and state != "waiting":
            return f"a file is {state}, and what Telegram calls it is there still"
    # A process that dies as its row is committed leaves that behind for an hour.
    if town.outdoors.expected and not town.outdoors.deaths:
        return f"{len(town.outdoors.expected)} files are expected by nobody"
    unused = set(kept).difference(name for _state, name, _sealed in rows)
    if cleaned and unused:
        return f"{sorted(unused)[0][:8]} is nobody's, and in the store"
    return ""
