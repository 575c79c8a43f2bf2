"""Which process sends a bot's announcements: a lease with a number that grows with each holder.

A process that was slow for longer than its lease finds another number there. What it was sending
counts as unknown by then, and it can neither mark it nor send more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from storage.columns import Utc
from storage.statements import Prepared, add_once, table_of
from storage.tables import Walk

LEASE = timedelta(seconds=60)
"""A process that says nothing for so long has lost the bot."""


def take(
    connection: Connection,
    bot: str,
    holder: str,
    now: datetime,
    lease: timedelta | None = None,
    *,
    anew: bool = False,
) -> int | None:
    """Take a bot, or keep it: the fence under which this process sends. None while another process
    has it. Without a `lease` it is `LEASE`. Taken `anew`, the fence is one that nothing was sent
    under yet, not by this process either: an earlier walk of its own may have broken off."""
    until = now + (LEASE if lease is None else lease)
    if add_once(connection, Walk, bot=bot, fence=1, holder=holder, lease_until=until):
        return 1
    [[last, who, ends]] = _HOLD.rows(connection, {"of": bot})
    if who != holder and ends > now:
        return None
    # Whoever was slow and finds that nobody came meanwhile goes on.
    fence = int(last) + (0 if who == holder and not anew else 1)
    values = {"of": bot, "fence": fence, "holder": holder, "lease_until": until}
    _TAKE.run(connection, values)
    return fence


_HOLD = Prepared(
    select(Walk.fence, Walk.holder, Walk.lease_until)
    .where(Walk.bot == bindparam("of"))
    .with_for_update(key_share=True)
)
_TAKE = Prepared(
    update(table_of(Walk))
    .where(Walk.bot == bindparam("of"))
    .values(
        fence=bindparam("fence"),
        holder=bindparam("holder"),
        lease_until=bindparam("lease_until"),
    )
)


def lease_until(connection: Connection, bot: str) -> datetime | None:
    return connection.scalar(select(Walk.lease_until).where(Walk.bot == bot))


def release(connection: Connection, bot: str, holder: str, now: datetime) -> None:
    """Leave a bot to whoever comes next, at once."""
    connection.execute(
        update(Walk).where(Walk.bot == bot, Walk.holder == holder).values(lease_until=now)
    )


def release_all(connection: Connection, now: datetime) -> None:
    """What a process had when it died is free. Only where no other process sends."""
    _RELEASE_ALL.run(connection, {"now": now})


_RELEASE_ALL = Prepared(
    update(table_of(Walk))
    .where(Walk.lease_until > bindparam("now", type_=Utc()))
    .values(lease_until=bindparam("now", type_=Utc()))
)
