"""What each bot may send, in one row that all processes draw from; and when it, or one of its
chats, must be silent.

The rate is kept by the generic cell rate algorithm (ITU-T I.371): a row holds no more than the
moment when all that was drawn is used up. Up to `BURST` of it may be drawn ahead by what people
wait for, and only a little by what goes to many, so that a reply seldom waits behind those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from storage.columns import Utc
from storage.statements import Prepared, add_once, table_of
from storage.tables import Address, ChatPause, SendBudget

BURST = timedelta(seconds=1)
"""So much of its rate a bot may send at once after a pause: Telegram counts by the second."""

BULK_BURST = timedelta(seconds=0.2)
"""Of which what goes to many takes so much: the rest is there for the replies of that moment."""

_HAIR = 2e-3
"""Moments have whole microseconds: what is cut off them must not cost a whole operation, not
even at a thousand a second."""

_SLACK = timedelta(seconds=1)
"""The clocks of several hosts differ by so much at most."""

_DEBT = timedelta(seconds=60)
"""What is charged after it was sent may use up the rate of so long a time in advance."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A bot's row. Without one nothing was ever drawn and nobody asked for silence."""

    bot: str
    tat: datetime
    paused_until: datetime | None = None
    held: bool = False

    def silent(self, now: datetime) -> bool:
        """Whether nothing at all may be sent, whatever the rate."""
        return self.held or (self.paused_until is not None and self.paused_until > now)

    def left(self, now: datetime, rate: float, burst: timedelta = BURST) -> int:
        """How many operations may be drawn now, at `rate` a second."""
        if self.silent(now):
            return 0
        ahead = max(0.0, (self._tat(now, burst) - now).total_seconds())
        return int((_seconds(burst, rate) - ahead) * rate + _HAIR)

    def opens(self, now: datetime, rate: float | None, burst: timedelta = BURST) -> datetime:
        """When the next operation may be drawn: `now`, or later. `rate` None is no limit."""
        if self.held:
            return datetime.max.replace(tzinfo=now.tzinfo)
        after = max(now, self.paused_until or now)
        if rate is None:
            return after
        one = timedelta(seconds=1 / rate - _seconds(burst, rate))
        return max(after, self._tat(now, burst) + one)

    def drawn(self, now: datetime, rate: float, count: int, burst: timedelta = BURST) -> datetime:
        """`tat` after so many were drawn."""
        return max(now, self._tat(now, burst)) + timedelta(seconds=count / rate)

    def _tat(self, now: datetime, burst: timedelta) -> datetime:
        # Further ahead it can only be by a clock that was put back since.
        possible = self.tat <= now + max(burst, BURST) + _SLACK + _DEBT
        return self.tat if possible else now


def _seconds(burst: timedelta, rate: float) -> float:
    """A burst is one operation at least, however slow the bot."""
    return max(burst.total_seconds(), 1 / rate)


@dataclass(frozen=True, slots=True)
class Drawn:
    """So many may be sent now; the next ones from `again_at` on."""

    count: int
    again_at: datetime


def read_budgets(connection: Connection) -> dict[str, Budget]:
    """By bot; one that never drew has none."""
    return {row[0]: Budget(*row) for row in _ALL.rows(connection, {})}


_COLUMNS = (SendBudget.bot, SendBudget.tat, SendBudget.paused_until, SendBudget.held)
_ALL = Prepared(select(*_COLUMNS))


def hold_budget(connection: Connection, bot: str, now: datetime) -> Budget:
    """A bot's row, made where there is none, held until the transaction ends."""
    found = _HOLD.rows(connection, {"of": bot})
    if not found:
        add_once(connection, SendBudget, bot=bot, tat=now, held=False)
        found = _HOLD.rows(connection, {"of": bot})
    return Budget(*found[0])


_HOLD = Prepared(select(*_COLUMNS).where(SendBudget.bot == bindparam("of")).with_for_update())


def draw(
    connection: Connection,
    bot: str,
    rate: float,
    most: int,
    now: datetime,
    burst: timedelta = BURST,
) -> Drawn:
    """Take up to `most` operations out of a bot's budget. What is taken and not sent is lost."""
    budget = hold_budget(connection, bot, now)
    count = max(0, min(most, budget.left(now, rate, burst)))
    if count:
        tat = budget.drawn(now, rate, count, burst)
        _DRAW.run(connection, {"of": bot, "used": tat})
        budget = Budget(bot, tat, budget.paused_until, budget.held)
    return Drawn(count, budget.opens(now, rate, burst))


_DRAW = Prepared(
    update(table_of(SendBudget))
    .where(SendBudget.bot == bindparam("of"))
    .values(tat=bindparam("used"))
)


def charge(connection: Connection, bot: str, rate: float, count: int, now: datetime) -> None:
    """So many requests were made beyond those that were drawn for: nothing more is drawn until
    they are made good."""
    budget = hold_budget(connection, bot, now)
    used = min(budget.drawn(now, rate, count), now + BURST + _DEBT)
    _DRAW.run(connection, {"of": bot, "used": used})


def pause(connection: Connection, bot: str, until: datetime, now: datetime) -> None:
    """The channel asked for silence. A longer wait that was asked for before stands."""
    budget = hold_budget(connection, bot, now)
    if budget.paused_until is None or budget.paused_until < until:
        _set(connection, bot, paused_until=until)


def set_held(connection: Connection, bot: str, held: bool, now: datetime) -> bool:
    """The operator pauses a bot, or resumes it. Whether that changed anything."""
    budget = hold_budget(connection, bot, now)
    if budget.held != held:
        _set(connection, bot, held=held)
    return budget.held != held


def paused(connection: Connection, now: datetime) -> Mapping[str, datetime]:
    """The bots that a channel wants silent now, each with its end."""
    return {
        bot: budget.paused_until
        for bot, budget in read_budgets(connection).items()
        if budget.paused_until is not None and budget.paused_until > now
    }


def pause_chat(connection: Connection, address_id: str, until: datetime, now: datetime) -> None:
    """The channel asked for silence in one chat. What is over of others is forgotten."""
    connection.execute(
        delete(ChatPause).where(or_(ChatPause.until <= now, ChatPause.address_id == address_id))
    )
    add_once(connection, ChatPause, address_id=address_id, until=until)


def paused_chats(connection: Connection, now: datetime) -> Mapping[tuple[str, bytes], datetime]:
    """Until when chats are to be left alone, each by its bot and the hash of its address."""
    rows = _PAUSED_CHATS.rows(connection, {"now": now})
    return {(bot, hash): until for bot, hash, until in rows}


_PAUSED_CHATS = Prepared(
    select(Address.bot, Address.hash, ChatPause.until)
    .join(Address, Address.id == ChatPause.address_id)
    .where(ChatPause.until > bindparam("now", type_=Utc()))
)


def _set(connection: Connection, bot: str, **values: object) -> None:
    connection.execute(update(SendBudget).where(SendBudget.bot == bot).values(**values))
