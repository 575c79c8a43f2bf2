"""Where a PostgreSQL server is, read from its URL. What is wrong is told without the password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

PORT = 5432
SCHEMES = ("postgresql", "postgres")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""As PostgreSQL's own programs know them."""

PARAMETERS = ("host", "sslmode", "sslrootcert")


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """`host` is a name, an address, or the folder of a socket; '' leaves it to the driver."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    ssl_mode: str
    ssl_root: str
    """A file of certificates that the server's own is checked against; '' for the system's."""

    @property
    def place(self) -> str:
        """Where it is, for people; without user and password."""
        return f"{self.database} at {self.host or 'this machine'}"

    @property
    def server(self) -> str:
        """Where its server listens, for people."""
        return f"{self.host or 'this machine'}, port {self.port}"


class WrongUrl(ValueError):
    """`problems` are sentences without anything that may be a secret."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(*problems)


def is_postgres(url: str) -> bool:
    return url.partition(":")[0].partition("+")[0].lower() in SCHEMES


def read_postgres_url(url: str) -> PostgresUrl:
    """Raises `WrongUrl` with everything that is wrong."""
    problems: list[str] = []
    scheme = url.partition(":")[0].lower()
    if scheme not in SCHEMES:
        problems.append("write it as postgresql://…, without a driver's name")
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError:
        raise WrongUrl(
            ["it is not like postgresql://user:password@host:5432/name; the signs : / ? # @ "
             "in the password are written as %3A %2F %3F %23 %40"]
        ) from None  # fmt: skip
    if parts.fragment or "?" in parts.query:
        problems.append("a # or ? in the password is written as %23 or %3F")
    given = _parameters(parts.query, problems)
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        problems.append("it names no database: postgresql://user:password@host:5432/name")
    mode = given.get("sslmode", "prefer")
    if mode not in SSL_MODES:
        problems.append(f"sslmode is none of {', '.join(SSL_MODES)}")
    if problems:
        raise WrongUrl(problems)
    return PostgresUrl(
        host=given.get("host") or unquote(parts.hostname or ""),
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=database,
        ssl_mode=mode,
        ssl_root=given.get("sslrootcert", ""),
    )


def _parameters(query: str, problems: list[str]) -> dict[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    for name in sorted(given.keys() - set(PARAMETERS)):
        # A password with an unwritten ? ends up here: only what looks like a name is shown.
        shown = name if re.fullmatch(r"[a-z_]{1,40}", name) else "what follows the ?"
        problems.append(f"{shown} is no parameter; there are {', '.join(PARAMETERS)}")
    return given
