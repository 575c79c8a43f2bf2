"""Keys: derived from one master secret for each purpose; what they find, seal and sign.

A purpose is a lower-case name such as `address` or `web-cookie`. Each purpose has keys of its own
for finding, sealing and signing (HKDF, RFC 5869), so that what leaks in one place opens nothing
elsewhere. Rows keep the `key_id` of the master that sealed them: that is what makes rotation
possible. Keys of single votes, which are destroyed, are not derived: see `bot.keys.votes`.

Errors:

    KeysError
    ├── UnknownKey     sealed under a master that is not here (attribute `key_id`)
    └── NotOpened      changed, cut, or sealed for another purpose or another `aad`
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from bot.keys.votes import VoteKeys

MASTER_LEAST = 32
"""Characters of a master secret."""
NONCE_BYTES = 12
"""The size that AES-GCM is made for (NIST SP 800-38D, 5.2.1.1); random ones do for 2^32 seals."""
TAG_BYTES = 16
_SALT = b"baraza keys 1"


class KeysError(Exception):
    """The root of this module's errors."""


class UnknownKey(KeysError):
    """No master with this id was handed in; was an old one dropped before the rotation ended?"""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"no master secret has the id {key_id}")


class NotOpened(KeysError):
    """The seal does not fit: it says nothing about which part is wrong."""


class _Master:
    """One master secret and what was derived from it so far."""

    def __init__(self, secret: str) -> None:
        if len(secret) < MASTER_LEAST:
            raise ValueError(f"a master secret has at least {MASTER_LEAST} characters")
        self._secret = secret.encode()
        self._derived: dict[tuple[str, str], bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}
        # Derived too, so that the id, which stands in every row, is no plain hash to guess by.
        self.id = self.derive("id", "")[:4].hex()

    def derive(self, use: str, purpose: str) -> bytes:
        """32 bytes. `use` and `purpose` are kept apart by a byte that neither may contain."""
        known = self._derived.get((use, purpose))
        if known is None:
            info = f"{use}\0{purpose}".encode()
            known = HKDF(SHA256(), 32, _SALT, info).derive(self._secret)
            self._derived[use, purpose] = known
        return known

    def cipher(self, purpose: str) -> AESGCM:
        known = self._ciphers.get(purpose)
        if known is None:
            known = self._ciphers[purpose] = AESGCM(self.derive("seal", purpose))
        return known

    def digest(self, use: str, purpose: str, data: bytes) -> bytes:
        return hmac.digest(self.derive(use, purpose), data, hashlib.sha256)


class Keys:
    """The keys of one installation. Everything new is made under `current`; `older` still open.

    `random(n)` gives n bytes fit for cryptography (`os.urandom` outside tests). Safe in threads.
    """

    def __init__(
        self,
        current: str,
        *older: str,
        random: Callable[[int], bytes],
        votes: VoteKeys | None = None,
    ) -> None:
        self._current = _Master(current)
        masters = [self._current, *(_Master(secret) for secret in older)]
        self._masters = {master.id: master for master in masters}
        if len(self._masters) < len(masters):
            raise ValueError("the same master secret was given twice")
        self._random = random
        self._votes = votes

    @property
    def votes(self) -> VoteKeys:
        """The keys of single votes. Raises `LookupError` where no folder was handed in."""
        if self._votes is None:
            raise LookupError("there is no folder for the keys of votes")
        return self._votes

    def __repr__(self) -> str:
        return f"Keys({', '.join(self._masters)})"

    @property
    def key_id(self) -> str:
        """8 hexadecimal digits that name the current master, for the row beside a seal."""
        return self._current.id

    def find(self, purpose: str, value: str) -> bytes:
        """32 bytes by which a row is found without keeping `value`, under the current master.

        Keyed, because a plain hash of a phone number is undone by trying all numbers.
        """
        return self._current.digest("find", purpose, value.encode())

    def find_any(self, purpose: str, value: str) -> tuple[bytes, ...]:
        """What `find` gives under each master, the current one first: for look-ups while the
        rows are being rotated."""
        data = value.encode()
        return tuple(master.digest("find", purpose, data) for master in self._masters.values())

    def seal(self, purpose: str, plain: bytes, aad: bytes = b"") -> bytes:
        """Nonce, cipher text and tag. Keep `key_id` beside it; `aad` must be told at opening.

        Bind a seal to its row by `aad` (the row's id), or rows can be exchanged.
        """
        nonce = self._random(NONCE_BYTES)
        return nonce + self._current.cipher(purpose).encrypt(nonce, plain, aad)

    def open(self, purpose: str, sealed: bytes, key_id: str, aad: bytes = b"") -> bytes:
        """Raises `UnknownKey` or `NotOpened`."""
        master = self._masters.get(key_id)
        if master is None:
            raise UnknownKey(key_id)
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise NotOpened("the seal is too short")
        try:
            return master.cipher(purpose).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag:
            raise NotOpened("the seal does not fit") from None

    def stream_key(self, purpose: str, salt: bytes, key_id: str = "") -> bytes:
        """32 bytes for sealing one long stream in parts, under the current master or a named one.

        Take a fresh random `salt` of 32 bytes for each stream: its key is then used only there,
        and the parts may be numbered instead of each having a random nonce. Raises `UnknownKey`.
        """
        master = self._masters.get(key_id or self.key_id)
        if master is None:
            raise UnknownKey(key_id)
        derived = master.derive("stream", purpose)
        return HKDF(SHA256(), 32, salt, purpose.encode()).derive(derived)

    def sign(self, purpose: str, data: bytes) -> bytes:
        """32 bytes that nobody without the master can make (HMAC-SHA256)."""
        return self._current.digest("sign", purpose, data)

    def verify(self, purpose: str, data: bytes, signature: bytes) -> bool:
        """Whether any of the masters signed this; compared in constant time."""
        return any(
            hmac.compare_digest(master.digest("sign", purpose, data), signature)
            for master in self._masters.values()
        )
