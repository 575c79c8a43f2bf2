"""What was announced: where each copy stands, and how often it stands where it should."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from tests.world.answers import Shown
from tests.world.organisers import START
from tests.world.quiet import is_night

if TYPE_CHECKING:
    from tests.world.town import Town

ENDS = frozenset({"sent", "given up", "unknown", "held", "cancelled"})
WEEK = timedelta(days=7).total_seconds()
NOT_SENT = frozenset({"waiting", "given up", "held", "cancelled"})


class Announced:
    """All announcements of a town, and their copies."""

    def __init__(self, town: Town) -> None:
        self._town = town
        raw = town.raw()
        self._texts: Mapping[str, frozenset[str]] = {
            id: frozenset(text for _language, text in json.loads(content)[0])
            for id, content in raw.execute("select id, content from announcement").fetchall()
        }
        self._all = frozenset(text for texts in self._texts.values() for text in texts)
        """Every text in every language."""
        self._copies: list[tuple[str, str, str, str, str]] = []
        """Announcement, bot, who, state and reason."""
        if self._texts:
            self._copies = self._read(raw)

    def _read(self, raw: Any) -> list[tuple[str, str, str, str, str]]:
        found = raw.execute(
            "select d.announcement_id, d.bot, d.state, d.reason, a.cipher, a.key_id"
            " from delivery d left join address a on a.id = d.address_id"
        )
        return [
            (id, bot, self._who(bot, cipher, key_id), state, reason)
            for id, bot, state, reason, cipher, key_id in found.fetchall()
        ]

    def _who(self, bot: str, cipher: bytes | None, key_id: str) -> str:
        return "" if cipher is None else self._town.unseal("address", cipher, key_id, bot)

    def is_copy(self, shown: Shown) -> bool:
        """Whether a message of Telegram's is one. Who answers a vote that is over is told its
        result in the same words, without the button that each copy has."""
        return bool(shown.labels) and shown.text in self._all

    @property
    def rows(self) -> Sequence[tuple[Any, ...]]:
        """Who, state and reason of each copy."""
        return sorted((bot, who, state, reason) for _id, bot, who, state, reason in self._copies)

    def wrong(self, base: Mapping[int, int], *, restored: bool = False) -> str:
        """What is not as it should be, whatever happened; empty where all is. A `restored`
        database may not know what was sent since."""
        if not self._copies:
            return ""
        for id, bot, who, state, _reason in self._copies:
            if who and (wrong := self._copy_wrong(id, bot, who, state, restored)):
                return wrong
        return self._at_night(base) or self._too_often() or self._after_stop(base)

    def _copy_wrong(self, id: str, bot: str, who: str, state: str, restored: bool) -> str:
        times = self._times(id, bot, who)
        if state not in ENDS | {"waiting"}:
            return f"a copy to {who} is {state}"
        if times > 1:
            return f"{who} was sent one announcement {times} times"
        if state == "sent" and times == 0:
            return f"a copy to {who} is sent, and does not stand there"
        if state in NOT_SENT and times and not restored:
            return f"a copy to {who} is {state}, and stands there"
        return ""

    def _times(self, id: str, bot: str, who: str) -> int:
        if bot.endswith("/telegram"):
            chat = self._town.outdoors.telegram.chats.get(int(who), [])
            return sum(self.is_copy(shown) and shown.text in self._texts[id] for shown in chat)
        entries = [entry for entry in self._town.entries_of(who) if '"opens":[]' not in entry]
        quoted = [msgspec.json.encode(text).decode()[1:-1] for text in self._texts[id]]
        return sum(any(text in entry for text in quoted) for entry in entries)

    def _too_often(self) -> str:
        for chat, shown in self._town.outdoors.telegram.chats.items():
            came = [message.at for message in shown if self.is_copy(message)]
            if any(later - sooner < WEEK for sooner, later in pairwise(came)):
                return f"{chat} was sent two announcements in a week"
        return ""

    def _after_stop(self, base: Mapping[int, int]) -> str:
        outdoors = self._town.outdoors
        rows = self._town.raw().execute(
            "select a.bot, a.cipher, a.key_id, r.stopped_at from resident r"
            " join profile p on p.resident_id = r.id join address a on a.id = p.address_id"
            " where r.stopped_at is not null and a.bot like '%/telegram'"
        )
        for bot, cipher, key_id, stopped_at in rows.fetchall():
            chat = int(self._who(bot, cipher, key_id))
            new = outdoors.telegram.chats.get(chat, [])[base.get(chat, 0) :]
            stopped = datetime.fromisoformat(stopped_at)
            if stopped < outdoors.began and any(map(self.is_copy, new)):
                return f"{chat} has said stop, and was sent an announcement"
        return ""

    def _at_night(self, base: Mapping[int, int]) -> str:
        for chat, shown in self._town.outdoors.telegram.chats.items():
            for message in shown[base.get(chat, 0) :]:
                at = START + timedelta(seconds=message.at)
                if self.is_copy(message) and is_night(at):
                    return f"{chat} was sent an announcement at {at:%H:%M} UTC, in quiet hours"
        return ""


def alike(wanted: Sequence[tuple[Any, ...]], got: Sequence[tuple[Any, ...]]) -> bool:
    """Whether each copy stands where it should. One that was under way may be unknown."""
    if len(wanted) != len(got):
        return False
    left = list(wanted)
    for row in sorted(got, key=lambda row: row[2] == "unknown"):
        fits = [one for one in left if one == row]
        if not fits and row[2] == "unknown":
            # Whoever was forgotten since is nobody's, whatever became of it.
            fits = [one for one in left if one[:2] == row[:2]]
        if not fits:
            return False
        left.remove(fits[0])
    return True
