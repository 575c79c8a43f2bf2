"""Metrics: counted truly, in Prometheus' format, and of nobody."""

from __future__ import annotations

import asyncio
import re
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.inbound import Command, Text
from bot.domain.operations import GivenUp, RetryAt, Sent, Unknown
from bot.metrics import BOUNDS, CHANNELS, GAUGES, Cached, Metrics
from storage import facts, outbox
from storage.gauges import read_gauges
from tests.end_to_end import Browser, Process, free_port
from tests.houses import SmallHouse

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="[^"]*",?)+)\})? (-?[0-9.e+-]+|\+Inf)')
STORY = "palabrasquenadiemasescribe"


class Clock:
    """Seconds as a test sets them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def read(text: str) -> dict[str, float]:
    """Samples by name and labels. Fails for a line that is none."""
    found = {}
    for line in text.splitlines():
        if line.startswith("# "):
            assert re.match(r"# (HELP|TYPE) [a-z_]+ \S", line)
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        found[line.rpartition(" ")[0]] = float(match[3])
    return found


def test_turns_are_counted_by_channel_and_outcome_with_their_seconds() -> None:
    clock = Clock()
    metrics = Metrics("1", clock)
    for seconds in (0.001, 0.002, 0.3):
        with metrics.turn("web"):
            clock.now += seconds
    with pytest.raises(ValueError, match="odd"), metrics.turn("telegram"):
        raise ValueError("odd")
    told = read(metrics.render({}))
    assert told['baraza_turns_total{channel="web",outcome="taken"}'] == 3
    assert told['baraza_turns_total{channel="telegram",outcome="failed"}'] == 1
    # A bound holds what is as large as itself.
    assert told['baraza_turn_seconds_bucket{channel="web",le="0.002"}'] == 2
    assert told['baraza_turn_seconds_bucket{channel="web",le="0.25"}'] == 2
    assert told['baraza_turn_seconds_bucket{channel="web",le="0.5"}'] == 3
    assert told['baraza_turn_seconds_bucket{channel="web",le="+Inf"}'] == 3
    assert told['baraza_turn_seconds_count{channel="web"}'] == 3
    assert told['baraza_turn_seconds_sum{channel="web"}'] == pytest.approx(0.303)


def test_every_receipt_is_counted_by_what_became_of_it() -> None:
    metrics = Metrics("1", Clock())
    metrics.tried("telegram", [Sent("1"), Sent("2"), GivenUp("blocked"), Unknown()])
    metrics.tried("telegram", [RetryAt(1, "too many")])
    told = read(metrics.render({}))
    for state, count in {"sent": 2, "given_up": 1, "unknown": 1, "waits": 1}.items():
        assert told[f'baraza_operations_total{{channel="telegram",state="{state}"}}'] == count


def test_every_series_is_there_from_the_start_so_that_alerts_have_something_to_compare() -> None:
    told = read(Metrics("1", Clock()).render({}))
    assert len([name for name in told if name.startswith("baraza_turns_total")]) == 4
    buckets = [name for name in told if name.startswith("baraza_turn_seconds_bucket")]
    assert len(buckets) == len(CHANNELS) * (len(BOUNDS) + 1)
    assert told["process_resident_memory_bytes"] > 1_000_000
    assert told["process_open_fds"] > 2


def test_a_label_that_is_in_no_set_is_never_shown() -> None:
    metrics = Metrics('1 "quoted"\n', Clock())
    with metrics.turn("+598 99 123 456"):
        pass
    metrics.tried("+598 99 123 456", [Sent()])
    text = metrics.render({"baraza_outbox +598 99 123 456": 1.0})
    assert not [line for line in text.splitlines() if "598" in line.rpartition(" ")[0]]
    assert 'version="1 \\"quoted\\"\\n"' in text


def test_a_database_that_does_not_answer_is_told_and_the_rest_all_the_same() -> None:
    told = read(Metrics("1", Clock()).render(None))
    assert told["baraza_database_up"] == 0
    assert "baraza_due" not in told
    assert 'baraza_turns_total{channel="web",outcome="taken"}' in told


def test_the_database_tells_what_waits_and_for_how_long(house: SmallHouse) -> None:
    def gauges() -> dict[str, float]:
        return house.database.write_now(read_gauges, house.now, house.tasks.count)

    assert gauges()["baraza_outbox owed"] == gauges()["baraza_owed_seconds"] == 0
    assert "baraza_backup_age_seconds" not in gauges()
    house.take(Command("start"), Text("English"))
    house.later(seconds=90)
    told = gauges()
    assert told["baraza_outbox owed"] > 0
    assert told["baraza_owed_seconds"] == 90
    assert told["baraza_due"] == 0
    claimed = house.database.write_now(outbox.claim, house.now, 10)
    assert gauges()["baraza_outbox sending"] == len(claimed)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in claimed])
    assert gauges()["baraza_owed_seconds"] == 0
    house.later(hours=25)
    assert gauges()["baraza_due"] == 1
    house.database.write_now(facts.note_backup, house.now - timedelta(days=1))
    assert gauges()["baraza_backup_age_seconds"] == 86_400
    assert {name.partition(" ")[0] for name in gauges()} == GAUGES.keys()


async def test_the_database_is_asked_once_for_all_who_ask_together() -> None:
    clock, asked = Clock(), 0

    async def ask() -> int:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return asked

    cached = Cached(ask, 5, clock)
    assert list(await asyncio.gather(cached.get(), cached.get())) == [1, 1]
    clock.now = 4.9
    assert await cached.get() == 1
    clock.now = 5
    assert await cached.get() == 2


def test_a_process_answers_on_an_address_of_its_own_and_tells_of_nobody(tmp_path: Path) -> None:
    process = Process(tmp_path / "data")
    port = free_port()
    process.settle()
    process.more["BARAZA_METRICS_LISTEN"] = f"127.0.0.1:{port}"
    process.start()
    browser = Browser(process.port)
    browser.start()
    for words in ("English", "yes", "report", "full bin", STORY, "Palermo"):
        browser.say(words)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    told = read(text)
    assert told['baraza_turns_total{channel="web",outcome="taken"}'] == 7
    assert told['baraza_operations_total{channel="web",state="sent"}'] > 7
    assert told["baraza_database_up"] == 1
    for words in (STORY, "Palermo", "uruguay", "MVD"):
        assert words not in text
    for port_of, path in ((port, "/"), (port, "/metrics/x"), (process.port, "/metrics")):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port_of}{path}", timeout=20)
    assert process.stop() < 10
    assert process.code == 0
