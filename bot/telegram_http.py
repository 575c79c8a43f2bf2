"""HTTP to a Bot API server, for every library that speaks to it: one connection pool's settings,
one set of times, and which failures say that nothing was sent."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0
"""So long an ordinary answer may take; Telegram's take a tenth of a second."""

UPLOAD_SECONDS = 120.0
CONNECTIONS = 100

_NOT_NEEDED = ("User-Agent", "Accept", "Accept-Encoding")


class NotConnected(OSError):
    """No connection came about."""


NOT_SENT: Final = (ClientConnectorError, ConnectionTimeoutError, NotConnected)
"""No connection came about: nothing was sent, for certain. Catch these before `LOST`."""

LOST: Final = (ClientError, OSError, TimeoutError)
"""The answer was lost: what was asked for may have been done. None of these errors may be chained
to what is logged: aiohttp's hold the address, and the address the token."""


@cache
def limited_to(seconds: float) -> ClientTimeout:
    """How long a whole request may take."""
    return ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed."""
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def open_session(*, secure: bool) -> ClientSession:
    """Connections, made in the event loop that uses them."""
    context = trusted() if secure else False
    return ClientSession(
        connector=TCPConnector(limit=CONNECTIONS, ssl=context, ttl_dns_cache=300),
        cookie_jar=DummyCookieJar(),
        skip_auto_headers=_NOT_NEEDED,
    )
