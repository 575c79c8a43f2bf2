"""`python -m tests.world --seeds 800`: many towns, killed at every point."""

from __future__ import annotations

import argparse
import gc
import logging
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Sequence

from tests.world.simulate import Broken, Found, prepare, run_seed
from tests.world.sometimes import FULL, never_met, table


def _run(seed: int) -> tuple[Found, float, str]:
    """One seed in a process of its own: what was found, CPU seconds, and what was broken."""
    found = Found()
    start = time.process_time()
    broken = ""
    try:
        run_seed(seed, found)
    except Broken as error:
        broken = str(error)
    except Exception:  # noqa: BLE001  # the other towns are lived all the same
        broken = f"seed {seed}: {traceback.format_exc()}"
    return found, time.process_time() - start, broken


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    parser.add_argument("--seeds", type=int, default=800, help="how many towns (800)")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed (0)")
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--workers", type=int, default=cores, help=f"processes ({cores})")
    wanted = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    start = time.process_time()
    # Before the processes part: aiogram's import is paid once, and is no garbage.
    prepare()
    gc.collect()
    gc.freeze()
    spent = time.process_time() - start
    found, failed = Found(), 0
    seeds = range(wanted.first, wanted.first + wanted.seeds)
    with multiprocessing.get_context("fork").Pool(wanted.workers) as pool:
        for met, seconds, broken in pool.imap_unordered(_run, seeds):
            found.add(met)
            spent += seconds
            if broken:
                failed += 1
                sys.stderr.write(f"{broken}\n")
    missing = never_met(found.seen) if wanted.seeds >= FULL else []
    sys.stdout.write(table(found.seen))
    sys.stdout.write(f"{found.doubled:9} messages that came twice\n")
    if missing:
        sys.stderr.write(f"never met: {', '.join(missing)}\n")
    sys.stdout.write(f"{found.points} points, {found.states} states, {spent:.1f} s CPU\n")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
