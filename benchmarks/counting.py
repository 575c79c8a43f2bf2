"""Counting a large participatory budget by the greedy rule, beside pabutools on the same file."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from benchmarks.reference import reference_seconds
from bot.counting.pabulib import read_pabulib
from bot.counting.rules import count_election
from bot.counting.ties import read_tie_rule
from tests.end_to_end import ROOT

PABUTOOLS = "pabutools==1.2.3"
FOLDER = ROOT / "var" / "bench" / "pabutools"
"""An environment of its own: Baraza needs none of it."""

CHOICES_MOST = 12

# Its greedy goes by what a project brings for its cost: of what brings its cost, by votes.
PEER = """
import sys, time
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare
from pabutools.tiebreaking import lexico_tie_breaking
start = time.process_time()
instance, profile = parse_pabulib(sys.argv[1])
read = time.process_time()
won = greedy_utilitarian_welfare(
    instance, profile, sat_class=Cost_Sat, tie_breaking=lexico_tie_breaking
)
print(read - start, time.process_time() - read, *sorted(project.name for project in won))
"""


def election(ballots: int, count: int) -> str:
    """A file of Pabulib's: few projects are loved by many, and each has another cost."""
    chance = random.Random(3)
    keys = [f"p{number:03}" for number in range(count)]
    weights = [1 / (number + 3) for number in range(count)]
    costs = [chance.randrange(5_000, 400_000) for _key in keys]
    votes = dict.fromkeys(keys, 0)
    cast = []
    for number in range(ballots):
        chosen = sorted(set(chance.choices(keys, weights, k=chance.randrange(1, CHOICES_MOST))))
        for key in chosen:
            votes[key] += 1
        cast.append(f"{number};{','.join(chosen)}")
    rows = [f"{key};{cost};{votes[key]}" for key, cost in zip(keys, costs, strict=True)]
    budget = sum(costs) // 4
    meta = [
        "key;value", "description;made up", "country;Nowhere", "unit;Nowhere", "instance;2026",
        f"num_projects;{count}", f"num_votes;{ballots}", f"budget;{budget}",
        "vote_type;approval", "rule;greedy",
    ]  # fmt: skip
    projects = ["PROJECTS", "project_id;cost;votes", *rows]
    return "\n".join(["META", *meta, *projects, "VOTES", "voter_id;vote", *cast, ""])


def ours(text: str) -> tuple[float, float, list[str]]:
    """CPU seconds of reading the file and of counting, and what won."""
    start = time.process_time()
    published = read_pabulib(text)
    read = time.process_time()
    outcome = count_election(published.election, "greedy-skip", read_tie_rule("file"))
    return read - start, time.process_time() - read, sorted(outcome.winners)


def peer(text: str) -> tuple[float, float, list[str]]:
    """The same by pabutools. Raises `CalledProcessError` where it cannot be installed."""
    python = str(FOLDER / "bin" / "python")
    if not (FOLDER / "installed").exists():
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run([*pip, PABUTOOLS], check=True, capture_output=True)
        (FOLDER / "installed").touch()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "election.pb"
        file.write_text(text, encoding="utf-8")
        command = [python, "-c", PEER, str(file)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1]), told[2:]


def tell(ballots: int, projects: int = 160) -> None:
    """Print what both take, and whether they fund the same."""
    text = election(ballots, projects)
    reading, counting, winners = ours(text)
    print(
        f"greedy, {ballots:,} x {projects}              "
        f"{counting:.2f} CPU s to count, {reading:.2f} to read the file"
    )
    try:
        other_reading, other_counting, other_winners = peer(text)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"  {PABUTOOLS}                NOT RUN: cannot be installed ({error})")
        return
    same = "the same" if other_winners == winners else "NOT THE SAME"
    print(
        f"  {PABUTOOLS}                {other_counting:.2f} CPU s, {other_reading:.2f} to read;"
        f" {other_counting / counting:.0f} times ours; {same} {len(winners)} projects win"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.counting", description=__doc__)
    parser.add_argument("--ballots", type=int, default=90_000)
    parser.add_argument("--projects", type=int, default=160)
    wanted = parser.parse_args()
    sys.stdout.write(f"reference loop                       {reference_seconds():.3f} CPU s\n")
    tell(wanted.ballots, wanted.projects)


if __name__ == "__main__":
    main()
