"""What the public pages of votes are made from: what is asked, and results once published."""

from __future__ import annotations

import csv
from collections import OrderedDict
from collections.abc import Mapping
from io import StringIO

from bot.domain.country import Country
from bot.domain.vote_results import Result
from bot.domain.votes import Vote
from bot.services import vote_news, vote_results
from storage import ballots
from storage.database import Connection, Database

REMEMBERED = 50
"""Results that are kept in memory: to count again takes a second where many voted, and anybody may
ask for a page."""


class VoteRecords:
    """Votes over the database."""

    def __init__(self, database: Database, countries: Mapping[str, Country]) -> None:
        self._database = database
        self._countries = countries
        self._results: OrderedDict[tuple[str, str], Result] = OrderedDict()

    async def votes(self, country: str) -> list[Vote]:
        """Those that everybody may read of, as they are listed."""
        known = self._countries[country]
        return await self._database.read(vote_results.listed_votes, known)

    async def result(self, country: str, code: str) -> Result | None:
        """What came of a vote; None for what is no published one of this country."""
        known = self._results.get((country, code))
        if known is not None:
            return known
        of = self._countries[country]
        found = await self._database.read(vote_results.published_result, of, code)
        if found is not None and found.vote.code == code:
            self._results[country, code] = found
            if len(self._results) > REMEMBERED:
                self._results.popitem(last=False)
        return found

    async def vote(self, country: str, code: str) -> Vote | None:
        """A vote of this country, whether it has a result or not; of one that has, `result`."""
        return await self._database.read(vote_news.find_vote, self._countries[country], code)

    async def pb(self, result: Result) -> str:
        """The vote as a `.pb` file, with which anybody can count again."""
        country = self._countries[result.vote.country]

        def write(connection: Connection) -> str:
            return "".join(vote_results.write_pb(connection, result.vote, country))

        return await self._database.read(write)

    async def ballots(self, result: Result) -> str:
        """The ballots as CSV: a number drawn by lot, and the keys of what was chosen."""

        def write(connection: Connection) -> str:
            sheet = StringIO()
            rows = csv.writer(sheet, lineterminator="\r\n")
            rows.writerow(("ballot", "choices"))
            rows.writerows(ballots.read_counted(connection, result.vote.code))
            return sheet.getvalue()

        return await self._database.read(write)

    async def codes(self, result: Result) -> list[str]:
        """What voters look their own code up in."""
        return await self._database.read(ballots.counted_codes, result.vote.code)
