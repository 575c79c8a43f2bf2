"""What Telegram says when it refuses, in its own words (the Bot API server's `Client.cpp`)."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
HOOK_IS_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)


class Refusal(Exception):
    """A method is not done; `code` and `description` are what the bot is told."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        self.code = code
        self.description = description
        self.parameters = parameters
        super().__init__(description)

    def response(self) -> Response:
        return refuse(self.code, self.description, **self.parameters)


def bad(why: str, **parameters: Any) -> Refusal:
    return Refusal(400, f"Bad Request: {why}", **parameters)


def forbidden(why: str) -> Refusal:
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    return Refusal(409, f"Conflict: {why}")


def ok(result: Any, description: str = "") -> Response:
    said = {"description": description} if description else {}
    return JSONResponse({"ok": True, "result": result, **said})


def refuse(code: int, why: str, **more: Any) -> Response:
    parameters = {"parameters": more} if more else {}
    return JSONResponse(
        {"ok": False, "error_code": code, "description": why, **parameters}, status_code=code
    )


def too_many(seconds: int) -> Response:
    return refuse(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def server_error() -> Response:
    return refuse(500, "Internal Server Error: restart")


def html_error() -> Response:
    return Response("<html><h1>502 Bad Gateway</h1></html>", 502, media_type="text/html")


def empty_answer() -> Response:
    return Response(b"", 200, media_type="application/json")
