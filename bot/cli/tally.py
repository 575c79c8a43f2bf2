"""`baraza tally`: count a published file of ballots again, and say each step."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec

from bot.cli.printing import plain, print_table
from bot.cli.shell import refuse
from bot.cli.vote_sheet import tell_ballots
from bot.counting.money import write_money
from bot.counting.pabulib import METHOD_OF_RULE, PabulibError, Published, read_pabulib
from bot.counting.rules import METHODS, Outcome, Tie, count_election
from bot.counting.ties import read_tie_rule
from bot.domain.counted import counted

ODDITIES_SHOWN = 20


@click.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--method", type=click.Choice(list(METHODS)), help="Without it, the file's own rule."
)
@click.option(
    "--tie",
    default="cheapest",
    show_default=True,
    help="Who comes first among equals: cheapest, file (the order there), or lot:SEED.",
)
@click.option(
    "--seats", type=click.IntRange(1), help="How many win by plurality or approval; else one."
)
@click.option("--format", "form", type=click.Choice(["words", "json"]), default="words")
def tally(file: Path, method: str | None, tie: str, seats: int | None, form: str) -> None:
    """Count the ballots of FILE, a Pabulib .pb file: baraza tally votes.pb --tie file

    FILE may be - for what is piped in. Needs no database and no setting. Amounts are exact, and a
    tie is told as a tie.
    """
    try:
        published = read_pabulib(_read(file).decode("utf-8"))
    except UnicodeDecodeError:
        refuse(f"{file} is not UTF-8 text.")
    except PabulibError as error:
        refuse(f"{file}: {plain(str(error))}.")
    wanted = method or published.method
    if wanted is None:
        rule = plain(published.meta.get("rule", ""))
        known = ", ".join(METHOD_OF_RULE)
        refuse(f"The file's rule {rule!r} is none of: {known}. Choose one with --method.")
    if seats is not None and wanted in METHODS and METHODS[wanted].needs_pot:
        refuse(f"--seats is for plurality and approval; {wanted} asks how far the money goes.")
    try:
        election = replace(published.election, seats=seats or 1)
        outcome = count_election(election, wanted, read_tie_rule(tie))
    except ValueError as error:
        refuse(f"{error}.")
    if form == "json":
        data = msgspec.json.encode(as_data(published, outcome))
        sys.stdout.write(msgspec.json.format(data).decode() + "\n")
    else:
        _print(published, outcome)


def _read(file: Path) -> bytes:
    return sys.stdin.buffer.read() if file == Path("-") else file.read_bytes()


def as_data(published: Published, outcome: Outcome) -> dict[str, Any]:
    """The count as JSON: `winners` is a list of ids, amounts are text, so that none is rounded."""
    selected = published.selected
    return {
        "method": outcome.method,
        "tie": outcome.tie_rule,
        "winners": list(outcome.winners),
        "left": None if outcome.left is None else write_money(outcome.left),
        "ballots": {
            "cast": outcome.count.ballots,
            "with_choice": outcome.count.with_choice,
            "blank": outcome.count.blank,
            "without_choice": outcome.count.without_choice,
            "invalid": outcome.count.invalid,
        },
        "steps": [
            {
                "option": step.key,
                "votes": step.votes,
                "cost": write_money(step.cost),
                "outcome": step.verdict,
                "left": None if step.left is None else write_money(step.left),
            }
            for step in outcome.steps
        ],
        "ties": [
            {"options": list(tie.keys), "votes": tie.votes, "decided": tie.decided}
            for tie in outcome.ties
        ],
        "selected": None if selected is None else sorted(selected),
        "agrees": None if selected is None else selected == set(outcome.winners),
        "oddities": [{"line": odd.line, "text": odd.text} for odd in published.oddities],
    }


def _print(published: Published, outcome: Outcome) -> None:
    click.echo(plain(published.meta.get("description", "")))
    click.echo(f"Counted by {outcome.method}; among equals: {outcome.tie_rule}.")
    click.echo(tell_ballots(outcome.count))
    names = {option.key: option.name for option in published.election.options}
    print_table(
        ["", "Option", "Name", "Votes", "Cost", "Outcome", "Left"],
        [
            (
                number,
                step.key,
                names[step.key],
                step.votes,
                write_money(step.cost),
                step.verdict,
                None if step.left is None else write_money(step.left),
            )
            for number, step in enumerate(outcome.steps, start=1)
        ],
        right=frozenset({"", "Votes", "Cost", "Left"}),
    )
    for line in _end(published, outcome):
        click.echo(plain(line))


def _end(published: Published, outcome: Outcome) -> Iterator[str]:
    if METHODS[outcome.method].most == 1 and outcome.count.invalid:
        yield (
            f"A ballot counts in {outcome.method} where it chose one option; approval counts each."
        )
    chosen = [step for step in outcome.steps if step.votes]
    if len(chosen) > 1 and len({step.votes for step in outcome.steps}) == 1:
        yield f"All options have {counted(chosen[0].votes, 'vote')}."
    for tie in outcome.ties:
        yield _told(tie)
    won = ", ".join(outcome.winners)
    left = "" if outcome.left is None else f" Left: {write_money(outcome.left)}."
    yield f"Winners: {won}.{left}" if won else f"Nothing wins.{left}"
    if published.selected is not None:
        agrees = published.selected == set(outcome.winners)
        own = ", ".join(sorted(published.selected)) or "none"
        yield (
            "The file's own list is the same."
            if agrees
            else f"The file's own list differs: {own}."
        )
        if not agrees and (comment := published.meta.get("comment")):
            yield f"The file says how it was counted: {comment}"
    for odd in published.oddities[:ODDITIES_SHOWN]:
        yield f"Line {odd.line}: {odd.text}." if odd.line else f"{odd.text}."
    more = len(published.oddities) - ODDITIES_SHOWN
    if more > 0:
        yield f"And {counted(more, 'more line')} of that kind; --format json has them all."


def _told(tie: Tie) -> str:
    votes = counted(tie.votes, "vote")
    order = f"{', '.join(tie.keys)} have {votes} each, in the order of the rule {tie.rule}"
    what = "another order would have changed who wins" if tie.decided else "it decided nothing"
    return f"Tie: {order}; {what}."
