"""Everything that a program takes from outside itself, handed in: the clock, ids and chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Outside:
    """`clock` is aware, in UTC; `random(n)` gives n unguessable bytes."""

    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    def new_id(self) -> str:
        """26 signs that sort by the time they were made (48 bits of milliseconds, 80 of chance).

        The layout is that of ULID, in lower case.
        """
        moment = int(self.clock().timestamp() * 1000)
        number = (moment << 80) | int.from_bytes(self.random(10), "big")
        return "".join(_SIGNS[(number >> shift) & 31] for shift in range(125, -1, -5))

    def draw(self, signs: str, count: int) -> str:
        """So many signs of an alphabet, each as likely as the other."""
        drawn: list[str] = []
        fair = 256 - 256 % len(signs)
        while len(drawn) < count:
            drawn += [signs[byte % len(signs)] for byte in self.random(count * 2) if byte < fair]
        return "".join(drawn[:count])
