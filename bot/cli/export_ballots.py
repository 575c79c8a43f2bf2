"""`baraza export ballots`: the vote that is named; and its ballots in Pabulib's format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

from bot.app import House
from bot.cli.shell import code_in, refuse, refuse_unserved
from bot.domain.codes import fold_code
from bot.domain.country import Country
from bot.domain.votes import Vote
from bot.exports import Written
from bot.services import vote_results
from storage import ballots, votes


def counted_vote(house: House, countries: Mapping[str, Country], name: str | None) -> Vote:
    """The vote of this code, as people type it, or key.

    Refuses without a name, and a vote that is not counted and cleaned.
    """
    found = house.database.read_now(votes.list_votes, (), list(vote_results.COUNTED))
    ready = [vote for vote in found if vote.country in countries and vote.cleaned_at is not None]
    wanted = {name, *(fold_code(name or "", one.prefix) for one in countries.values())} - {None}
    named = [vote for vote in ready if {vote.code, vote.key} & wanted]
    if not named:
        _refuse_unserved(house, name or "")
        what = (
            "One file is of one vote: name it with --vote."
            if name is None
            else f"{name} is no vote that is closed, counted and cleaned."
        )
        refuse(f"{what} There are: {', '.join(vote.code for vote in ready) or 'none yet'}.")
    return named[0]


def _refuse_unserved(house: House, name: str) -> None:
    other = house.database.read_now(votes.find_vote, code_in(name, house) or name)
    if other is not None and other.country not in house.countries:
        refuse_unserved(other.code, other.country)


def pabulib_writer(
    house: House, countries: Mapping[str, Country], vote: Vote
) -> Callable[[BinaryIO], Written]:
    """What writes the file of a vote, whose rows are its ballots."""
    # Whole before it is written: nothing goes to a file within a transaction.
    lines, count = house.database.read_now(
        lambda connection: (
            list(vote_results.write_pb(connection, vote, countries[vote.country])),
            len(ballots.counted_ballots(connection, vote.code)),
        )
    )

    def write(into: BinaryIO) -> Written:
        into.writelines(line.encode() for line in lines)
        return Written(count)

    return write
