"""A web chat over a town in memory, and a browser without scripts to talk with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from bot.channels.web import Limits, WebChat
from bot.domain.country import Country
from tests.web.town import Chance, Clock, MemoryFiles, MemoryTown, make_chat, make_town

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.web.site import OpenSite

HERE = "https://chat.test"
COUNTRY = "riverside"


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given["action"]))
        elif tag == "input" and given.get("type") == "hidden":
            self.forms[-1].fields[given["name"]] = given["value"]
        elif tag == "button" and "name" in given:
            self.forms[-1].buttons.append((given["name"], given["value"]))


def forms(page: str) -> list[Form]:
    parser = _Forms()
    parser.feed(page)
    return parser.forms


@dataclass
class Web:
    """The parts of one web chat, and what a browser does with its pages."""

    town: MemoryTown
    chat: WebChat
    files: MemoryFiles
    clock: Clock
    client: httpx.AsyncClient

    async def page(self) -> str:
        return (await self.client.get(f"/{COUNTRY}")).text

    async def start(self) -> str:
        """Press Start, and return the page that follows."""
        [form] = [form for form in forms(await self.page()) if "token" in form.fields]
        await self.post(form, command="start")
        return await self.page()

    async def answer_until(self, serial: int) -> None:
        """Walk by typing until question `serial` is on the table."""
        await self.start()
        for _ in range(serial - 1):
            await self.post(await self.composer(), text="yes")

    async def form(self, holds: str) -> Form:
        """The last form on the page with a button or field of this name or value."""
        found = [
            form
            for form in forms(await self.page())
            if holds in form.fields or any(holds in button for button in form.buttons)
        ]
        return found[-1]

    async def composer(self) -> Form:
        return next(f for f in reversed(forms(await self.page())) if "conversation" in f.fields)

    async def post(
        self, form: Form, headers: Mapping[str, str] | None = None, **more: str
    ) -> httpx.Response:
        return await self.client.post(form.action, data={**form.fields, **more}, headers=headers)


def make_web(
    executor: Executor,
    limits: Limits | None = None,
    secure: bool = True,
    proxies: str = "",
    countries: Sequence[Country] = (),
) -> Web:
    town, files, clock = make_town(), MemoryFiles(), Clock()
    chat = make_chat(
        town,
        executor,
        files=files,
        countries=countries,
        clock=clock,
        random=Chance(),
        limits=limits,
        secure=secure,
        trusts=lambda peer: bool(proxies) and peer.startswith(proxies),
    )
    application = chat.application()
    transport = httpx.ASGITransport(application, client=("203.0.113.9", 1234))
    return Web(town, chat, files, clock, httpx.AsyncClient(transport=transport, base_url=HERE))


@pytest.fixture(scope="session")
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture
async def web(executor: Executor) -> AsyncIterator[Web]:
    made = make_web(executor)
    async with made.client:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests of a process, with a profile for each."""
    # Most tests here need no browser, and its library takes long to import.
    from tests.web.site import launched

    async with launched() as browser:
        yield browser


@pytest.fixture
def open_site(executor: Executor, browser: Browser) -> OpenSite:
    """Opens a chat in a real browser."""
    from tests.web.site import opened

    return partial(opened, executor, browser)
