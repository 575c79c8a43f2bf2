"""A PostgreSQL cluster of the tests' own, and databases in it. One a test process, made when first
needed and gone with it."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from itertools import count
from pathlib import Path

from storage import schema
from storage.postgres import PostgresDatabase
from storage.postgres_url import PostgresUrl, read_postgres_url
from tests.needs import need

USER = "baraza"
START_SECONDS = 30.0

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "listen_addresses": "127.0.0.1",
    # A deadlock is looked for at once: a test of one would wait a second otherwise.
    "deadlock_timeout": "100ms",
}


class Cluster:
    """A server on a free port of this machine; `stop` and `start` as often as a test likes."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.as_nobody: list[str] = []
        self.folder = Path(tempfile.mkdtemp(prefix="baraza-postgres-"))
        if os.getuid() == 0:
            # The server refuses to run as root.
            other = pwd.getpwnam("postgres")
            os.chown(self.folder, other.pw_uid, other.pw_gid)
            self.as_nobody = ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._server: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "-N")
        self._numbers = count(1)

    @property
    def pid(self) -> int:
        """Of the server's first process. Raises when it does not run."""
        if self._server is None:
            raise RuntimeError("the server does not run")
        return self._server.pid

    def transactions(self) -> int:
        """How many that changed anything were begun so far."""
        return int(self.sql("postgres", "select pg_snapshot_xmax(pg_current_snapshot())"))

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    # It ends with the tests, however they end.
                    *("setpriv", "--pdeathsig=SIGQUIT", *self.as_nobody),
                    str(self._programs / "postgres"),
                    *("-D", str(self.folder / "data"), "-p", str(self.port)),
                    *("-k", str(self.folder), *settings),
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.try_sql("postgres", "select 1").returncode:
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop it: SIGINT undoes what is under way, SIGQUIT is a crash."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(START_SECONDS)
            self._server = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> PostgresUrl:
        return read_postgres_url(self.text_url(database))

    def text_url(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """A new database; its name."""
        name = f"town_{next(self._numbers)}"
        self.sql("postgres", f"create database {name} template {template}")
        return name

    def sql(self, database: str, statement: str) -> str:
        """What psql prints for a statement. Raises `RuntimeError` when it is refused."""
        done = self.try_sql(database, statement)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def try_sql(self, database: str, statement: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                str(self._programs / "psql"),
                *("-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port)),
                *("-U", USER, "-d", database, "-c", statement),
            ],
            capture_output=True,
            text=True,
            check=False,
        )

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [
                *("setpriv", *(self.as_nobody or ["--no-new-privs"])),
                str(self._programs / program),
                *("-D", str(self.folder / "data"), *words),
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )


@cache
def _made(programs: Path) -> Cluster:
    cluster = Cluster(programs)
    atexit.register(cluster.remove)
    cluster.start()
    return cluster


def cluster() -> Cluster:
    """This process's cluster. Without PostgreSQL on the machine the test is left out."""
    return _made(need("postgresql"))


@cache
def migrated(name: str = "migrated") -> str:
    """The name of a database at the newest revision, to be copied and never used."""
    cluster().sql("postgres", f"create database {name} template template0")
    database = PostgresDatabase(cluster().url(name), lambda connection, kicks: None)
    database.write_now(schema.upgrade)
    database.close_now()
    return name


@cache
def _shared() -> str:
    return cluster().create(migrated())


EMPTY = """
DO $$
DECLARE used text[]; one text;
BEGIN
  SET LOCAL session_replication_role = replica;
  SELECT array_agg(quote_ident(relname)) INTO used FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0;
  IF used IS NOT NULL THEN
    EXECUTE 'LOCK TABLE ' || array_to_string(used, ', ') || ' IN ACCESS EXCLUSIVE MODE';
    FOREACH one IN ARRAY used LOOP
      EXECUTE 'DELETE FROM ' || one;
    END LOOP;
  END IF;
  PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence;
END $$
"""
"""Only what has pages, and once nobody of an earlier test is at it. `TRUNCATE` takes ten times as
long: it lays new files down for each table and index, and for all that refer to them."""


def empty_town() -> str:
    """The name of a database at the newest revision without rows, for one test at a time."""
    name = _shared()
    cluster().sql(name, EMPTY)
    return name


SQLITE, POSTGRES = "sqlite", "postgresql"
ENGINES = (SQLITE, POSTGRES)
"""For a fixture's `params`: each test once on each."""
