"""How it stands with what is owed, by bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Select, case, func, select

from storage.budget import read_budgets
from storage.owed_states import GIVEN_UP, OPEN, OWED, SENDING, SENT, UNKNOWN
from storage.tables import Address, Outbox


@dataclass(slots=True)
class BotCounts:
    """Of one bot. `twice` were sent, and may stand there once more, since an answer was lost."""

    bot: str
    owed: int = 0
    sending: int = 0
    sent_today: int = 0
    given_up: dict[str, int] = field(default_factory=dict)
    """By reason."""
    unknown: int = 0
    twice: int = 0
    oldest: datetime | None = None
    """Since when something is owed that could have been sent."""
    silent_until: datetime | None = None
    """Its channel asked for silence until then."""
    held: bool = False
    """The operator has paused it."""


def by_bot(connection: Connection, now: datetime) -> Mapping[str, BotCounts]:
    """Every bot that was ever owed anything, or is paused; a day begins at midnight UTC."""
    found: dict[str, BotCounts] = {}
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for bot, state, reason, count, today, twice in connection.execute(_counts(midnight)):
        counts = found.setdefault(bot, BotCounts(bot))
        if state == OWED:
            counts.owed += count
        elif state == SENDING:
            counts.sending += count
        elif state == SENT:
            counts.sent_today += today
            counts.twice += twice
        elif state == GIVEN_UP:
            counts.given_up[reason or ""] = counts.given_up.get(reason or "", 0) + count
        elif state == UNKNOWN:
            counts.unknown += count
    for bot, oldest in connection.execute(_OLDEST.where(Outbox.due_at <= now)):
        found[bot].oldest = oldest
    for bot, budget in read_budgets(connection).items():
        silent = budget.paused_until is not None and budget.paused_until > now
        if budget.held or silent:
            counts = found.setdefault(bot, BotCounts(bot))
            counts.held = budget.held
            counts.silent_until = budget.paused_until if silent else None
    return dict(sorted(found.items()))


def _counts(day: datetime) -> Select[str, str, str | None, int, int, int]:
    # Only what stands in a chat as a message can stand there twice: it has a number there.
    twice = (Outbox.unsure > 0) & (func.coalesce(Outbox.ref, "") != "")
    return (
        select(
            Address.bot,
            Outbox.state,
            Outbox.reason,
            func.count(),
            func.sum(case((Outbox.created_at >= day, 1), else_=0)),
            func.sum(case((twice, 1), else_=0)),
        )
        .join(Address, Address.id == Outbox.address_id)
        .group_by(Address.bot, Outbox.state, Outbox.reason)
    )


_OLDEST = (
    select(Address.bot, func.min(Outbox.created_at))
    .join(Address, Address.id == Outbox.address_id)
    .where(OPEN)
    .group_by(Address.bot)
)
