"""Addresses that cannot be listened at are told as they would be typed."""

from __future__ import annotations

import pytest

from bot.asgi import CannotListen, listen


def test_a_name_that_no_machine_has_is_told_as_one() -> None:
    with pytest.raises(CannotListen, match=r"listen at a\.\.b:80: no machine has this name"):
        listen("a..b", 80, "the web chat")


def test_an_address_of_the_newer_kind_stands_in_brackets() -> None:
    # No machine's own (RFC 3849), nor any kind that a machine without IPv6 knows.
    with pytest.raises(CannotListen, match=r"listen at \[2001:db8::1\]:80: .+ \(the web chat\)"):
        listen("2001:db8::1", 80, "the web chat")
