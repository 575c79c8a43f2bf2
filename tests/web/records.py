"""Published votes for the tests of pages, as somebody else would keep them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.vote_results import Result
from bot.domain.votes import Vote


class MemoryRecords:
    """Knows the results it was given, with the same files for each."""

    def __init__(self, results: Sequence[Result] = (), votes: Sequence[Vote] = ()) -> None:
        """`votes` have no result."""
        self._results = results
        self._votes = votes
        self.written: list[str] = []
        """The files that were asked for."""

    async def votes(self, country: str) -> list[Vote]:
        known = (*self._votes, *(result.vote for result in self._results))
        return [vote for vote in known if vote.country == country]

    async def result(self, country: str, code: str) -> Result | None:
        if "\0" in code:
            raise ValueError("PostgreSQL takes no NUL")
        return next(
            (
                result
                for result in self._results
                if (result.vote.country, result.vote.code) == (country, code)
            ),
            None,
        )

    async def vote(self, country: str, code: str) -> Vote | None:
        wanted = (country, code)
        return next((one for one in self._votes if (one.country, one.code) == wanted), None)

    async def pb(self, result: Result) -> str:
        self.written.append("pb")
        return f"META\nkey;value\ninstance;{result.vote.code}\n"

    async def ballots(self, result: Result) -> str:
        self.written.append("csv")
        return "ballot,choices\r\n1,square\r\n"

    async def codes(self, result: Result) -> list[str]:
        self.written.append("codes")
        return ["2222-3333", "4444-5555"]
