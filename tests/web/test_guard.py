"""Origin and network addresses, as browsers and proxies tell them."""

from __future__ import annotations

import pytest

from bot.channels.web_guard import client_address, same_origin


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"sec-fetch-site": "same-origin", "host": "a.org"}, True),
        ({"sec-fetch-site": "none", "host": "a.org"}, True),
        ({"sec-fetch-site": "same-site", "host": "a.org"}, False),
        ({"sec-fetch-site": "cross-site", "host": "a.org", "origin": "https://a.org"}, False),
        ({"origin": "https://a.org", "host": "a.org"}, True),
        ({"origin": "https://A.org", "host": "a.ORG"}, True),
        ({"origin": "http://a.org:8080", "host": "a.org:8080"}, True),
        ({"origin": "https://evil.org", "host": "a.org"}, False),
        ({"origin": "https://a.org.evil.org", "host": "a.org"}, False),
        ({"origin": "null", "host": "a.org"}, False),
        ({"host": "a.org"}, True),
    ],
)
def test_forms_of_other_sites_are_told_from_ours(headers: dict[str, str], same: bool) -> None:
    assert same_origin(headers) is same


def _ours(peer: str) -> bool:
    return peer.startswith("10.")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.1"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["1.2.3.4, 203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["203.0.113.1, 10.0.0.2"], "203.0.113.1"),
        ("10.0.0.1", ["203.0.113.1", "10.0.0.2"], "203.0.113.1"),
        ("10.0.0.1", ["203.0.113.1:4711"], "203.0.113.1"),
        ("10.0.0.1", ["203.0.113.1:4711, 10.0.0.2:80"], "203.0.113.1"),
        ("10.0.0.1", ["[::ffff:203.0.113.1]:4711"], "203.0.113.1"),
        ("10.0.0.1", ["[2001:db8:1:2::1]:4711"], "20010db800010002/64"),
        ("10.0.0.1", ["[2001:db8:1:2::1]"], "20010db800010002/64"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["nonsense:80"], "10.0.0.1"),
        ("10.0.0.1", ["["], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("::ffff:198.51.100.7", [], "198.51.100.7"),
        (None, [], ""),
    ],
)
def test_only_our_proxies_are_believed(
    peer: str | None, forwarded: list[str], address: str
) -> None:
    assert client_address(peer, forwarded, _ours) == address


def test_a_household_is_one_address_in_ipv6() -> None:
    first = client_address("2001:db8:1:2::1", [], _ours)
    assert client_address("2001:db8:1:2:ffff::9", [], _ours) == first
    assert client_address("2001:db8:1:3::1", [], _ours) != first
