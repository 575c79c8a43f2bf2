"""The web chat's server: pages, health, and a stop that waits for nobody too long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.channels.web import Limits, WebChat
from bot.services.web_town import WebTown
from storage import outbox

if TYPE_CHECKING:
    from bot.app import House

STOP_SECONDS = 5
"""How long open answers may take once the process is told to stop."""


class WebServer:
    """One uvicorn with the web chat of every country."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        town = WebTown(
            house.database,
            house.keys,
            house.conversations.take_turn,
            house.outside.clock,
            house.files.settle,
        )
        self._house = house
        self.chat = WebChat(
            countries=house.countries,
            speeches=house.speeches,
            town=town,
            files=house.files,
            keys=house.keys,
            executor=house.executor,
            clock=house.outside.clock,
            random=house.outside.random,
            limits=Limits(file_bytes=settings.upload_bytes),
            trusts=settings.trusts,
            secure=settings.web_secure,
            demo=settings.demo,
        )
        self.application = Starlette(
            routes=[
                Route("/healthz", self._healthz),
                Route("/readyz", self._readyz),
                *self.chat.routes(),
            ]
        )

    async def run(self, ready: Callable[[str], None] | None = None) -> None:
        """Serve until the process is told to stop; `ready` is called with the address."""
        listen = self._house.settings.listen
        config = uvicorn.Config(
            self.application,
            host=listen.host,
            port=listen.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=STOP_SECONDS,
            server_header=False,
            proxy_headers=False,
        )
        server = _Server(config, self.chat.close)
        if ready is not None:
            server.ready = ready
        await server.serve()

    async def _healthz(self, request: Request) -> PlainTextResponse:
        """The process lives."""
        return PlainTextResponse("ok\n")

    async def _readyz(self, request: Request) -> PlainTextResponse:
        """It can reach its database."""
        try:
            await self._house.database.read(outbox.counts)
        except Exception:  # noqa: BLE001  # whatever it is, the balancer must know
            return PlainTextResponse("the database does not answer\n", status_code=503)
        return PlainTextResponse("ready\n")


class _Server(uvicorn.Server):
    """Ends open event streams first: they would keep the server waiting for its whole grace."""

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]) -> None:
        super().__init__(config)
        self._closing = closing
        self.ready: Callable[[str], None] = lambda address: None

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            self.ready(f"http://{self.config.host}:{self.config.port}")

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        self._closing()
        await super().shutdown(sockets)  # type: ignore[arg-type]
