"""What takes its time and does not say how far it is, as a bar that moves at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def showing(what: str) -> Iterator[None]:
    """Shows at a terminal that `what` is being done, and for how long; nothing of it stays."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console, watched = Console(stderr=True), sys.stderr.isatty()
    with Progress(*columns, console=console, disable=not watched, transient=True) as bar:
        bar.add_task(what, total=None)
        yield
