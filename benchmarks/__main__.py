"""`make bench`: everything that is measured, in one run."""

from __future__ import annotations

import argparse
import logging

from benchmarks import announcement, counting, export, growth, server, similar, turns
from benchmarks.reference import reference_seconds
from benchmarks.telegram import run as telegram_run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--reports", type=int, default=1_000_000, help="for the similar look-up")
    parser.add_argument("--residents", type=int, default=1_000_000, help="of the grown town")
    parser.add_argument("--log", type=int, default=10_000_000, help="rows of the grown town's log")
    parser.add_argument("--people", type=int, default=200, help="at once on Telegram")
    parser.add_argument("--recipients", type=int, default=1_000_000, help="of an announcement")
    parser.add_argument("--ballots", type=int, default=90_000, help="of a counted budget")
    parser.add_argument("--exported", type=int, default=1_000_000, help="rows of an export")
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)
    print(f"reference loop                       {reference_seconds():.3f} CPU s")
    print(f"a turn, engine alone                 {turns.engine_alone():.3f} CPU ms")
    print(f"a turn with storage, log, outbox     {turns.with_storage():.3f} CPU ms")
    each, forms = server.through_the_web()
    print(f"a turn through the web, no scripts   {each:.2f} CPU ms ({forms} forms and pages)")
    used, memory, telegram = server.start_up()
    loaded = "yes" if telegram else "no"
    print(f"start-up                             {used:.2f} CPU s, {memory:.0f} MB")
    print(f"Telegram's libraries loaded          {loaded}")
    middle, high, cpu = similar.among(wanted.reports)
    print(
        f"similar among {wanted.reports:>9,}              "
        f"p50 {middle:.2f} ms, p95 {high:.2f} ms, {cpu:.2f} CPU ms"
    )
    telegram_run.tell(wanted.people)
    announcement.tell(1000, wanted.recipients, 10)
    counting.tell(wanted.ballots)
    export.tell(wanted.exported)
    growth.tell(wanted.residents, wanted.log, wanted.people)
    print(f"reference loop, again                {reference_seconds():.3f} CPU s")


if __name__ == "__main__":
    main()
