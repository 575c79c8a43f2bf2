"""Answers as the web chat gives them: pages, the way back to the page, and their cookie."""

from __future__ import annotations

import gzip
import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web_guard import PAGE_HEADERS

GZIP_FROM = 1000
"""Bytes below which an answer is not compressed."""
_NEVER = re.compile(r"q=0(\.0*)?")


def back_to(country: str) -> Response:
    # 303 makes a reload harmless: what is reloaded is the page, not the form.
    return RedirectResponse(f"/{country}#end", 303, PAGE_HEADERS)


def html(request: Request, text: str, status: int = 200) -> Response:
    return packed(request, Response(text, status, dict(PAGE_HEADERS), "text/html"))


def packed(request: Request, answer: Response, small: bytes | None = None) -> Response:
    """Compressed where the browser takes it. Pages hold no secret that others can add text to.
    `small` is its body as `pack` has it already."""
    answer.headers["vary"] = "accept-encoding"
    body = bytes(answer.body)
    if len(body) >= GZIP_FROM and _takes_gzip(request.headers.get("accept-encoding", "")):
        answer.body = pack(body) if small is None else small
        answer.headers["content-encoding"] = "gzip"
        answer.headers["content-length"] = str(len(answer.body))
    return answer


def pack(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names it, and does not refuse it by `q=0`."""
    named = (part.replace(" ", "").casefold().partition(";") for part in accepted.split(","))
    return any(coding == "gzip" and _NEVER.fullmatch(rank) is None for coding, _, rank in named)
