"""The public pages of votes: what came of them, and all that is needed to count again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web_answers import html, pack, packed
from bot.channels.web_files import serve_media
from bot.channels.web_guard import PAGE_HEADERS
from bot.channels.web_handlers import Handlers
from bot.channels.web_notices import Refused
from bot.channels.web_pages import Pages
from bot.channels.web_ports import Files
from bot.channels.web_words import NOT_FOUND
from bot.domain.country import Country
from bot.domain.vote_results import Result
from bot.domain.votes import Vote
from bot.i18n import Speech
from bot.services.vote_notice import list_of, notice_of
from bot.services.vote_sheet import Sheet, draw_sheet, sheet_of

FILES_MOST = 6
"""Files of results that are kept in memory: to write one takes a second where many voted, for
which everybody waits, and anybody may ask for it."""


class Records(Protocol):
    """Votes of any country that is served."""

    async def votes(self, country: str) -> list[Vote]:
        """Those that everybody may read of, as they are listed."""

    async def result(self, country: str, code: str) -> Result | None:
        """What came of a vote; None for what is no published one of this country."""

    async def vote(self, country: str, code: str) -> Vote | None:
        """A vote of this country by its code, whether it has a result or not."""

    async def pb(self, result: Result) -> str:
        """A `.pb` file."""

    async def ballots(self, result: Result) -> str:
        """A CSV file."""

    async def codes(self, result: Result) -> list[str]:
        """The codes of the ballots that were counted."""


class VotePages:
    """Starlette endpoints. Everybody may read them: none looks at who asks."""

    def __init__(
        self,
        at: Handlers,
        pages: Pages,
        records: Records,
        countries: Mapping[str, Country],
        speeches: Mapping[str, Speech],
        clock: Callable[[], datetime],
        files: Files,
        executor: Executor,
    ) -> None:
        self._at = at
        self._pages = pages
        self._records = records
        self._countries = countries
        self._speeches = speeches
        self._clock = clock
        self._files = files
        self._executor = executor
        self._files_written: OrderedDict[tuple[str, str], tuple[bytes, bytes]] = OrderedDict()
        self._writing = asyncio.Lock()

    async def index(self, request: Request) -> Response:
        """All votes, each with where it stands."""
        country, language = self._at.visit(request)
        votes = await self._records.votes(country)
        listed = list_of(votes, self._speeches[country], language, self._clock())
        return html(request, self._pages.votes(country, language, listed))

    async def page(self, request: Request) -> Response:
        """One result; before it, what is asked and until when."""
        country, language = self._at.visit(request)
        code = _code(request)
        result = await self._records.result(country, code)
        if result is not None:
            return html(request, self._pages.vote(result, self._sheet(result, language)))
        vote = await self._records.vote(country, code)
        if vote is None:
            raise Refused(404, NOT_FOUND)
        notice = notice_of(vote, self._speeches[country], language, self._clock())
        return html(request, self._pages.notice_of_vote(country, notice))

    async def chart(self, request: Request) -> Response:
        """Its picture."""
        result, language = await self._find(request)
        drawn = draw_sheet(self._sheet(result, language))
        kind = "image/svg+xml; charset=utf-8"
        return packed(request, Response(drawn, 200, dict(PAGE_HEADERS), kind))

    async def picture(self, request: Request) -> Response:
        """The picture of an option, by the option's key."""
        country, _language = self._at.visit(request)
        vote = await self._records.vote(country, _code(request))
        option = None if vote is None else vote.option(request.path_params["option"])
        if option is None or not option.picture:
            raise Refused(404, NOT_FOUND)
        loop = asyncio.get_running_loop()
        data = await loop.run_in_executor(self._executor, self._files.open, option.picture)
        if data is None:
            raise Refused(404, NOT_FOUND)
        return serve_media(data, request.headers.get("range"))

    async def pb(self, request: Request) -> Response:
        return await self._file(request, "pb", self._records.pb, "text/plain")

    async def ballots(self, request: Request) -> Response:
        return await self._file(request, "csv", self._records.ballots, "text/csv")

    async def codes(self, request: Request) -> Response:
        """One a line, to be read and searched in the browser."""

        async def written(result: Result) -> str:
            return "".join(f"{code}\n" for code in await self._records.codes(result))

        return await self._file(request, "", written, "text/plain")

    async def _find(self, request: Request) -> tuple[Result, str]:
        country, language = self._at.visit(request)
        result = await self._records.result(country, _code(request))
        if result is None:
            raise Refused(404, NOT_FOUND)
        return result, language

    def _sheet(self, result: Result, language: str) -> Sheet:
        country = result.vote.country
        return sheet_of(result, self._countries[country], self._speeches[country], language)

    async def _file(
        self,
        request: Request,
        ending: str,
        write: Callable[[Result], Awaitable[str]],
        type: str,
    ) -> Response:
        """What somebody may count again from; with an `ending` it is a file to keep."""
        result, _language = await self._find(request)
        headers = dict(PAGE_HEADERS)
        if ending:
            name = f"{result.vote.code}.{ending}"
            headers["content-disposition"] = f'attachment; filename="{name}"'
        body, small = await self._written(result, ending, write)
        return packed(request, Response(body, 200, headers, f"{type}; charset=utf-8"), small)

    async def _written(
        self, result: Result, ending: str, write: Callable[[Result], Awaitable[str]]
    ) -> tuple[bytes, bytes]:
        """Once for all who ask, one after the other: it never changes any more."""
        which = (result.vote.code, ending)
        async with self._writing:
            found = self._files_written.get(which)
            if found is None:
                body = (await write(result)).encode()
                loop = asyncio.get_running_loop()
                small = await loop.run_in_executor(self._executor, pack, body)
                found = self._files_written[which] = (body, small)
                if len(self._files_written) > FILES_MOST:
                    self._files_written.popitem(last=False)
            self._files_written.move_to_end(which)
        return found


def _code(request: Request) -> str:
    """The code that is asked for; empty where it can be none, such as one with a NUL, which
    PostgreSQL refuses."""
    code: str = request.path_params["code"].upper()
    return code if code.isascii() and code.isprintable() else ""
