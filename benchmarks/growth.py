"""What an update costs in a town that has grown: a million residents, ten million log rows."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

from benchmarks.telegram.run import SECRET, growth
from bot.keys import Keys
from bot.services.residents import ADDRESS

BOT = "uruguay/telegram"
NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < :count) "
START = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-300 days')"
MOMENT = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-300 days', (i * 2) || ' seconds')"
SENT_AT = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-20 days', i || ' seconds')"

RESIDENTS = (
    f"insert into resident (id, country, language, language_chosen, channel, created_at,"
    f" consented_at, pilot, demo) {NUMBERS}"
    f"select printf('r%09d', i), 'uruguay', 'es', 1, 'telegram', {START}, {START}, 1, 0 from n"
)
ADDRESSES = (
    f"insert into address (id, bot, hash, cipher, key_id, created_at, shown_until) {NUMBERS}"
    f"select printf('a%09d', i), '{BOT}', randomblob(32), :one, :key, {START}, 0 from n"
)
PROFILES = (
    f"insert into profile (id, address_id, letter, resident_id) {NUMBERS}"
    "select printf('p%09d', i), printf('a%09d', i), 'A', printf('r%09d', i) from n"
)
INTERACTIONS = (
    f"insert into interaction (resident_id, country, at, flow, question, kind, language, channel,"
    f" demo) {NUMBERS}"
    f"select printf('r%09d', 1 + abs(random()) % :residents), 'uruguay', {MOMENT}, 'report',"
    " 'category', 'choice', 'es', 'telegram', 0 from n"
)
SENT = (
    f"insert into outbox (address_id, resident_id, language, state, priority, created_at, due_at,"
    f" attempts) {NUMBERS}"
    f"select printf('a%09d', i), printf('r%09d', i), 'es', 'sent', 0, {SENT_AT}, {SENT_AT}, 1"
    " from n"
)


def fill(file: Path, residents: int, interactions: int) -> None:
    """Rows by the database itself, with its indexes made anew afterwards: minutes, not hours."""
    raw = sqlite3.connect(file)
    grown = ("resident", "address", "profile", "interaction", "outbox")
    marks = ",".join("?" * len(grown))
    indexes = raw.execute(
        f"select name, sql from sqlite_master where type = 'index' and sql not null"
        f" and tbl_name in ({marks})",
        grown,
    ).fetchall()
    for name, _sql in indexes:
        raw.execute(f"drop index {name}")
    keys = Keys(SECRET * 2, random=os.urandom)
    one = keys.seal(ADDRESS, b"1", BOT.encode())
    counts = {"count": residents, "residents": residents, "one": one, "key": keys.key_id}
    for statement in (RESIDENTS, ADDRESSES, PROFILES, SENT):
        raw.execute(statement, counts)
    raw.execute(INTERACTIONS, {**counts, "count": interactions})
    for _name, sql in indexes:
        raw.execute(sql)
    raw.commit()
    raw.execute("pragma wal_checkpoint(truncate)")
    raw.close()


def tell(residents: int, interactions: int, people: int) -> None:
    """Print what an update costs through the web hook in an empty town and in a grown one."""
    empty, grown = asyncio.run(growth(people, lambda file: fill(file, residents, interactions)))
    before, after = empty.cpu_per_1000, grown.cpu_per_1000
    print(
        f"with {residents:,} residents and {interactions:,} log rows {after:.2f} CPU s/1,000"
        f" updates, {after / before:.2f} times the {before:.2f} of an empty town;"
        f" {grown.memory:.0f} MB"
    )
