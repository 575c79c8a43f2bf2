"""What a turn costs in a town that has grown: a million residents, ten million log rows."""

from __future__ import annotations

import sqlite3

from benchmarks.turns import a_house, turn_milliseconds
from tests.houses import SmallHouse

NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < :count) "
START = "'2025-01-01T00:00:00.000000Z'"
MOMENT = "strftime('%Y-%m-%dT%H:%M:%f000Z', '2025-01-01', (i % 1000000) || ' minutes')"

RESIDENTS = (
    f"insert into resident (id, country, language, language_chosen, channel, created_at,"
    f" consented_at, pilot, demo) {NUMBERS}"
    f"select printf('r%09d', i), 'uruguay', 'es', 1, 'web', {START}, {START}, 1, 0 from n"
)
ADDRESSES = (
    f"insert into address (id, bot, hash, cipher, key_id, created_at, shown_until) {NUMBERS}"
    f"select printf('a%09d', i), 'uruguay/web', randomblob(32), randomblob(60), 'k', {START}, 0"
    " from n"
)
PROFILES = (
    f"insert into profile (id, address_id, letter, resident_id) {NUMBERS}"
    "select printf('p%09d', i), printf('a%09d', i), 'A', printf('r%09d', i) from n"
)
INTERACTIONS = (
    f"insert into interaction (resident_id, country, at, flow, question, kind, language, channel,"
    f" demo) {NUMBERS}"
    f"select printf('r%09d', 1 + abs(random()) % :residents), 'uruguay', {MOMENT}, 'report',"
    " 'category', 'choice', 'es', 'web', 0 from n"
)
SENT = (
    f"insert into outbox (address_id, resident_id, language, state, priority, created_at, due_at,"
    f" attempts) {NUMBERS}"
    f"select printf('a%09d', i), printf('r%09d', i), 'es', 'sent', 0, {MOMENT}, {MOMENT}, 1 from n"
)


def fill(house: SmallHouse, residents: int, interactions: int) -> None:
    """Rows by the database itself, with its indexes made anew afterwards: minutes, not hours."""
    raw = sqlite3.connect(house.path)
    grown = ("resident", "address", "profile", "interaction", "outbox")
    marks = ",".join("?" * len(grown))
    indexes = raw.execute(
        f"select name, sql from sqlite_master where type = 'index' and sql not null"
        f" and tbl_name in ({marks})",
        grown,
    ).fetchall()
    for name, _sql in indexes:
        raw.execute(f"drop index {name}")
    counts = {"count": residents, "residents": residents}
    for statement in (RESIDENTS, ADDRESSES, PROFILES, SENT):
        raw.execute(statement, counts)
    raw.execute(INTERACTIONS, {**counts, "count": interactions})
    for _name, sql in indexes:
        raw.execute(sql)
    raw.commit()
    raw.execute("pragma wal_checkpoint(truncate)")
    raw.close()


def grown(residents: int, interactions: int, people: int = 100) -> tuple[float, float]:
    """CPU ms of a turn, with its sending, in an empty town and in one that has grown."""
    with a_house() as house:
        before = turn_milliseconds(house, people, sent=True)
    with a_house() as house:
        fill(house, residents, interactions)
        after = turn_milliseconds(house, people, sent=True)
    return before, after
