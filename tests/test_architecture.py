"""The house keeps its rooms: who may import whom.

The table is the one of the README's architecture section. A module that belongs to no room fails,
so a new room is added here, on purpose, with what it may know.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from dataclasses import dataclass

import pytest

from tests.house import OURS, ROOT, Module, modules, read_imports, within

TELEGRAM = ("aiogram", "telegram")
EVERYTHING = OURS


@dataclass(frozen=True, slots=True)
class Room:
    """What a room may know, besides itself and the standard library."""

    may: tuple[str, ...] = ()
    """Modules of ours, each with all that is below it."""
    libraries: tuple[str, ...] | None = ()
    """Packages of others by the name that is imported; None means any that `never` leaves."""
    never: tuple[str, ...] = ()
    """Refused whatever else is said; modules of the standard library too."""


CHANCE_AND_CLOCK = ("asyncio", "random", "secrets", "time", "uuid")
ABOVE_CHANNELS = (
    "bot.conversation",
    "bot.organisers",
    "bot.services",
    "bot.domain",
    "bot.i18n",
    "bot.keys",
    "bot.telegram_http",
    "bot.telegram_line",
    "bot.telegram_text",
    "bot.stopping",
    "bot.metrics",
    "bot.asgi",
)

# The longest name that a module begins with is its room. A room that does not exist yet waits.
ROOMS: dict[str, Room] = {
    "bot": Room(),
    "bot.domain": Room(never=CHANCE_AND_CLOCK),
    "bot.flows": Room(may=("bot.domain",), never=CHANCE_AND_CLOCK),
    "bot.flows.matching": Room(
        may=("bot.domain", "bot.flows.named", "bot.flows.numbers", "bot.flows.plainer"),
        libraries=("rapidfuzz",),
        never=CHANCE_AND_CLOCK,
    ),
    "bot.flows.state": Room(may=("bot.domain",), libraries=("msgspec",), never=CHANCE_AND_CLOCK),
    "bot.counting": Room(may=("bot.domain",), never=CHANCE_AND_CLOCK),
    # A vote's file names counting and tie rules, and amounts as they are read there.
    "bot.country": Room(may=("bot.domain", "bot.counting")),
    "bot.i18n": Room(may=("bot.domain",), libraries=("babel",)),
    "bot.pictures": Room(
        may=("bot.domain", "bot.flows"), libraries=None, never=(*TELEGRAM, "sqlalchemy")
    ),
    "storage": Room(
        may=("bot.domain", "bot.keys"),
        libraries=("sqlalchemy", "alembic", "aiosqlite", "asyncpg", "pgqueuer", "msgspec"),
    ),
    "bot.services": Room(
        may=(
            "bot.domain",
            "storage",
            "bot.counting",
            "bot.country",
            "bot.i18n",
            "bot.pictures",
            "bot.keys",
        ),
        libraries=None,
        never=(*TELEGRAM, "sqlalchemy"),
    ),
    "bot.demo": Room(
        may=("bot.domain", "bot.services", "storage", "bot.country", "bot.i18n", "bot.keys"),
        libraries=(),
    ),
    "bot.exports": Room(
        may=("bot.domain", "bot.counting", "bot.i18n", "storage"),
        libraries=None,
        never=(*TELEGRAM, "sqlalchemy"),
    ),
    "bot.conversation": Room(
        may=(
            "bot.domain",
            "bot.flows",
            "bot.services",
            "bot.country",
            "bot.i18n",
            "storage",
            "bot.keys",
        ),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.organisers": Room(
        may=(
            "bot.domain",
            "bot.flows",
            "bot.services",
            "bot.country",
            "bot.i18n",
            "storage",
            "bot.keys",
        ),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.work": Room(
        may=(
            "bot.domain",
            "bot.services",
            "storage",
            "bot.country",
            "bot.keys",
            "bot.stopping",
        ),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.keys": Room(libraries=("cryptography",)),
    # How every library that speaks to the Bot API reaches it.
    "bot.telegram_http": Room(libraries=("aiohttp", "certifi")),
    "bot.telegram_line": Room(
        may=("bot.telegram_http",), libraries=("httptools", "aiohappyeyeballs", "yarl")
    ),
    "bot.telegram_text": Room(may=("bot.domain",)),
    "bot.handlers": Room(may=ABOVE_CHANNELS, libraries=None, never=("sqlalchemy", "telegram")),
    "bot.channels": Room(may=ABOVE_CHANNELS, libraries=None, never=("sqlalchemy", "aiogram")),
    "desk": Room(
        may=(
            "bot.services",
            "bot.exports",
            "storage",
            "bot.domain",
            "bot.counting",
            "bot.i18n",
            "bot.country",
            "bot.pictures",
        ),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.dotenv": Room(),
    # Where a server is, storage reads; settings only ask it whether that can be read.
    "bot.settings": Room(
        may=("bot.dotenv", "bot.settings_table", "storage.postgres_url", "bot.telegram_settings")
    ),
    "bot.settings_table": Room(),
    "bot.telegram_settings": Room(),
    "bot.logs": Room(),
    "bot.program": Room(),
    # It counts what operations became.
    "bot.metrics": Room(may=("bot.domain",)),
    # How pages, hook and metrics are served alike.
    "bot.asgi": Room(libraries=("uvicorn",)),
    # How loops of any room end.
    "bot.stopping": Room(),
    # The rooms that put the house together.
    # A missing driver is told with the command that installs it.
    "bot.databases": Room(
        may=("bot.domain", "bot.settings", "bot.keys", "bot.program", "bot.work", "storage")
    ),
    "bot.app": Room(may=EVERYTHING, libraries=None),
    "bot.duties": Room(may=EVERYTHING, libraries=()),
    "bot.serving": Room(may=EVERYTHING, libraries=None),
    # Of the same kind as app, which it is a part of: objects made and handed to each other.
    "bot.telegram_bots": Room(may=EVERYTHING, libraries=None),
    "bot.announcing": Room(may=EVERYTHING, libraries=()),
    "bot.cli": Room(may=EVERYTHING, libraries=None),
    "bot.__main__": Room(may=("bot.cli",)),
}


def room_of(name: str) -> str | None:
    """The bare `bot` is the room of its `__init__` alone: it takes in nobody by accident."""
    fitting = [room for room in ROOMS if within(name, room) and (room != "bot" or name == "bot")]
    return max(fitting, key=len, default=None)


def refusal(name: str, target: str) -> str | None:
    """Why the module `name` may not import `target`, or None."""
    room = room_of(name)
    if room is None:
        return "this module belongs to no room; add one to ROOMS in tests/test_architecture.py"
    rules = ROOMS[room]
    if any(within(target, banned) for banned in rules.never):
        return f"{room} must never know {target}"
    top = target.partition(".")[0]
    if top in OURS:
        if within(target, room) or any(within(target, allowed) for allowed in rules.may):
            return None
        allowed = ", ".join(rules.may) or "nothing else of ours"
        return f"{room} may know {allowed}; not {target}"
    if top in sys.stdlib_module_names or rules.libraries is None or top in rules.libraries:
        return None
    return f"{room} may use {', '.join(rules.libraries) or 'the standard library only'}; not {top}"


def broken_rules(module: Module, known: frozenset[str]) -> list[str]:
    package = module.path.name == "__init__.py"
    broken = []
    for found in read_imports(module.tree, module.name, package, known):
        reason = refusal(module.name, found.target)
        if reason:
            broken.append(f"{module.path.relative_to(ROOT)}:{found.line}: {reason}")
    return broken


def test_modules_import_only_what_their_room_may_know() -> None:
    assert modules(), "no modules found; was the folder moved?"
    known = frozenset(module.name for module in modules())
    broken = [line for module in modules() for line in broken_rules(module, known)]
    assert not broken, "\n" + "\n".join(broken)


def test_every_module_belongs_to_a_room() -> None:
    assert modules(), "no modules found; was the folder moved?"
    homeless = [module.name for module in modules() if room_of(module.name) is None]
    assert not homeless, f"add a room to ROOMS for: {', '.join(homeless)}"


@pytest.mark.parametrize(
    ("name", "target", "allowed"),
    [
        ("bot.domain.reports", "datetime", True),
        ("bot.domain.reports", "bot.domain.places", True),
        ("bot.domain.reports", "time", False),
        ("bot.domain.reports", "bot.flows.engine", False),
        ("bot.domain.reports", "msgspec", False),
        ("bot.flows.matching", "rapidfuzz.fuzz", True),
        ("bot.flows.engine", "rapidfuzz", False),
        ("bot.flows.engine", "msgspec", False),
        ("bot.flows.engine", "bot.flows.matching", True),
        ("bot.flows.engine", "asyncio.tasks", False),
        ("bot.services.reports", "storage.database", True),
        ("bot.services.reports", "sqlalchemy", False),
        ("bot.services.reports", "bot.channels.web", False),
        ("bot.channels.web", "starlette.routing", True),
        ("bot.channels.web", "storage", False),
        ("bot.channels.web", "bot.handlers", False),
        ("bot.channels.web", "aiogram", False),
        ("bot.work.outbox", "bot.channels", False),
        ("bot.keys", "cryptography.exceptions", True),
        ("bot.keys", "bot.settings", False),
        ("storage.reports", "bot.services", False),
        ("bot.cli.run", "bot.app", True),
        ("bot.nobody", "datetime", False),
    ],
)
def test_table_means_what_it_says(name: str, target: str, allowed: bool) -> None:
    assert (refusal(name, target) is None) is allowed


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
    import asyncio
    from bot import keys
    from . import places
    from ..flows.engine import advance
    if TYPE_CHECKING:
        from sqlalchemy import Connection
    def later():
        import random
    """
    known = frozenset({"bot", "bot.keys", "bot.domain", "bot.domain.places", "bot.flows.engine"})
    tree = ast.parse(textwrap.dedent(source))
    found = {found.target for found in read_imports(tree, "bot.domain.reports", False, known)}
    assert found == {
        "asyncio",
        "bot.keys",
        "bot.domain.places",
        "bot.flows.engine",
        "sqlalchemy",
        "random",
    }
    (own,) = read_imports(ast.parse("from . import places"), "bot.domain", True, known)
    assert own.target == "bot.domain.places"
