"""A vote and its result in words for staff, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.counting.ballots import Count
from bot.domain.counted import counted
from bot.domain.vote_results import Result
from bot.domain.votes import Status, Vote

LISTED = (
    "Code",
    "Key",
    "Country",
    "Status",
    "Opens",
    "Closes",
    "Result by",
    "Owner",
    "Question",
)
"""The head of the list of votes."""


def list_row(vote: Vote, now: datetime, has_key: bool, timezone: str) -> Sequence[str]:
    """A vote in the list, as `LISTED` has it; `timezone` is its country's."""
    stands = vote.status.value
    if vote.status is Status.OPEN:
        if now < vote.opens:
            stands = "not open yet"
        elif now >= vote.closes:
            stands = "to be closed"
        if not has_key:
            stands = "KEY LOST"
    elif vote.cleaned_at is None:
        stands = f"{stands}, to be cleaned"
    # Clocks of the country go without saying.
    zone = "" if vote.zone == timezone else f" {vote.zone}"
    dates = [f"{_told(moment)}{zone}" for moment in (vote.opens, vote.closes)]
    by = "" if vote.result_by is None else vote.result_by.isoformat()
    due = f"{by}: LATE" if vote.owes_result(now) else by
    text = vote.question.text
    return (vote.code, vote.key, vote.country, stands, *dates, due, vote.owner, text)


def listed(vote: Vote, now: datetime) -> dict[str, Any]:
    """A vote in the list, as data."""
    return {
        "code": vote.code,
        "key": vote.key,
        "country": vote.country,
        "status": vote.status.value,
        "opens": vote.opens.isoformat(),
        "closes": vote.closes.isoformat(),
        "zone": vote.zone,
        "owner": vote.owner,
        "result_by": vote.result_by.isoformat() if vote.result_by else None,
        "late": vote.owes_result(now),
        "cleaned": vote.cleaned_at is not None,
        "question": vote.question.text,
        "demo": vote.demo,
    }


def status_words(
    vote: Vote, now: datetime, cast: int, took_part: int, has_key: bool, folder: Path
) -> Iterator[str]:
    """Where a vote stands, and what is to be done where something is wrong."""
    yield f"{vote.code} ({vote.key}): {vote.question.text}"
    yield f"Open {_told(vote.opens)} to {_told(vote.closes)} ({vote.zone}). Owner: {vote.owner}."
    for option in vote.options:
        if option.withdrawn is not None:
            yield f"Withdrawn: {option.key} ({option.withdrawn.text})"
    if vote.status in {Status.OPEN, Status.CLOSED}:
        yield from _promise(vote, now)
    if vote.status is Status.OPEN:
        yield from _open_words(vote, now, cast, took_part, has_key, folder)
        return
    yield f"It is {vote.status.value}{' (early)' if vote.early else ''}."
    if vote.reason is not None:
        yield f"Why: {vote.reason.text}"
    if vote.status is Status.LOST:
        yield (
            "It ended after the moment that was restored, or taken back with `db take-back`: its "
            "ballots and its count are not here."
        )
        yield (
            "What was published of it stands where it was published. Keep that. After a take-back "
            "its count is also still on the server."
        )
    elif vote.cleaned_at is None:
        yield "Not cleaned yet: its key is still there, and nothing is published before."
    else:
        cleaned = vote.cleaned_at.astimezone(ZoneInfo(vote.zone))
        yield f"Cleaned on {_told(cleaned)}: nothing joins a ballot with a person."
    if vote.status is Status.CLOSED:
        yield f"To be published: baraza vote publish {vote.code}"


def _promise(vote: Vote, now: datetime) -> Iterator[str]:
    if vote.owes_result(now):
        yield f"ITS RESULT IS LATE: {vote.owner} promised it by {vote.result_by}."
    elif vote.result_by is not None:
        yield f"Its result is promised by {vote.result_by}."


def _open_words(
    vote: Vote, now: datetime, cast: int, took_part: int, has_key: bool, folder: Path
) -> Iterator[str]:
    if now < vote.opens:
        yield "It is not open yet."
    elif now >= vote.closes:
        yield "It is over and takes no more votes; baraza run closes it, or baraza vote close."
    else:
        yield "It is open."
    yield f"People who took part so far: {took_part}."
    if cast != took_part:
        yield (
            f"THAT IS NOT RIGHT, with {counted(cast, 'ballot')}. "
            "Tell whoever looks after the server."
        )
    if has_key:
        yield f"Its key is in {folder}."
        return
    yield f"ITS KEY IS LOST: it is not in {folder}, and its ballots cannot be counted without it."
    yield "If the folder is only not mounted, mount it: nothing is lost then."
    yield f'Else start again: baraza vote withdraw {vote.code} --reason …="…", which tells who'
    yield "took part, and open a file with another key."


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def result_words(result: Result) -> str:
    """A result as lines of text, each step of the count with what it came to."""
    vote = result.vote
    names = {option.key: option.label.text for option in vote.options}
    lines = [
        f"{vote.code} ({vote.key}): {vote.question.text}",
        f"Counted by {vote.method}; among equals: {vote.tie}.",
        tell_ballots(result),
    ]
    if result.all_equal:
        lines.append(f"All options have {counted(result.standings[0].votes, 'vote')}.")
    for number, standing in enumerate(result.standings, start=1):
        left = "" if standing.left is None else f", left {standing.left}"
        lines.append(
            f"{number}. {names[standing.key]} [{standing.key}]: "
            f"{counted(standing.votes, 'vote')}, {standing.verdict}{left}"
        )
    lines += [f"Withdrawn: {o.label.text} [{o.key}]" for o in vote.options if o.withdrawn]
    for tie in result.ties:
        what = "another order would have changed who wins" if tie.decided else "it decided nothing"
        lines.append(f"Tie: {', '.join(tie.keys)} have {counted(tie.votes, 'vote')} each; {what}.")
    won = ", ".join(names[key] for key in result.winners)
    lines.append(f"Chosen: {won}." if won else "Nothing is chosen.")
    if result.left is not None:
        lines.append(f"Left: {result.left} {vote.currency}.")
    lines += [f"Voters of {area}: {count}." for area, count in result.areas]
    return "\n".join(lines) + "\n"


def tell_ballots(count: Count | Result) -> str:
    if count.ballots == 0:
        return "Nobody voted."
    kinds = (
        (count.with_choice, "with a choice"),
        (count.blank, "blank"),
        (count.without_choice, "whose every choice was withdrawn"),
        (count.invalid, "invalid"),
    )
    told = ", ".join(f"{number} {kind}" for number, kind in kinds if number)
    return f"Ballots: {count.ballots} ({told})."


def as_data(result: Result) -> dict[str, Any]:
    """A result as JSON. Amounts are text, so that none is rounded."""
    vote = result.vote
    return {
        "code": vote.code,
        "key": vote.key,
        "status": vote.status.value,
        "method": vote.method,
        "tie": vote.tie,
        "winners": list(result.winners),
        "left": None if result.left is None else str(result.left),
        "currency": vote.currency,
        "ballots": {
            "cast": result.ballots,
            "with_choice": result.with_choice,
            "blank": result.blank,
            "without_choice": result.without_choice,
            "invalid": result.invalid,
        },
        "steps": [
            {
                "option": standing.key,
                "votes": standing.votes,
                "outcome": standing.verdict,
                "left": None if standing.left is None else str(standing.left),
            }
            for standing in result.standings
        ],
        "withdrawn": [option.key for option in vote.options if option.withdrawn is not None],
        "ties": [
            {"options": list(tie.keys), "votes": tie.votes, "decided": tie.decided}
            for tie in result.ties
        ],
        "areas": dict(result.areas),
    }
