"""What stands before the web chat: headers, origin, addresses, the size of bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from bot.channels.web_limits import DRAIN_TIMES, MAX_FIELDS, READ_FILES

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

PAGE_HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    # With `no-referrer` browsers send `Origin: null` on forms, and older Safari has no
    # Sec-Fetch-Site: the origin of a form could not be told any more. Other sites hear nothing
    # from `same-origin` either.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(self), geolocation=(self), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

IPV6_NEIGHBOURHOOD = 64
"""Bits of an IPv6 address that count: a household has all addresses below them."""
_CHARSET = re.compile(rb"charset", re.IGNORECASE)


class TooLarge(Exception):
    """A body is larger than its limit."""


class Malformed(Exception):
    """A body is not the form it says it is, or it broke off."""


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent by a page of ours, as far as the browser tells.

    Browsers of the last years send `Sec-Fetch-Site` or `Origin`; what sends neither is no browser
    that somebody else's page could have misled.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2].casefold() == headers.get("host", "").casefold()


def client_address(peer: str | None, forwarded: list[str], trusts: Callable[[str], bool]) -> str:
    """The network address that limits count, behind proxies of ours if there are any.

    `forwarded` are the `X-Forwarded-For` headers in their order. Each proxy adds the address it
    saw at the right, so from there on the first one that is no proxy of ours is the client's.
    """
    found = peer or ""
    for hop in reversed([part.strip() for line in forwarded for part in line.split(",")]):
        if not trusts(found):
            break
        try:
            found = str(ip_address(_without_port(hop)))
        except ValueError:
            break
    return _neighbourhood(found)


def _without_port(hop: str) -> str:
    """Some proxies write the port beside: `203.0.113.1:4711`, `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _neighbourhood(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> (128 - IPV6_NEIGHBOURHOOD):x}/{IPV6_NEIGHBOURHOOD}"


async def read_form(request: Request, most: int) -> FormData:
    """The form of a request whose body has at most `most` bytes. Close it after use.

    Raises `TooLarge`, before anything is read where the length is told, or `Malformed`.
    """
    told = request.headers.get("content-length", "")
    try:
        if told and int(told) > most:
            raise TooLarge
    except ValueError:
        raise Malformed from None
    limited = Request(_in_utf8(request.scope), _limit(request.receive, most))
    try:
        return await limited.form(max_files=READ_FILES, max_fields=MAX_FIELDS, max_part_size=most)
    except (HTTPException, MultiPartException):
        raise Malformed from None


async def drain(request: Request, most: int) -> None:
    """Read on and forget, so that the browser listens to the answer."""
    left = most * DRAIN_TIMES
    while left > 0:
        message = await request.receive()
        left -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def _in_utf8(scope: Scope) -> Scope:
    """The request without the charset that it names.

    Browsers name none for a form. Of those that Python knows, some fail in ways of their own and
    some (`punycode`) take hours for a megabyte.
    """
    headers = [
        (name, _CHARSET.sub(b"", value) if name == b"content-type" else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


def _limit(receive: Receive, most: int) -> Receive:
    left = most

    async def limited() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge
        return message

    return limited
