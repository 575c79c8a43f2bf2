"""A million reports of fifteen columns as CSV and XLSX, beside what the databases bring along."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reference import reference_seconds
from benchmarks.similar import fill
from storage.views import OPEN_REPORTS
from tests.houses import SECRET, small_house
from tests.needs import find_postgresql, tell_missing
from tests.postgres import cluster

COLUMNS = [column.name for column in OPEN_REPORTS.columns][:15]

SETTLE_SECONDS = 1.0

WATCH = """
import os, sys
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_pid, status, used = os.wait4(pid, 0)
sys.stderr.write(f"{status} {used.ru_utime + used.ru_stime} {used.ru_maxrss}")
"""
"""A process begins with its parent's largest memory as its own, so the parent is a small one."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one command took: CPU seconds, of which `server` are the database server's, and the
    largest resident memory of the command in MB."""

    seconds: float
    memory: float
    server: float = 0.0


def measured(
    command: list[str], environ: Mapping[str, str], out: Path, server: int | None = None
) -> Spent:
    """Run one command. `server` is the number of a server's first process, whose connections are
    of this command alone."""
    before = _ended_children(server)
    with out.open("wb") as into:
        watch = [sys.executable, "-S", "-c", WATCH, *command]
        done = subprocess.run(watch, env=environ, stdout=into, stderr=subprocess.PIPE, check=True)
    status, seconds, kilobytes = done.stderr.split()[-3:]
    if int(status):
        raise RuntimeError(f"{command} ended with {int(status)}")
    if server is not None:
        # The server's part counts once the process of the connection is gone.
        time.sleep(SETTLE_SECONDS)
    served = _ended_children(server) - before
    return Spent(float(seconds) + served, float(kilobytes) / 1024, served)


def _ended_children(pid: int | None) -> float:
    """CPU seconds of a process's children that have ended."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def tell(count: int) -> None:
    """Print what each costs on SQLite and, where there is one, on a server."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        for house in small_house(Path(folder)):
            fill(house, count)
        shutil.move(Path(folder) / "town.db", data / "baraza.db")
        environ = {
            **{name: value for name, value in os.environ.items() if "BARAZA_" not in name},
            "BARAZA_DATA": str(data),
            "BARAZA_SECRET_KEY": SECRET,
        }
        query = f"select {', '.join(COLUMNS)} from open_reports"
        out = Path(folder) / "plain"
        if program := shutil.which("sqlite3"):
            plain = [program, "-readonly", "-csv", "-header", str(data / "baraza.db"), query]
            peer = measured(plain, environ, out)
            _row(f"sqlite3 -csv, {count:,} rows", peer)
        else:
            peer = None
            print("sqlite3 -csv                         NOT RUN: sqlite3 is missing")
        _ours("a file", folder, environ, peer)

        if find_postgresql() is None:
            print(f"psql, COPY                           {tell_missing('postgresql')}")
            return
        database = cluster().create()
        url = cluster().text_url(database)
        subprocess.run(
            [sys.executable, "-m", "bot", "db", "copy", "--to", url],
            env=environ, check=True, capture_output=True,
        )  # fmt: skip
        environ["BARAZA_DATABASE_URL"] = url
        cluster().sql(database, "analyze")
        server = int((cluster().folder / "data" / "postmaster.pid").read_text().split()[0])
        copy = f"copy ({query}) to stdout with (format csv, header)"
        psql = ["psql", "-X", "-q", url, "-c", copy]
        peer = measured(psql, environ, out, server)
        _row(f"psql, COPY, {count:,} rows", peer)
        _ours("a server", folder, environ, peer, server)


def _ours(
    where: str,
    folder: str,
    environ: Mapping[str, str],
    peer: Spent | None,
    server: int | None = None,
) -> None:
    for form in ("csv", "xlsx"):
        words = ["export", "reports", "--format", form, "--columns", ",".join(COLUMNS)]
        command = [sys.executable, "-m", "bot", *words, "--force", "--out", f"{folder}/x.{form}"]
        spent = measured(command, environ, Path(folder) / "told", server)
        _row(f"export {form} of {where}", spent, peer if form == "csv" else None)


def _row(what: str, spent: Spent, peer: Spent | None = None) -> None:
    served = f", {spent.server:.1f} of them the server's" if spent.server else ""
    times = f", {spent.seconds / peer.seconds:.1f} times its peer" if peer else ""
    print(f"{what:<36} {spent.seconds:.1f} CPU s{served}, {spent.memory:.0f} MB{times}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export", description=__doc__)
    parser.add_argument("--exported", type=int, default=1_000_000, help="rows")
    wanted = parser.parse_args()
    print(f"reference loop                       {reference_seconds():.3f} CPU s")
    tell(wanted.exported)


if __name__ == "__main__":
    main()
