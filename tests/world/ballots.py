"""Ballots, looked at from outside: as many as took part, each of them once, linked to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.world.town import Town


def ballots_wrong(town: Town) -> str:
    """What is not as it should be of any vote; empty where all is."""
    raw = town.raw()
    for code, status, cleaned in raw.execute(
        "select code, status, cleaned_at is not null from vote"
    ).fetchall():
        [sealed] = raw.execute("select count(*) from ballot where vote = ?", (code,)).fetchone()
        [parts] = raw.execute("select count(*) from took_part where vote = ?", (code,)).fetchone()
        [counted] = raw.execute(
            "select count(*) from counted_ballot where vote = ?", (code,)
        ).fetchone()
        [codes] = raw.execute(
            "select count(*) from counted_code where vote = ?", (code,)
        ).fetchone()
        has_key = code in town.outdoors.vote_keys
        if status == "open":
            town.outdoors.sealed |= _sealed(town, code)
            if (sealed, counted, codes) != (parts, 0, 0):
                return f"open: {sealed} ballots of {parts} voters, {counted} counted"
            if not has_key:
                return "the key of an open vote is gone"
            continue
        if sealed:
            return f"{status}: {sealed} sealed ballots are left"
        if status == "withdrawn":
            if counted or codes:
                return f"withdrawn: {counted} ballots were counted"
        elif counted != codes or (counted < parts and status != "lost"):
            return f"{status}: {counted} ballots and {codes} codes of {parts} voters"
        if cleaned and has_key:
            return f"{status} and cleaned, and its key is there"
        if not cleaned and status == "published":
            return "published before it was cleaned"
        if cleaned and (found := _found(town)):
            return f"{status} and cleaned, and {found!r} stands in the files"
    return ""


def _sealed(town: Town, code: str) -> frozenset[bytes]:
    """Marks and seals of ballots: after the close they would join one with who took part."""
    rows = town.raw().execute("select mark, sealed from ballot where vote = ?", (code,)).fetchall()
    return frozenset(item for row in rows for item in row)


def _found(town: Town) -> bytes:
    kept = town.keep_files()
    return next((item for item in town.outdoors.sealed if any(item in part for part in kept)), b"")
