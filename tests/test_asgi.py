"""Addresses that cannot be listened at are told as they would be typed."""

from __future__ import annotations

import socket

import pytest

from bot.asgi import CannotListen, listen


def test_a_name_that_no_machine_has_is_told_as_one() -> None:
    with pytest.raises(CannotListen, match=r"listen at a\.\.b:80: no machine has this name"):
        listen("a..b", 80, "the web chat")


def test_a_taken_address_of_the_newer_kind_stands_in_brackets() -> None:
    try:
        taken = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"listen at \[::1\]:{port}: Address already"):
            listen("::1", port, "the web chat")
