"""The role on a PostgreSQL server that may read the open views and nothing else.

It is a login of its own: a role that is only put on (`SET ROLE`) can be taken off from within a
question.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from storage.views import VIEWS

NAME_BYTES = 63
"""PostgreSQL cuts longer names."""

SUFFIX = "_open_reader"
ROUNDS = 4096
"""Of PBKDF2, as PostgreSQL itself takes them for SCRAM-SHA-256 (RFC 7677)."""

LOGINS_MOST = 5


@dataclass(frozen=True, slots=True)
class Reader:
    """The role of one database; `salt` is 16 bytes."""

    name: str
    password: str = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def quoted(self) -> str:
        return '"' + self.name.replace('"', '""') + '"'

    @property
    def create(self) -> str:
        """What an administrator runs where we may not. The password itself stands nowhere."""
        return (
            f"CREATE ROLE {self.quoted} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
            f"CONNECTION LIMIT {LOGINS_MOST} PASSWORD '{self._verifier()}'"
        )

    @property
    def renew(self) -> str:
        return f"ALTER ROLE {self.quoted} LOGIN PASSWORD '{self._verifier()}'"

    def _verifier(self) -> str:
        """SCRAM-SHA-256 as PostgreSQL stores it, so that no password stands in a statement."""
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), self.salt, ROUNDS)
        stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
        server = hmac.digest(salted, b"Server Key", "sha256")
        salt, first, second = (
            base64.b64encode(part).decode() for part in (self.salt, stored, server)
        )
        return f"SCRAM-SHA-256${ROUNDS}:{salt}${first}:{second}"


def reader_name(database: str) -> str:
    """Roles are the whole server's, so each database has its own."""
    room = NAME_BYTES - len(SUFFIX)
    return database.encode()[:room].decode(errors="ignore") + SUFFIX


def make_reader(connection: Connection, reader: Reader) -> bool:
    """Make the role where we may, and let it read the views. Whether there is one now."""
    there = connection.scalar(
        text("select true from pg_roles where rolname = :name"), {"name": reader.name}
    )
    may = connection.exec_driver_sql(
        "select rolsuper or rolcreaterole from pg_roles where rolname = current_user"
    ).scalar()
    if not there and not may:
        return False
    if may:
        connection.exec_driver_sql(reader.renew if there else reader.create)
    schema = connection.exec_driver_sql("select quote_ident(current_schema())").scalar_one()
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {reader.quoted}")
    for view in VIEWS:
        connection.exec_driver_sql(f"GRANT SELECT ON {view.name} TO {reader.quoted}")
    return True
