"""What a browser reads where there is no page for it: one line in its language, and a way on."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web_answers import html
from bot.channels.web_guard import PAGE_HEADERS
from bot.channels.web_pages import Pages
from bot.channels.web_words import FAILED, NOT_FOUND
from bot.domain.country import Country
from bot.domain.messages import Message
from bot.i18n import Speech

SCRIPTED = "x-chat"
"""The header by which the page's script says that it shows what comes by itself."""


class Refused(Exception):
    """A request that is answered with a status and one line."""

    def __init__(self, status: int, line: Message, seconds: float = 0) -> None:
        self.status, self.line, self.seconds = status, line, seconds


def is_scripted(request: Request) -> bool:
    return SCRIPTED in request.headers


class Notices:
    """Answers that say one thing."""

    def __init__(
        self, countries: Mapping[str, Country], speeches: Mapping[str, Speech], pages: Pages
    ) -> None:
        self._countries = countries
        self._speeches = speeches
        self._pages = pages

    def guess(self, request: Request, country: str, told: object = None) -> str:
        """The language to speak before the conversation tells: asked for, accepted or first."""
        speech = self._speeches[country]
        asked = told if isinstance(told, str) else request.query_params.get("language")
        return (
            speech.choose(asked)
            or speech.accept(request.headers.get("accept-language"))
            or self._countries[country].languages[0]
        )

    def refused(self, request: Request, refused: Refused) -> Response:
        answer = self._notice(request, refused.status, refused.line)
        if refused.seconds:
            answer.headers["retry-after"] = str(max(1, int(-(-refused.seconds // 1))))
        return answer

    async def missing(self, request: Request, error: Exception) -> Response:
        """No such address, or not in this way. One of ours that is only written otherwise (a slash
        too many, a capital) is led to, by a path alone: a proxy in front has another name."""
        path = _tidied(request.scope["path"])
        reading = request.method in {"GET", "HEAD"}
        if reading and path != request.scope["path"] and self._country(path) is not None:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(quote(path) + query, 307, PAGE_HEADERS)
        told = error if isinstance(error, HTTPException) else HTTPException(HTTPStatus.NOT_FOUND)
        answer = self._notice(request, told.status_code, NOT_FOUND)
        answer.headers.update(told.headers or {})
        return answer

    async def failed(self, request: Request, _error: Exception) -> Response:
        """A mistake of ours, or the database is away. The log has it."""
        answer = self._notice(request, HTTPStatus.INTERNAL_SERVER_ERROR, FAILED)
        # The server closes it after a mistake: the next form must not be sent into it.
        answer.headers["connection"] = "close"
        return answer

    def _notice(self, request: Request, status: int, line: Message) -> Response:
        accept = request.headers.get("accept-language")
        country = self._country(request.scope["path"])
        if is_scripted(request):
            country = country or next(iter(self._countries))
            text = self._speeches[country].text(line, self.guess(request, country))
            return Response(text, status, dict(PAGE_HEADERS), "text/plain")
        if country is None and len(self._countries) > 1:
            return html(request, self._pages.choose(accept, line), status)
        country = country or next(iter(self._countries))
        text = self._pages.notice(country, self.guess(request, country), line)
        return html(request, text, status)

    def _country(self, path: str) -> str | None:
        """Whose address this is."""
        first = path[1:].partition("/")[0]
        return first if first in self._countries else None


def _tidied(path: str) -> str:
    """The path without slashes that say nothing, its country in small letters."""
    country, *rest = [part for part in path.split("/") if part] or [""]
    return "/" + "/".join((country.casefold(), *rest))
