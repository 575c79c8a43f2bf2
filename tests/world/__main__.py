"""`python -m tests.world --seeds 800`: many towns, killed at every point."""

from __future__ import annotations

import argparse
import logging
import sys
import time

from tests.world.simulate import Broken, Found, prepare, run_seed

SOMETIMES = ("Text", "Command", "Location", "Unusable", "due", "done", "planned")
"""From the full number of seeds on, a run that never met one of these proves too little."""

FULL = 100


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    parser.add_argument("--seeds", type=int, default=800, help="how many towns (800)")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed (0)")
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)
    prepare()
    found = Found()
    start = time.process_time()
    for seed in range(wanted.first, wanted.first + wanted.seeds):
        try:
            run_seed(seed, found)
        except Broken as broken:
            sys.stderr.write(f"{broken}\n")
            return 1
    missing = [what for what in SOMETIMES if what not in found.seen]
    if wanted.seeds >= FULL and missing:
        sys.stderr.write(f"never met: {', '.join(missing)}\n")
        return 1
    spent = time.process_time() - start
    sys.stdout.write(f"{found.points} points, {found.states} states, {spent:.1f} s CPU\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
