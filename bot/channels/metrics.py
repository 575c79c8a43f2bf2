"""`/metrics` for Prometheus, on an address of its own: never where the public comes."""

from __future__ import annotations

import socket
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from bot.asgi import serve
from bot.metrics import CONTENT_TYPE, Cached, Metrics

Message = MutableMapping[str, Any]

STOP_SECONDS = 1

CACHE_SECONDS = 5.0
"""What the database tells of itself is asked for at most so often, whoever asks."""


async def tell(
    metrics: Metrics,
    read: Callable[[], Awaitable[Mapping[str, float] | None]],
    listening: socket.socket,
) -> None:
    """Serve until cancelled. `read` asks the database, at most every `CACHE_SECONDS`."""
    gauges = Cached(read, CACHE_SECONDS, time.monotonic)
    await serve(Answers(metrics, gauges), listening, STOP_SECONDS)


class Answers:
    """The ASGI application: `GET /metrics`, and 404 for everything else."""

    def __init__(self, metrics: Metrics, gauges: Cached[Mapping[str, float] | None]) -> None:
        self._metrics = metrics
        self._gauges = gauges

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        found = scope.get("path") == "/metrics" and scope.get("method") == "GET"
        told = self._metrics.render(await self._gauges.get()) if found else "not found\n"
        kind = CONTENT_TYPE if found else "text/plain"
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
        status = 200 if found else 404
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": told.encode()})
