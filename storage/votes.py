"""Votes as their rows say them: what is asked, of whom, and where each stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, Table, bindparam, insert, select, update

from bot.domain.messages import Name
from bot.domain.votes import Option, Status, Vote, Who
from storage.countries import Countries
from storage.statements import Prepared, add_once, table_of
from storage.tables import Vote as VoteTable
from storage.tables import VoteOption

_VOTE = table_of(VoteTable)
_OPTION = table_of(VoteOption)

# Every ballot reads its vote.
_SHARE = Prepared(
    select(_VOTE).where(_VOTE.c.code == bindparam("code")).with_for_update(read=True)
)
_OPTIONS = Prepared(
    select(_OPTION).where(_OPTION.c.vote == bindparam("code")).order_by(_OPTION.c.position)
)

# Every menu asks which votes are open.
_OPEN = Prepared(
    select(_VOTE)
    .where(_VOTE.c.country == bindparam("country"), _VOTE.c.status == Status.OPEN.value)
    .order_by(_VOTE.c.closes_at, _VOTE.c.code)
)

# Asked every minute.
_TO_CLEAN = Prepared(
    select(_VOTE.c.code)
    .where(_VOTE.c.status != Status.OPEN.value, _VOTE.c.cleaned_at.is_(None))
    .order_by(_VOTE.c.code)
)
_TO_CLOSE = Prepared(
    select(_VOTE.c.code)
    .where(_VOTE.c.status == Status.OPEN.value, _VOTE.c.closes_at <= bindparam("now"))
    .order_by(_VOTE.c.closes_at)
)


def add_vote(connection: Connection, vote: Vote, now: datetime) -> bool:
    """Store a vote with its options. False when its code or its key is taken."""
    added = add_once(
        connection,
        VoteTable,
        **_values(vote),
        code=vote.code,
        key=vote.key,
        country=vote.country,
        status=vote.status.value,
        status_at=now,
        early=False,
        reason="",
        turnout="",
        created_at=now,
        pilot=vote.pilot,
        demo=vote.demo,
    )
    if added:
        connection.execute(
            insert(_OPTION),
            [
                {"vote": vote.code, "key": option.key, "position": place, **_option_values(option)}
                for place, option in enumerate(vote.options)
            ],
        )
    return added


def correct_texts(connection: Connection, vote: Vote) -> None:
    """Put the texts of this vote, and nothing else of it, in the place of those that stand."""
    about = "" if vote.about is None else dump_name(vote.about)
    connection.execute(
        update(VoteTable)
        .where(VoteTable.code == vote.code)
        .values(question=dump_name(vote.question), about=about, owner=vote.owner)
    )
    for option in vote.options:
        values = _option_values(option)
        connection.execute(
            update(VoteOption)
            .where(VoteOption.vote == vote.code, VoteOption.key == option.key)
            .values({name: values[name] for name in ("label", "text", "emoji", "picture")})
        )


def find_vote(connection: Connection, name: str) -> Vote | None:
    """A vote by its code, or by the key of its file."""
    return _one(connection, _by_name(name))


def hold_vote(connection: Connection, code: str) -> Vote | None:
    """A vote that this transaction is going to change: no ballot is cast meanwhile."""
    return _one(connection, select(_VOTE).where(_VOTE.c.code == code).with_for_update())


def share_vote(connection: Connection, code: str) -> Vote | None:
    """A vote that this transaction casts a ballot of: it is not changed meanwhile."""
    rows = _SHARE.rows(connection, {"code": code})
    return _whole(connection, rows[0]) if rows else None


def list_votes(
    connection: Connection, countries: Countries = (), statuses: Sequence[Status] = ()
) -> list[Vote]:
    """Those that close first come first; what is not given leaves none out."""
    wanted = select(_VOTE).order_by(_VOTE.c.closes_at, _VOTE.c.code)
    if countries:
        wanted = wanted.where(_VOTE.c.country.in_(countries))
    if statuses:
        wanted = wanted.where(_VOTE.c.status.in_([status.value for status in statuses]))
    return _read(connection, wanted)


def open_votes(connection: Connection, country: str) -> list[Vote]:
    """Those that close first come first. They are few: each one's options are asked for."""
    return [_whole(connection, row) for row in _OPEN.rows(connection, {"country": country})]


def to_clean(connection: Connection) -> list[str]:
    """Votes that have ended and of which something may still join ballots with people."""
    return [str(code) for (code,) in _TO_CLEAN.rows(connection, {})]


def to_close(connection: Connection, now: datetime) -> list[str]:
    """Open votes whose last moment is past."""
    return [str(code) for (code,) in _TO_CLOSE.rows(connection, {"now": now})]


def set_status(
    connection: Connection,
    code: str,
    status: Status,
    now: datetime,
    *,
    early: bool = False,
    reason: Name | None = None,
    turnout: Mapping[str, int] | None = None,
) -> None:
    """End or publish a vote; what may follow what is the caller's to know."""
    values: dict[str, Any] = {"status": status.value, "status_at": now}
    if status is Status.PUBLISHED:
        values["published_at"] = now
    else:
        values |= {
            "ended_at": now,
            "early": early,
            "reason": "" if reason is None else dump_name(reason),
            "turnout": "" if turnout is None else json.dumps(turnout, sort_keys=True),
        }
    connection.execute(update(VoteTable).where(VoteTable.code == code).values(values))


def set_winners(connection: Connection, code: str, keys: Sequence[str]) -> None:
    """What the published result says of each option."""
    connection.execute(
        update(VoteOption).where(VoteOption.vote == code).values(won=VoteOption.key.in_(keys))
    )


def mark_cleaned(connection: Connection, codes: Sequence[str], now: datetime) -> None:
    connection.execute(
        update(VoteTable)
        .where(VoteTable.code.in_(codes), VoteTable.status != Status.OPEN.value)
        .values(cleaned_at=now)
    )


def withdraw_option(
    connection: Connection, code: str, key: str, reason: Name, now: datetime
) -> None:
    connection.execute(
        update(VoteOption)
        .where(VoteOption.vote == code, VoteOption.key == key)
        .values(withdrawn_at=now, reason=dump_name(reason))
    )


def turnout_of(connection: Connection, code: str) -> dict[str, int]:
    """Voters by area, as it was at the close; empty where nobody was asked."""
    stored = connection.scalar(select(VoteTable.turnout).where(VoteTable.code == code))
    found: dict[str, int] = json.loads(stored) if stored else {}
    return found


def dump_name(name: Name) -> str:
    """A text in its languages; the first is what everybody else reads."""
    pairs = dict([("", name.text), *name.spellings])
    return json.dumps([[language, words] for language, words in pairs.items()], ensure_ascii=False)


def load_name(data: str) -> Name:
    """Read back what `dump_name` wrote."""
    (_none, first), *rest = json.loads(data)
    return Name(str(first), tuple((str(language), str(words)) for language, words in rest))


def _by_name(name: str) -> Select[Any]:
    return select(_VOTE).where((_VOTE.c.code == name) | (_VOTE.c.key == name))


def _values(vote: Vote) -> dict[str, Any]:
    return {
        "owner": vote.owner,
        "question": dump_name(vote.question),
        "about": "" if vote.about is None else dump_name(vote.about),
        "opens_at": vote.opens,
        "closes_at": vote.closes,
        "zone": vote.zone,
        "method": vote.method,
        "tie": vote.tie,
        "most": vote.most,
        "seats": vote.seats,
        "least": vote.least,
        "pot": None if vote.pot is None else str(vote.pot),
        "currency": vote.currency,
        "within_pot": vote.within_pot,
        "blank": vote.blank,
        "adult": vote.who.adult,
        "areas": json.dumps(vote.who.areas),
        "registered_before": vote.who.registered_before,
        "ask_area": vote.ask_area,
        "result_days": vote.result_days,
    }


def _option_values(option: Option) -> dict[str, Any]:
    return {
        "label": dump_name(option.label),
        "text": "" if option.text is None else dump_name(option.text),
        "emoji": option.emoji,
        "cost": str(option.cost),
        "picture": option.picture,
        "reason": "" if option.withdrawn is None else dump_name(option.withdrawn),
    }


def _one(connection: Connection, wanted: Select[Any]) -> Vote | None:
    return next(iter(_read(connection, wanted)), None)


def _read(connection: Connection, wanted: Select[Any]) -> list[Vote]:
    rows = connection.execute(wanted).mappings().all()
    if not rows:
        return []
    options: dict[str, list[Option]] = {row["code"]: [] for row in rows}
    of_them = select(_OPTION).where(_OPTION.c.vote.in_(list(options)))
    for one in connection.execute(of_them.order_by(_OPTION.c.position)).mappings():
        options[one["vote"]].append(_option({**one}))
    return [_vote({**row}, tuple(options[row["code"]])) for row in rows]


def _whole(connection: Connection, row: Sequence[Any]) -> Vote:
    """A vote of a prepared statement's row, with its options."""
    vote = _named(_VOTE, row)
    rows = _OPTIONS.rows(connection, {"code": vote["code"]})
    return _vote(vote, tuple(_option(_named(_OPTION, row)) for row in rows))


def _named(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(table.c.keys(), row, strict=True))


def _option(row: Mapping[str, Any]) -> Option:
    return Option(
        key=row["key"],
        label=load_name(row["label"]),
        text=load_name(row["text"]) if row["text"] else None,
        emoji=row["emoji"],
        cost=Decimal(row["cost"]),
        picture=row["picture"],
        withdrawn=load_name(row["reason"]) if row["withdrawn_at"] is not None else None,
    )


def _vote(row: Mapping[str, Any], options: tuple[Option, ...]) -> Vote:
    zone = ZoneInfo(row["zone"])
    return Vote(
        key=row["key"],
        country=row["country"],
        question=load_name(row["question"]),
        options=options,
        opens=row["opens_at"].astimezone(zone),
        closes=row["closes_at"].astimezone(zone),
        zone=row["zone"],
        method=row["method"],
        tie=row["tie"],
        owner=row["owner"],
        about=load_name(row["about"]) if row["about"] else None,
        who=Who(
            adult=row["adult"],
            areas=tuple(json.loads(row["areas"])),
            registered_before=row["registered_before"],
        ),
        most=row["most"],
        seats=row["seats"],
        least=row["least"],
        pot=None if row["pot"] is None else Decimal(row["pot"]),
        currency=row["currency"],
        within_pot=row["within_pot"],
        blank=row["blank"],
        ask_area=row["ask_area"],
        result_days=row["result_days"],
        code=row["code"],
        status=Status(row["status"]),
        ended_at=row["ended_at"],
        early=row["early"],
        reason=load_name(row["reason"]) if row["reason"] else None,
        cleaned_at=row["cleaned_at"],
        published_at=row["published_at"],
        pilot=row["pilot"],
        demo=row["demo"],
    )
