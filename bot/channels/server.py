"""The server of the pages: routes, health, and a stop that waits for nobody too long."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.asgi import Server, configured
from bot.channels.web import WebChat
from bot.stopping import TAKING_SECONDS


class WebServer:
    """One uvicorn with the web chat of every country. `is_ready` asks the database."""

    def __init__(
        self, chat: WebChat, address: str, is_ready: Callable[[], Awaitable[bool]]
    ) -> None:
        """`address` is where the socket that `run` is given listens, as browsers have it."""
        self._chat = chat
        self._address = address
        self._is_ready = is_ready
        self._server: _Server | None = None
        self._stopped = False
        self.application = chat.application(
            Route("/healthz", self._healthz), Route("/readyz", self._readyz)
        )

    async def run(self, listening: socket.socket, ready: Callable[[str], None]) -> None:
        """Serve until `stop`; `ready` is called with the address."""
        config = configured(self.application, TAKING_SECONDS)
        self._server = _Server(config, self._chat.close, lambda: ready(self._address))
        self._server.should_exit = self._stopped
        await self._server.serve([listening])

    def stop(self) -> None:
        """Take no new request, end streams, finish answers; `run` then returns."""
        self._stopped = True
        if self._server is not None:
            self._server.should_exit = True

    async def _healthz(self, _request: Request) -> PlainTextResponse:
        """The process lives."""
        return PlainTextResponse("ok\n")

    async def _readyz(self, _request: Request) -> PlainTextResponse:
        """It can reach its database."""
        if await self._is_ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("the database does not answer\n", status_code=503)


class _Server(Server):
    """Ends open event streams first: they would keep the server waiting for its whole grace."""

    def __init__(
        self, config: uvicorn.Config, closing: Callable[[], None], ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._closing = closing
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing()
        await super().shutdown(sockets)
