"""A million reports of fifteen columns as CSV and XLSX, beside what the databases bring along."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.similar import fill
from storage.views import OPEN_REPORTS
from tests.houses import SECRET, small_house
from tests.postgres import cluster

COLUMNS = [column.name for column in OPEN_REPORTS.columns][:15]


WATCH = """
import os, sys
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_pid, status, used = os.wait4(pid, 0)
sys.stderr.write(f"{status} {used.ru_utime + used.ru_stime} {used.ru_maxrss}")
"""
"""A process begins with its parent's largest memory as its own, so the parent is a small one."""


def measured(command: list[str], environ: dict[str, str], out: Path) -> tuple[float, float]:
    """CPU seconds and the largest resident memory in MB of one command."""
    with out.open("wb") as into:
        watch = [sys.executable, "-S", "-c", WATCH, *command]
        done = subprocess.run(watch, env=environ, stdout=into, stderr=subprocess.PIPE, check=True)
    status, seconds, kilobytes = done.stderr.split()[-3:]
    if int(status):
        raise RuntimeError(f"{command} ended with {int(status)}")
    return float(seconds), float(kilobytes) / 1024


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
        own = [sys.executable, "-m", "bot"]
        plain = ["sqlite3", "-readonly", "-csv", "-header", str(data / "baraza.db"), query]
        _row("sqlite3 -csv", *measured(plain, environ, Path(folder) / "plain"))
        _ours("a file", folder, environ)

        database = cluster().create()
        url = cluster().text_url(database)
        subprocess.run(
            [*own, "db", "copy", "--to", url], env=environ, check=True, capture_output=True
        )
        environ["BARAZA_DATABASE_URL"] = url
        copy = f"copy ({query}) to stdout with (format csv, header)"
        psql = ["psql", "-X", "-q", url, "-c", copy]
        _row("psql, COPY", *measured(psql, environ, Path(folder) / "plain"))
        _ours("a server", folder, environ)


def _ours(where: str, folder: str, environ: dict[str, str]) -> None:
    for form in ("csv", "xlsx"):
        words = ["export", "reports", "--format", form, "--columns", ",".join(COLUMNS)]
        command = [sys.executable, "-m", "bot", *words, "--force", "--out", f"{folder}/x.{form}"]
        _row(f"export {form} of {where}", *measured(command, environ, Path(folder) / "told"))


def _row(what: str, seconds: float, memory: float) -> None:
    print(f"{what:<36} {seconds:.1f} CPU s, {memory:.0f} MB")
