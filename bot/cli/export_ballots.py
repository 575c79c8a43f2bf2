"""`baraza export ballots --format pb`: one vote's ballots in Pabulib's format, to count again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

from bot.app import House
from bot.cli.shell import refuse
from bot.domain.country import Country
from bot.exports import Written
from bot.services import vote_results
from storage import ballots, votes


def pabulib_writer(
    house: House, countries: Mapping[str, Country], code: str | None
) -> Callable[[BinaryIO], Written]:
    """What writes the file of a vote, whose rows are its ballots.

    Refuses without a code, and a vote that is not counted and cleaned.
    """
    found = house.database.write_now(votes.list_votes, None, list(vote_results.COUNTED))
    ready = {
        vote.code: vote
        for vote in found
        if vote.country in countries and vote.cleaned_at is not None
    }
    if code is None or code not in ready:
        what = (
            "One file is of one vote: name it with --vote."
            if code is None
            else (f"{code} is no vote that is closed, counted and cleaned.")
        )
        refuse(f"{what} There are: {', '.join(ready) or 'none yet'}.")
    vote = ready[code]
    # Whole before it is written: nothing goes to a file within a transaction.
    lines, count = house.database.write_now(
        lambda connection: (
            list(vote_results.write_pb(connection, vote, countries[vote.country])),
            len(ballots.counted_ballots(connection, vote.code)),
        )
    )

    def write(into: BinaryIO) -> Written:
        into.writelines(line.encode() for line in lines)
        return Written(count)

    return write
