"""Addresses that cannot be listened at are told as they would be typed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.asgi import CannotListen, listen, serve


def test_a_name_that_no_machine_has_is_told_as_one() -> None:
    with pytest.raises(CannotListen, match=r"listen at a\.\.b:80: no machine has this name"):
        listen("a..b", 80, "the web chat")


def test_an_address_of_the_newer_kind_stands_in_brackets() -> None:
    # No machine's own (RFC 3849), nor any kind that a machine without IPv6 knows.
    with pytest.raises(CannotListen, match=r"listen at \[2001:db8::1\]:80: .+ \(the web chat\)"):
        listen("2001:db8::1", 80, "the web chat")


async def test_what_is_still_coming_in_at_a_stop_is_to_come_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A photo over a slow line, say: it is no error, and no traceback stands in the log."""
    begun = asyncio.Event()

    async def reading(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive()).get("more_body"):
            begun.set()

    listening = listen("127.0.0.1", 0, "a test")
    serving = asyncio.create_task(serve(reading, listening, 0))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
    await asyncio.wait_for(begun.wait(), 20)
    serving.cancel()
    answer = await asyncio.wait_for(reader.read(), 20)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1" in answer
    with pytest.raises(asyncio.CancelledError):
        await serving
    writer.close()
    assert [line for line in caplog.messages if "Exception" in line] == []
