"""Addresses that we serve: a socket that listens, and an ASGI application behind it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


class CannotListen(Exception):
    """An address of ours is taken, or is none of this machine's."""


def listen(host: str, port: int, what: str) -> socket.socket:
    """A socket that listens there for `what`. Raises `CannotListen`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        where = f"[{host}]:{port}" if family is socket.AF_INET6 else f"{host}:{port}"
        raise CannotListen(f"cannot listen at {where}: {_reason(error)} ({what})") from None


def _reason(error: OSError) -> str:
    if error.errno is None:
        return str(error)
    # Below zero are the resolver's.
    return os.strerror(error.errno) if error.errno > 0 else "no machine has this name"


def configured(application: Any, grace: int, **more: Any) -> uvicorn.Config:
    """How all our servers are set: no log of requests, which would hold addresses, no word about
    ourselves, and `grace` seconds for answers under way at a stop."""
    return uvicorn.Config(
        _letting_go(application),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=grace,
        server_header=False,
        proxy_headers=False,
        **more,
    )


def _letting_go(application: Any) -> Any:
    """The same, for which it is no error that a stop overtakes a request which is still coming in:
    whoever sends it hears that it is to come again."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        begun = False

        async def note(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await application(scope, receive, note)
        except asyncio.CancelledError:
            if begun:
                raise
            headers = [(b"retry-after", b"1"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": b""})

    return served


class Server(uvicorn.Server):
    """A server among other loops of the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the whole process's matter (`bot.stopping`), not one server's."""
        yield


async def serve(application: Any, listening: socket.socket, grace: int, **more: Any) -> None:
    """Serve until cancelled; answers under way are finished then, for `grace` seconds."""
    server = Server(configured(application, grace, **more))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
