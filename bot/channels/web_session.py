"""Who a browser is: a random id in a signed cookie, which the Start form brings along.

The first page sets no cookie. Its Start form carries a signed id, and pressing Start makes that
one the browser's: pressed four times, or sent again after a lost answer, it is the same one.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

from bot.keys import Keys

COOKIE = "baraza_chat"
ID_BYTES = 16
SIGNED_LENGTH = 200
"""Signs of a cookie or token that are looked at; ours have 66."""


class Sessions:
    """Signs and reads ids. What is signed for one country or use is worth nothing in another."""

    def __init__(self, keys: Keys, random: Callable[[int], bytes]) -> None:
        self._keys = keys
        self._random = random

    def new(self) -> str:
        return _text(self._random(ID_BYTES))

    def cookie(self, country: str, session: str) -> str:
        return self._sign("web-cookie", country, session)

    def read_cookie(self, country: str, value: str | None) -> str | None:
        """The session's id; None for whatever was not signed here."""
        return self._read("web-cookie", country, value)

    def token(self, country: str, session: str) -> str:
        """What the Start form carries. It is no cookie: who only reads the page has no session."""
        return self._sign("web-start", country, session)

    def read_token(self, country: str, value: str | None) -> str | None:
        return self._read("web-start", country, value)

    def update(self, country: str, session: str, *parts: str) -> str:
        """The id of an update: equal for what is equal, and telling nothing of it.

        It takes in what was said, so that two different answers from one old page are two.
        """
        whole = "\0".join((country, session, *parts))
        return _text(self._keys.sign("web-update", whole.encode("utf-8", "replace"))[:ID_BYTES])

    def _sign(self, purpose: str, country: str, session: str) -> str:
        signature = self._keys.sign(purpose, f"{country}\0{session}".encode())
        return f"{session}.{_text(signature)}"

    def _read(self, purpose: str, country: str, value: str | None) -> str | None:
        if not value or len(value) > SIGNED_LENGTH or not value.isascii():
            return None
        session, _dot, signature = value.partition(".")
        data = f"{country}\0{session}".encode()
        # Read back by its one spelling, so that no two cookies are the same session.
        padded = signature + "=" * (-len(signature) % 4)
        raw = _bytes(padded)
        if raw is None or not self._keys.verify(purpose, data, raw):
            return None
        return session


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(text)
    except ValueError:
        return None
    return raw if _text(raw) == text.rstrip("=") else None
