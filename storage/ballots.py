"""Ballots, and who took part. Nothing here knows what is in a sealed ballot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from bot.domain.votes import Status
from storage.statements import Prepared, add_once, insert_into, table_of
from storage.tables import Ballot, Base, CountedBallot, CountedCode, TookPart, Vote

SECRET_TABLES = ("ballot", "took_part")
"""Tables from which rows are dropped at a close that must not be found in any old page."""

_BALLOT, _PART = table_of(Ballot), table_of(TookPart)
_CHANGE_BALLOT = Prepared(
    update(_BALLOT)
    .where(_BALLOT.c.vote == bindparam("of"), _BALLOT.c.mark == bindparam("under"))
    .values(sealed=bindparam("sealed"))
)
_CHANGE_PART = Prepared(
    update(_PART)
    .where(_PART.c.vote == bindparam("of"), _PART.c.resident_id == bindparam("who"))
    .values(area=bindparam("area"))
)
_PARTS_OF = (
    select(_PART.c.vote).where(_PART.c.resident_id == bindparam("who")).order_by(_PART.c.vote)
)
_PARTS = {
    False: Prepared(_PARTS_OF),
    True: Prepared(
        _PARTS_OF.join(Vote, Vote.code == _PART.c.vote).where(Vote.status == Status.OPEN.value)
    ),
}

_AREA_SAID = Prepared(
    select(_PART.c.area).where(
        _PART.c.vote == bindparam("of"), _PART.c.resident_id == bindparam("who")
    )
)


def put_ballot(connection: Connection, vote: str, mark: bytes, sealed: bytes) -> bool:
    """Keep a ballot in the place of the one under the same mark. Whether it is the first."""
    if add_once(connection, Ballot, vote=vote, mark=mark, sealed=sealed):
        return True
    _CHANGE_BALLOT.run(connection, {"of": vote, "under": mark, "sealed": sealed})
    return False


def find_ballot(connection: Connection, vote: str, mark: bytes) -> bytes | None:
    return connection.scalar(select(Ballot.sealed).where(Ballot.vote == vote, Ballot.mark == mark))


def drop_ballot(connection: Connection, vote: str, mark: bytes) -> None:
    connection.execute(delete(Ballot).where(Ballot.vote == vote, Ballot.mark == mark))


def read_ballots(connection: Connection, vote: str) -> list[tuple[bytes, bytes]]:
    """Mark and sealed ballot, in the order of the marks, which is none of people or time."""
    rows = connection.execute(
        select(Ballot.mark, Ballot.sealed).where(Ballot.vote == vote).order_by(Ballot.mark)
    )
    return [(mark, sealed) for mark, sealed in rows]


def some_ballots(
    connection: Connection, vote: str, after: bytes, most: int
) -> list[tuple[bytes, bytes]]:
    """As `read_ballots`, so many behind a mark."""
    rows = connection.execute(
        select(Ballot.mark, Ballot.sealed)
        .where(Ballot.vote == vote, Ballot.mark > after)
        .order_by(Ballot.mark)
        .limit(most)
    )
    return [(mark, sealed) for mark, sealed in rows]


def count_ballots(connection: Connection, vote: str) -> int:
    wanted = select(func.count()).select_from(Ballot).where(Ballot.vote == vote)
    return connection.scalar(wanted) or 0


def drop_ballots(connection: Connection, vote: str) -> None:
    connection.execute(delete(Ballot).where(Ballot.vote == vote))


def add_counted(
    connection: Connection, vote: str, ballots: Sequence[str], codes: Sequence[str]
) -> None:
    """Keep what was counted, numbered as it comes: the caller has drawn the order by lot, and
    hands in the codes in their own."""
    _add_numbered(connection, CountedBallot, vote, ballots)
    _add_numbered(connection, CountedCode, vote, codes)


def _add_numbered(
    connection: Connection, kind: type[Base], vote: str, values: Sequence[str]
) -> None:
    """One statement, however many: everybody waits until all stand there."""
    names = [column.name for column in table_of(kind).columns]
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"insert into {kind.__tablename__} ({', '.join(names)}) "
            "select ?, key + 1, value from json_each(?)",
            (vote, msgspec.json.encode(values).decode()),
        )
        return
    # Loaded for a town on a server alone.
    from storage import postgres_line

    rows = [(vote, number, value) for number, value in enumerate(values, start=1)]
    postgres_line.copy_in(connection, kind.__tablename__, names, rows)


def counted_ballots(connection: Connection, vote: str) -> list[tuple[str, ...]]:
    rows = connection.scalars(
        select(CountedBallot.choices)
        .where(CountedBallot.vote == vote)
        .order_by(CountedBallot.number)
    )
    return [tuple(choices.split(",")) if choices else () for choices in rows]


def counted_codes(connection: Connection, vote: str) -> list[str]:
    """The codes of all ballots that were counted, in their own order."""
    return list(
        connection.scalars(
            select(CountedCode.code).where(CountedCode.vote == vote).order_by(CountedCode.number)
        )
    )


def note_part(connection: Connection, vote: str, resident_id: str, area: str) -> None:
    """Somebody has voted, and says to live there."""
    if not add_once(connection, TookPart, vote=vote, resident_id=resident_id, area=area):
        _CHANGE_PART.run(connection, {"of": vote, "who": resident_id, "area": area})


def area_said(connection: Connection, vote: str, resident_id: str) -> str | None:
    """Where somebody who has voted said to live, as it is kept; None for who has not."""
    said = _AREA_SAID.scalar(connection, {"of": vote, "who": resident_id})
    return None if said is None else str(said)


def voters(vote: str) -> Select[str]:
    """Selects the ids of the residents who voted and were not forgotten."""
    return select(TookPart.resident_id).where(TookPart.vote == vote)


def participants(connection: Connection, vote: str) -> list[str]:
    """Ids of the residents who voted and were not forgotten."""
    return list(connection.scalars(voters(vote).order_by(TookPart.resident_id)))


def count_parts(connection: Connection, vote: str) -> int:
    wanted = select(func.count()).select_from(TookPart).where(TookPart.vote == vote)
    return connection.scalar(wanted) or 0


def parts_of(connection: Connection, resident_id: str, *, only_open: bool = False) -> list[str]:
    """Codes of the votes that somebody took part in."""
    rows = _PARTS[only_open].rows(connection, {"who": resident_id})
    return [str(vote) for (vote,) in rows]


def turnout(connection: Connection, vote: str) -> dict[str, int]:
    """Voters by area; '' where none was asked."""
    rows = connection.execute(
        select(TookPart.area, func.count())
        .where(TookPart.vote == vote)
        .group_by(TookPart.area)
        .order_by(TookPart.area)
    )
    return {str(area): int(count) for area, count in rows}


def rewrite_parts(connection: Connection, vote: str) -> None:
    """Write the list of who took part anew, in the order of its people.

    On a server each row names the transaction that wrote it, and rows lie in the order in which
    they came: both would tell who voted when. In a file they lie by their keys, and the whole
    table is written anew before anything is told (`compact_now`).
    """
    if connection.dialect.name == "sqlite":
        return
    rows = [
        {"vote": vote, "resident_id": resident_id, "area": area}
        for resident_id, area in connection.execute(
            select(TookPart.resident_id, TookPart.area)
            .where(TookPart.vote == vote)
            .order_by(TookPart.resident_id)
        )
    ]
    connection.execute(delete(TookPart).where(TookPart.vote == vote))
    insert_into(TookPart).run_many(connection, rows)


def read_counted(connection: Connection, vote: str) -> Iterator[tuple[int, str]]:
    """Number and choices of each counted ballot, for files of any size."""
    rows = connection.execute(
        select(CountedBallot.number, CountedBallot.choices)
        .where(CountedBallot.vote == vote)
        .order_by(CountedBallot.number),
        execution_options={"stream_results": True, "yield_per": 1000},
    )
    return ((number, choices) for number, choices in rows)
