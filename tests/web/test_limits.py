"""How often: token buckets at their edges."""

from __future__ import annotations

from bot.channels.web_limits import Buckets, Rate


def test_a_burst_is_granted_and_one_more_is_not() -> None:
    buckets = Buckets(Rate(3, 0.5), 10)
    assert [buckets.take("a", 0) for _ in range(4)] == [0, 0, 0, 2]


def test_who_waits_as_long_as_told_is_granted() -> None:
    buckets = Buckets(Rate(1, 0.5), 10)
    buckets.take("a", 0)
    wait = buckets.take("a", 0)
    assert buckets.take("a", wait - 0.1) > 0
    assert buckets.take("a", wait) == 0


def test_one_key_does_not_slow_another() -> None:
    buckets = Buckets(Rate(1, 0.5), 10)
    buckets.take("a", 0)
    assert buckets.take("b", 0) == 0


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    buckets = Buckets(Rate(2, 1), 10)
    buckets.take("a", 0)
    assert [buckets.take("a", 1000) > 0 for _ in range(3)] == [False, False, True]


def test_a_clock_that_jumps_back_gives_nothing_and_takes_nothing() -> None:
    buckets = Buckets(Rate(2, 1), 10)
    buckets.take("a", 100)
    assert [buckets.take("a", 0) > 0 for _ in range(2)] == [False, True]


def test_memory_is_bounded_and_forgets_the_longest_unseen() -> None:
    buckets = Buckets(Rate(1, 0.001), 2)
    for key in "abac":
        buckets.take(key, 0)
    assert len(buckets) == 2
    assert buckets.take("b", 0) == 0
