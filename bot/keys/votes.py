"""The key of each vote: made when it opens, destroyed once it was counted.

They lie in a folder outside of the database and of every backup, one file a vote, so that
destroying one makes unreadable whatever was sealed under it: rows, logs, old pages, backups.

Errors:

    KeysError
    ├── KeyLost        there is no whole key of this vote (attribute `code`)
    └── KeyExists      there is one already (attribute `code`)
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.keys import NONCE_BYTES, TAG_BYTES, KeysError, NotOpened

FOLDER = "votes"
"""Within the folder of keys."""
SECRET_BYTES = 32
_SALT = b"baraza vote 1"
_NAME = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_SUFFIX = ".key"


class KeyLost(KeysError):
    """The key was destroyed, or its folder is not where it should be."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"the key of the vote {code} is not there")


class KeyExists(KeysError):
    """Keys are never made over."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"the vote {code} has a key already")


class VoteKey:
    """What can be done with one vote's key. Uses are kept apart by keys of their own, each derived
    once: whoever counts opens a hundred thousand ballots."""

    def __init__(self, secret: bytes, random: Callable[[int], bytes]) -> None:
        self._secret = secret
        self._random = random
        self._derived: dict[str, bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}

    def mark(self, resident_id: str) -> bytes:
        """32 bytes under which a resident's ballot is found, by this key alone."""
        return self._digest("mark", resident_id.encode())

    def receipt(self, mark: bytes) -> bytes:
        """32 bytes that belong to a ballot and tell nothing of it."""
        return self._digest("receipt", mark)

    def in_order(self, resident_id: str, names: Iterable[str]) -> list[str]:
        """Names in an order of this resident's own, always the same."""
        return sorted(
            names, key=lambda name: self._digest("order", f"{resident_id}\0{name}".encode())
        )

    def seal(self, purpose: str, plain: bytes, aad: bytes = b"") -> bytes:
        """Nonce, cipher text and tag. The length shows: pad what it could tell."""
        nonce = self._random(NONCE_BYTES)
        return nonce + self._cipher(purpose).encrypt(nonce, plain, aad)

    def open(self, purpose: str, sealed: bytes, aad: bytes = b"") -> bytes:
        """Raises `NotOpened`."""
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise NotOpened("the seal is too short")
        try:
            return self._cipher(purpose).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag:
            raise NotOpened("the seal does not fit") from None

    def _cipher(self, purpose: str) -> AESGCM:
        known = self._ciphers.get(purpose)
        if known is None:
            known = self._ciphers[purpose] = AESGCM(self._derive(f"seal {purpose}"))
        return known

    def _derive(self, use: str) -> bytes:
        known = self._derived.get(use)
        if known is None:
            known = HKDF(SHA256(), 32, _SALT, use.encode()).derive(self._secret)
            self._derived[use] = known
        return known

    def _digest(self, use: str, data: bytes) -> bytes:
        return hmac.digest(self._derive(use), data, hashlib.sha256)


class VoteKeys:
    """The keys of all votes that are not cleaned yet. Nothing is kept in memory: a key that was
    destroyed by one process is gone for all."""

    def __init__(self, folder: Path, random: Callable[[int], bytes]) -> None:
        self.folder = folder
        self._random = random

    def create(self, code: str) -> None:
        """Make a vote's key; it is on the disk when this returns. Raises `KeyExists`."""
        # A folder that is made on the way to another one would be open to all.
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.mkdir(exist_ok=True, mode=0o700)
        try:
            handle = os.open(self._path(code), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise KeyExists(code) from None
        with os.fdopen(handle, "wb") as file:
            file.write(self._random(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        self._sync_folder()

    def read(self, code: str) -> VoteKey:
        """Raises `KeyLost`."""
        try:
            secret = self._path(code).read_bytes()
        except FileNotFoundError:
            raise KeyLost(code) from None
        if len(secret) != SECRET_BYTES or not any(secret):
            raise KeyLost(code)
        return VoteKey(secret, self._random)

    def has(self, code: str) -> bool:
        try:
            self.read(code)
        except KeyLost:
            return False
        return True

    def destroy(self, code: str) -> None:
        """Overwrite and remove it; that is on the disk when this returns. None is as good."""
        path = self._path(code)
        try:
            # Some disks keep old blocks for all that; nothing that a program does reaches those.
            with path.open("rb+") as file:
                file.write(bytes(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        self._sync_folder()

    def codes(self) -> list[str]:
        """The votes that have a file here."""
        return sorted(path.name.removesuffix(_SUFFIX) for path in self.folder.glob(f"*{_SUFFIX}"))

    def _path(self, code: str) -> Path:
        if not _NAME.fullmatch(code):
            raise ValueError("no vote has such a code")
        return self.folder / f"{code}{_SUFFIX}"

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
