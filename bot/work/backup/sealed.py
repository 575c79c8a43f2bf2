"""A long stream sealed in parts, so that it can be written and checked in constant memory.

The parts are AES-256-GCM under a key of this file's own, numbered, the last one marked: the STREAM
construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, CRYPTO 2015). A part that is changed, exchanged, repeated or left
out does not open, and a file without its last part is known to be cut.

The file begins with `MAGIC`, the format's version (1 byte), the id of the master secret (8 signs)
and the salt (32 bytes); all of it is bound to each part.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.keys import TAG_BYTES, Keys, UnknownKey
from bot.work.backup.errors import (
    Altered,
    CutShort,
    NewerFormat,
    NotABackup,
    NotWritten,
    OtherSecret,
)

MAGIC = b"baraza backup\n"
VERSION = 1
PURPOSE = "backup"
PART_BYTES = 64 * 1024
"""Plain bytes of each part but the last, which may have fewer."""

_KEY_ID_SIGNS, _SALT_BYTES = 8, 32
_HEADER_BYTES = len(MAGIC) + 1 + _KEY_ID_SIGNS + _SALT_BYTES


class SealedWriter:
    """Writes to `file` what is given to it, sealed. `close` writes the last part."""

    def __init__(self, file: BinaryIO, keys: Keys, random: Callable[[int], bytes]) -> None:
        salt = random(_SALT_BYTES)
        self._header = MAGIC + bytes([VERSION]) + keys.key_id.encode() + salt
        self._cipher = AESGCM(keys.stream_key(PURPOSE, salt))
        self._file = file
        self._waiting = bytearray()
        self._number = 0
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether anything was written yet."""
        return self._begun

    def write(self, data: bytes) -> None:
        if not self._begun:
            self._begun = True
            self._write(self._header)
        self._waiting += data
        # A full part is kept back until more comes: it may be the last one.
        while len(self._waiting) > PART_BYTES:
            self._put(bytes(self._waiting[:PART_BYTES]), last=False)
            del self._waiting[:PART_BYTES]

    def close(self) -> None:
        """Mark the end. The file itself is its opener's to close."""
        self.write(b"")
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._write(self._cipher.encrypt(_nonce(self._number, last), plain, self._header))
        self._number += 1

    def _write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            # Not as it is: where a database is read, the same error means a lost connection.
            raise NotWritten(os.strerror(error.errno or 0)) from error


class SealedReader:
    """Reads what a `SealedWriter` wrote; every byte that it gives has been verified.

    Raises `NotABackup`, `NewerFormat` and `OtherSecret` when it is made, `CutShort` and `Altered`
    at reading. That nothing is missing is known only once `read` has given the end.
    """

    def __init__(self, file: BinaryIO, keys: Keys) -> None:
        header = file.read(_HEADER_BYTES)
        if not header.startswith(MAGIC):
            raise CutShort if header and MAGIC.startswith(header) else NotABackup
        rest = header[len(MAGIC) :]
        if rest and rest[0] != VERSION:
            raise NewerFormat(rest[0])
        if len(header) < _HEADER_BYTES:
            raise CutShort
        key_id, salt = rest[1 : 1 + _KEY_ID_SIGNS], rest[1 + _KEY_ID_SIGNS :]
        try:
            key = keys.stream_key(PURPOSE, salt, key_id.decode("ascii", "replace"))
        except UnknownKey:
            raise OtherSecret from None
        self._header = header
        self._cipher = AESGCM(key)
        self._file = file
        self._ahead = file.read(PART_BYTES + TAG_BYTES)
        self._plain = bytearray()
        self._number = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        """Exactly so many bytes. Raises `Altered` where the stream ends before them, as a whole
        backup never does, and `CutShort` where its file does."""
        while len(self._plain) < size and not self._ended:
            self._next()
        if len(self._plain) < size:
            raise Altered("it ends inside of an entry")
        data = bytes(self._plain[:size])
        del self._plain[:size]
        return data

    def at_end(self) -> bool:
        """Whether everything was read, and the last part was the last."""
        while not self._plain and not self._ended:
            self._next()
        return not self._plain

    def _next(self) -> None:
        sealed, self._ahead = self._ahead, self._file.read(PART_BYTES + TAG_BYTES)
        last = not self._ahead
        plain = self._opened(sealed, last)
        if plain is None:
            # Whole where it stands, but not the last: what came after it is gone.
            if last and (len(sealed) < TAG_BYTES or self._opened(sealed, False) is not None):
                raise CutShort
            cut = last and len(sealed) < PART_BYTES + TAG_BYTES
            raise Altered(f"part {self._number + 1}{' (or cut short there)' if cut else ''}")
        self._plain += plain
        self._number += 1
        self._ended = last

    def _opened(self, sealed: bytes, last: bool) -> bytes | None:
        try:
            return self._cipher.decrypt(_nonce(self._number, last), sealed, self._header)
        except (InvalidTag, ValueError):
            return None


def _nonce(number: int, last: bool) -> bytes:
    """12 bytes: the part's number, and whether it is the last."""
    return number.to_bytes(11, "big") + bytes([last])
