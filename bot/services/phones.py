"""Numbers that residents ask to be called at: sealed, and read by who says for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.keys import Keys, KeysError
from bot.services.residents import CLEAN_FILES
from storage import later, reports
from storage.database import Connection

PHONE = "phone"
"""The keys' purpose for them."""

LOST = "sealed with a key that is not here"
"""Stands for a number that cannot be read."""


def keep_phone(connection: Connection, keys: Keys, report_id: str, phone: str) -> None:
    """Keep where who filed a report asks to be called."""
    sealed = keys.seal(PHONE, phone.encode(), report_id.encode())
    reports.set_phone(connection, report_id, sealed, keys.key_id)
    clean_drafts(connection)


def clean_drafts(connection: Connection) -> None:
    """In a draft a number stood as it was typed, and so in the log of changes: it goes from
    there once it was sent or taken back."""
    later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)


def read_phone(connection: Connection, keys: Keys, report_id: str) -> str | None:
    """The number to call about a report; None where there is none."""
    found = reports.phone_of(connection, report_id)
    return None if found is None else _opened(keys, report_id, *found)


def add_phones(
    connection: Connection, keys: Keys, resident_id: str, own: Sequence[dict[str, Any]]
) -> None:
    """Put the numbers that a resident gave to their reports, as these are handed over."""
    phones = reports.phones_of(connection, resident_id)
    for report in own:
        if report["code"] in phones:
            report["phone"] = _opened(keys, *phones[report["code"]])


def _opened(keys: Keys, report_id: str, sealed: bytes, key_id: str) -> str:
    try:
        return keys.open(PHONE, sealed, key_id, report_id.encode()).decode()
    except KeysError:
        return LOST
