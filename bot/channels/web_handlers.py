"""The web chat's addresses: each handler reads, asks the town, and answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.channels.web_answers import back_to, html, packed
from bot.channels.web_files import serve_media
from bot.channels.web_forms import count_files, read_given
from bot.channels.web_guard import (
    PAGE_HEADERS,
    Malformed,
    TooLarge,
    client_address,
    drain,
    read_form,
    same_origin,
)
from bot.channels.web_limits import COOKIE_DAYS, MAX_FILES, Buckets, Limits
from bot.channels.web_notices import Notices, Refused, is_scripted
from bot.channels.web_pages import Pages, language_of
from bot.channels.web_ports import Files, Town
from bot.channels.web_session import COOKIE, Sessions
from bot.channels.web_streams import Streams, event
from bot.channels.web_turns import Turns, Visitor, bot_of
from bot.channels.web_words import MALFORMED, NOT_FOUND, NOT_FROM_HERE, TOO_LARGE, too_fast
from bot.domain.country import Country
from bot.domain.inbox import Entry
from bot.i18n import Speech


@dataclass(frozen=True, slots=True)
class Parts:
    """What the handlers work with."""

    countries: Mapping[str, Country]
    speeches: Mapping[str, Speech]
    pages: Pages
    notices: Notices
    sessions: Sessions
    streams: Streams
    turns: Turns
    town: Town
    files: Files
    executor: Executor
    clock: Callable[[], datetime]
    limits: Limits
    trusts: Callable[[str], bool]
    secure: bool


OWN_DATA_FILE = "my-data.json"
"""What the file of one's own data is called, after the country."""


class Handlers:
    """Starlette endpoints. Those under a country are given through `answer`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        limits = parts.limits
        self._by_address = Buckets(limits.address, limits.buckets)
        self._by_chat = Buckets(limits.chat, limits.buckets)
        self._starts = Buckets(limits.starts, limits.buckets)
        self._pages = Buckets(limits.pages, limits.buckets)

    async def home(self, request: Request) -> Response:
        """The one country, or a choice of them."""
        countries = self._parts.countries
        if len(countries) == 1:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/{next(iter(countries))}{query}", 307)
        accept = request.headers.get("accept-language")
        text = self._parts.pages.choose(accept, came_for=_came_for(request))
        return html(request, text)

    async def static(self, request: Request) -> Response:
        asset = self._parts.pages.assets.files.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        headers = {
            "cache-control": "public, max-age=31536000, immutable",
            "x-content-type-options": "nosniff",
        }
        return packed(request, Response(asset.data, media_type=asset.type, headers=headers))

    async def page(self, request: Request) -> Response:
        """The chat, or the door to it for a browser that has none."""
        country = self._country(request)
        self._slow_down(self._pages, self._peer(request))
        session = self._session(request, country)
        if session is None:
            token = self._parts.sessions.token(country, self._parts.sessions.new())
            text = self._parts.pages.welcome(
                country,
                self._parts.notices.guess(request, country),
                token,
                _came_for(request),
                "ended" in request.query_params,
            )
            return html(request, text)
        entries = await self._parts.town.entries(bot_of(country), session)
        language = language_of(entries) or self._parts.notices.guess(request, country)
        whole = "all" in request.query_params
        text = self._parts.pages.chat(country, language, entries, whole, _came_for(request))
        answer = html(request, text)
        return self._remember(answer, country, session)

    async def say(self, request: Request) -> Response:
        """One form: a press, words, files, a command, or Start."""
        country = self._country(request)
        if not same_origin(request.headers):
            raise Refused(403, NOT_FROM_HERE)
        session = self._session(request, country)
        peer = self._peer(request)
        self._slow_down(self._by_address, peer)
        if session is None:
            self._slow_down(self._starts, peer)
        else:
            self._slow_down(self._by_chat, session)
        async with self._form(request, session is not None) as form:
            token = form.get("token")
            starting = isinstance(token, str)
            if session is None and isinstance(token, str):
                session = self._parts.sessions.read_token(country, token)
            if session is None:
                # The chat was ended here, or is too old: the page that comes says how to begin.
                return Response(status_code=401) if is_scripted(request) else back_to(country)
            language = self._parts.notices.guess(request, country, form.get("language"))
            visitor = Visitor(country, session, language)
            # Start pressed in two tabs: the second one joins the chat of the first.
            if not starting or not await self._parts.town.entries(visitor.bot, session):
                await self._parts.turns.take(visitor, read_given(form))
        self._parts.streams.wake((visitor.bot, session))
        if is_scripted(request):
            answer = Response(status_code=204, headers=dict(PAGE_HEADERS))
        else:
            await self._parts.town.settled(visitor.bot, session, self._parts.limits.settle)
            answer = back_to(country)
        return self._remember(answer, country, session)

    async def back(self, request: Request) -> Response:
        """Where a form goes to is no page: somebody reloaded or typed its address."""
        return back_to(self._country(request))

    async def events(self, request: Request) -> Response:
        """What is new, as it comes."""
        country = self._country(request)
        self._slow_down(self._pages, self._peer(request))
        session = self._session(request, country)
        headers = {**PAGE_HEADERS, "x-accel-buffering": "no"}
        if session is None or request.method == "HEAD":
            # Who asks for the head alone would wait on this connection for a stream without end.
            return Response(event("reset", ""), media_type="text/event-stream", headers=headers)
        language = self._parts.notices.guess(request, country)
        stream = self._follow(country, session, language, _after(request))
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def media(self, request: Request) -> Response:
        """A photo or voice of this browser's own history, and of no other."""
        country = self._country(request)
        self._slow_down(self._pages, self._peer(request))
        session = self._session(request, country)
        name = request.path_params["name"]
        entries: list[Entry] = []
        if session is not None:
            entries = await self._parts.town.entries(bot_of(country), session)
        if not any(name == own for entry in entries for _kind, own in entry.media):
            raise Refused(404, NOT_FOUND)
        loop = asyncio.get_running_loop()
        data = await loop.run_in_executor(self._parts.executor, self._parts.files.open, name)
        if data is None:
            raise Refused(404, NOT_FOUND)
        return serve_media(data, request.headers.get("range"))

    async def own_data(self, request: Request) -> Response:
        """Everything that is kept of this browser's resident, as a file."""
        country = self._country(request)
        self._slow_down(self._pages, self._peer(request))
        session = self._session(request, country)
        data = None
        if session is not None:
            data = await self._parts.town.own_data(bot_of(country), session)
        if data is None:
            raise Refused(404, NOT_FOUND)
        name = f"{country}-{OWN_DATA_FILE}"
        headers = {**PAGE_HEADERS, "content-disposition": f'attachment; filename="{name}"'}
        return Response(data, media_type="application/json", headers=headers)

    async def leave(self, request: Request) -> Response:
        """Say what ending means, with the button that does it."""
        country = self._country(request)
        self._slow_down(self._pages, self._peer(request))
        session = self._session(request, country)
        if session is None:
            return back_to(country)
        entries = await self._parts.town.entries(bot_of(country), session)
        language = language_of(entries) or self._parts.notices.guess(request, country)
        return html(request, self._parts.pages.leave(country, language))

    async def end(self, request: Request) -> Response:
        """Remove the chat and the cookie. Again, it is still removed."""
        country = self._country(request)
        if not same_origin(request.headers):
            raise Refused(403, NOT_FROM_HERE)
        self._slow_down(self._by_address, self._peer(request))
        session = self._session(request, country)
        if session is not None:
            await self._parts.town.wipe(bot_of(country), session)
            self._parts.streams.wake((bot_of(country), session))
        language = self._parts.notices.guess(request, country)
        answer = RedirectResponse(f"/{country}?ended=1&language={language}", 303, PAGE_HEADERS)
        answer.delete_cookie(
            COOKIE,
            path=f"/{country}",
            secure=self._parts.secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    def visit(self, request: Request) -> tuple[str, str]:
        """The country and the language of a page that everybody may read."""
        country = self._country(request)
        self._slow_down(self._pages, self._peer(request))
        return country, self._parts.notices.guess(request, country)

    def answer(
        self, handler: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The handler, with what it refuses told in one line: a page, or words for the script."""

        async def endpoint(request: Request) -> Response:
            try:
                return await handler(request)
            except Refused as refused:
                return self._parts.notices.refused(request, refused)
            except ClientDisconnect:
                # Nobody is there to read this.
                return Response(status_code=400)

        return endpoint

    @asynccontextmanager
    async def _form(self, request: Request, known: bool) -> AsyncIterator[FormData]:
        """The form, within its limits; only a browser with a chat may send files."""
        limits = self._parts.limits
        most = limits.form_bytes
        if known and request.headers.get("content-type", "").startswith("multipart/form-data"):
            most += limits.files_bytes
        try:
            async with asyncio.timeout(limits.upload):
                try:
                    form = await read_form(request, most)
                except TooLarge:
                    await drain(request, most)
                    raise Refused(413, TOO_LARGE) from None
        except (Malformed, TimeoutError):
            raise Refused(400, MALFORMED) from None
        try:
            if count_files(form) > MAX_FILES:
                raise Refused(413, TOO_LARGE)
            yield form
        finally:
            await form.close()

    async def _follow(
        self, country: str, session: str, language: str, after: int
    ) -> AsyncIterator[bytes]:
        pages, town, bot = self._parts.pages, self._parts.town, bot_of(country)
        stream = self._parts.streams.follow(
            (bot, session),
            after,
            lambda number: town.entries(bot, session, number),
            lambda entry: pages.entry(country, language, entry),
            lambda entries: pages.state(country, language, entries),
        )
        async for chunk in stream:
            yield chunk

    def _country(self, request: Request) -> str:
        country: str = request.path_params["country"]
        if country not in self._parts.countries:
            raise HTTPException(404)
        return country

    def _session(self, request: Request, country: str) -> str | None:
        return self._parts.sessions.read_cookie(country, request.cookies.get(COOKIE))

    def _peer(self, request: Request) -> str:
        return client_address(
            request.client.host if request.client else None,
            request.headers.getlist("x-forwarded-for"),
            self._parts.trusts,
        )

    def _slow_down(self, buckets: Buckets, key: str) -> None:
        seconds = buckets.take(key, self._parts.clock().timestamp())
        if seconds:
            raise Refused(429, too_fast(seconds), seconds)

    def _remember(self, answer: Response, country: str, session: str) -> Response:
        answer.set_cookie(
            COOKIE,
            self._parts.sessions.cookie(country, session),
            max_age=COOKIE_DAYS * 24 * 3600,
            path=f"/{country}",
            secure=self._parts.secure,
            httponly=True,
            samesite="lax",
        )
        return answer


def _came_for(request: Request) -> str:
    """What a poster's or somebody's link asks to open; empty for anything odd."""
    payload = request.query_params.get("start", "")[:64]
    return payload if payload.replace("_", "").replace("-", "").isalnum() else ""


def _after(request: Request) -> int:
    """The number after which a page wants news; a browser that reconnects by itself says it."""
    told = request.headers.get("last-event-id") or request.query_params.get("after", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 16 else 0
