"""Addresses, the profiles behind them, and the residents they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.domain.country import Country
from storage.statements import Prepared, add_once, among
from storage.tables import Address, Consent, Inbox, Outbox, Profile, Resident


@dataclass(frozen=True, slots=True)
class Person:
    """Who writes: the address, and the resident behind it."""

    address_id: str
    bot: str
    resident_id: str
    country: str
    language: str
    language_chosen: bool
    channel: str
    consented: bool
    stopped: bool
    demo: bool
    blocked: bool
    """The channel does not let us write to them."""
    adult: bool | None = None
    """What they stated of their age; None until they were asked."""
    back: bool = False
    """They had blocked us until now."""


# SQLAlchemy counts no more than nine columns.
_PERSON: Any = (
    select(
        Address.id,
        Address.bot,
        Resident.id,
        Resident.country,
        Resident.language,
        Resident.language_chosen,
        Resident.channel,
        Resident.consented_at.is_not(None),
        Resident.stopped_at.is_not(None),
        Resident.demo,
        Address.blocked_at.is_not(None),
        Resident.adult,
    )
    .join(Profile, Profile.address_id == Address.id)
    .join(Resident, Resident.id == Profile.resident_id)
)


# Whoever takes a turn, tells or asks somebody something holds their address and themselves until
# the transaction ends. So turns of one resident never interleave, and what is owed to an address
# is numbered in the order in which it is committed. SQLite has one writer and needs no locks.
_HELD = _PERSON.with_for_update(key_share=True, of=(Address, Resident))
_BY_HASH = (Address.bot == bindparam("bot"), Address.hash == bindparam("hash"))
_BY_RESIDENT = Resident.id == bindparam("resident")
_FIND = Prepared(_PERSON.where(*_BY_HASH))
_HOLD = Prepared(_HELD.where(*_BY_HASH))
_HOLD_RESIDENT = Prepared(_HELD.where(_BY_RESIDENT))
_HOLD_ALL = Prepared(_HELD.where(among(Resident.id, "residents")).order_by(Resident.id))


def find_person(connection: Connection, bot: str, hash: bytes) -> Person | None:
    """Who is behind an address, for looking only."""
    return _one_person(_FIND.rows(connection, {"bot": bot, "hash": hash}))


def hold_person(connection: Connection, bot: str, hash: bytes) -> Person | None:
    """Who is behind an address, held until the transaction ends."""
    return _one_person(_HOLD.rows(connection, {"bot": bot, "hash": hash}))


def person_of(connection: Connection, resident_id: str) -> Person | None:
    """The person behind a resident, with the address they are reached at, held until the
    transaction ends; None once forgotten."""
    return _one_person(_HOLD_RESIDENT.rows(connection, {"resident": resident_id}))


def _one_person(rows: Sequence[Sequence[Any]]) -> Person | None:
    return Person(*rows[0]) if rows else None


def hold_all(connection: Connection, resident_ids: Sequence[str]) -> None:
    """Hold many at once, always in the same order, so that two who tell the same people wait for
    each other instead of ending in a deadlock."""
    if resident_ids and connection.dialect.name == "postgresql":
        _HOLD_ALL.rows(connection, {"residents": list(resident_ids)})


def hold_address(connection: Connection, address_id: str) -> None:
    """Hold an address itself, whoever is behind it."""
    if connection.dialect.name == "postgresql":
        _HOLD_ADDRESS.rows(connection, {"address": address_id})


_HOLD_ADDRESS = Prepared(
    select(Address.id).where(Address.id == bindparam("address")).with_for_update(key_share=True)
)


def find_address(connection: Connection, bot: str, hash: bytes) -> str | None:
    """An address's id; also while only a farewell is owed to it."""
    id: str | None = _ADDRESS.scalar(connection, {"bot": bot, "hash": hash})
    return id


_ADDRESS = Prepared(select(Address.id).where(*_BY_HASH))


def add_address(
    connection: Connection,
    *,
    id: str,
    bot: str,
    hash: bytes,
    cipher: bytes,
    key_id: str,
    now: datetime,
) -> str:
    """Make sure of an address and return its id, held until the transaction ends.

    Two first messages may come together: the second waits here, and then finds who is there.
    """
    add_once(
        connection,
        Address,
        id=id,
        bot=bot,
        hash=hash,
        cipher=cipher,
        key_id=key_id,
        created_at=now,
    )
    found = find_address(connection, bot, hash)
    if found is None:
        raise LookupError("an address that was just added is gone")
    hold_address(connection, found)
    return found


def add_resident(
    connection: Connection,
    *,
    id: str,
    profile_id: str,
    address_id: str,
    country: str,
    language: str,
    channel: str,
    pilot: bool,
    now: datetime,
    demo: bool = False,
) -> None:
    """One pseudonym behind an address. Before consent it is all there is."""
    connection.execute(
        insert(Resident).values(
            id=id,
            country=country,
            language=language,
            channel=channel,
            created_at=now,
            pilot=pilot,
            demo=demo,
        )
    )
    connection.execute(
        insert(Profile).values(id=profile_id, address_id=address_id, resident_id=id)
    )


def add_made_up(connection: Connection, person: Person, country: Country, now: datetime) -> None:
    """A resident of the demo: without an address, so that nothing can be owed to them."""
    connection.execute(
        insert(Resident).values(
            id=person.resident_id,
            country=country.key,
            language=person.language,
            language_chosen=True,
            channel=person.channel,
            created_at=now,
            pilot=not country.live,
            demo=True,
        )
    )


def use_language(connection: Connection, resident_id: str, language: str) -> None:
    """The person chose it; no guess of a channel changes it again."""
    connection.execute(
        update(Resident)
        .where(Resident.id == resident_id)
        .values(language=language, language_chosen=True)
    )


def give_consent(
    connection: Connection,
    *,
    id: str,
    resident_id: str,
    version: str,
    language: str,
    channel: str,
    now: datetime,
) -> None:
    connection.execute(update(Resident).where(Resident.id == resident_id).values(consented_at=now))
    connection.execute(
        insert(Consent).values(
            id=id,
            resident_id=resident_id,
            version=version,
            language=language,
            channel=channel,
            given_at=now,
        )
    )


def registered_at(connection: Connection, resident_id: str) -> datetime | None:
    """When somebody gave consent; None for who never did."""
    rows = _REGISTERED.rows(connection, {"resident": resident_id})
    return rows[0][0] if rows else None


_REGISTERED = Prepared(select(Resident.consented_at).where(_BY_RESIDENT))


def state_age(connection: Connection, resident_id: str, adult: bool) -> None:
    """Keep what somebody stated of their age."""
    connection.execute(update(Resident).where(Resident.id == resident_id).values(adult=adult))


def set_blocked(connection: Connection, address_id: str, at: datetime | None) -> None:
    """The channel does not let us write to this address (`at`), or does so again (None)."""
    connection.execute(update(Address).where(Address.id == address_id).values(blocked_at=at))


def set_stopped(connection: Connection, resident_id: str, at: datetime | None) -> None:
    """STOP (`at`) or START (None)."""
    connection.execute(update(Resident).where(Resident.id == resident_id).values(stopped_at=at))


def set_quiet(connection: Connection, resident_id: str, quiet: bool) -> bool:
    """Whether they asked, with what they told last, that no message be sent. True for a change."""
    changed = connection.execute(
        update(Resident)
        .where(Resident.id == resident_id, Resident.quiet.is_(not quiet))
        .values(quiet=quiet)
    )
    return changed.rowcount > 0


def drop_address(connection: Connection, address_id: str) -> None:
    """The address, what was owed to it and its web history; its profiles must be gone."""
    connection.execute(delete(Outbox).where(Outbox.address_id == address_id))
    connection.execute(delete(Inbox).where(Inbox.address_id == address_id))
    connection.execute(delete(Profile).where(Profile.address_id == address_id))
    connection.execute(delete(Address).where(Address.id == address_id))


def residents_at(connection: Connection, address_id: str) -> list[str]:
    """Whoever is behind an address."""
    return list(
        connection.scalars(select(Profile.resident_id).where(Profile.address_id == address_id))
    )


def some_sealed(connection: Connection) -> list[tuple[str, bytes, str]]:
    """Bot, sealed address and key id of the newest and of the oldest address, to try keys on."""
    return [
        (row[0], row[1], row[2])
        # Ids are in the order in which they were made, and have an index.
        for order in (Address.id.desc(), Address.id)
        for row in connection.execute(
            select(Address.bot, Address.cipher, Address.key_id).order_by(order).limit(1)
        )
    ]
