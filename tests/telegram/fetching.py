"""How a bot gets its updates and files: long polling, the web hook's settings, downloads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response
from telegram.constants import FileSizeLimit, PollingLimit, UpdateType, WebhookLimit

from tests.telegram.calls import Call
from tests.telegram.hook import Hook
from tests.telegram.refusals import HOOK_IS_SET, OTHER_POLLER, bad, conflict, ok
from tests.telegram.sending import Do
from tests.telegram.state import BotState

DOWNLOAD_MOST = int(FileSizeLimit.FILESIZE_DOWNLOAD)
POLL_MOST = 50
"""Seconds (the Bot API server's `LONG_POLL_MAX_TIMEOUT`)."""

HOOK_PORTS = (443, 80, 88, 8443)


def _clamped(call: Call, name: str, default: int, least: int, most: int) -> int:
    return max(least, min(most, int(call.given.get(name) or default)))


def _keep_allowed(api: BotState, call: Call) -> None:
    """Which kinds come from now on; an empty list means the usual, none at all leaves it."""
    wanted = call.given.get("allowed_updates")
    if wanted is not None:
        unknown = set(wanted) - {str(kind) for kind in UpdateType}
        if unknown:
            # Telegram overlooks them: whoever misspells a kind waits for it in vain.
            raise bad(f"there is no kind of update {sorted(unknown)[0]}")
        api.allowed = set(wanted) or None


async def _get_updates(api: BotState, call: Call) -> Any:
    if api.hook is not None:
        raise conflict(HOOK_IS_SET)
    _keep_allowed(api, call)
    api._poll += 1
    own = api._poll
    api._came.set()
    offset = int(call.given.get("offset") or 0)
    if offset > 0:
        api.confirmed = offset
        api.updates = [item for item in api.updates if item["update_id"] >= offset]
    elif offset < 0:
        api.updates = api.updates[offset:]
    limit = _clamped(call, "limit", 100, int(PollingLimit.MIN_LIMIT), int(PollingLimit.MAX_LIMIT))
    seconds = min(api.poll_most, _clamped(call, "timeout", 0, 0, POLL_MOST))
    try:
        async with asyncio.timeout(seconds):
            while not api.updates and seconds:
                api._came.clear()
                await api._came.wait()
                if api.hook is not None:
                    raise conflict("terminated by setWebhook request")
                if own != api._poll:
                    raise conflict(OTHER_POLLER)
    except TimeoutError:
        pass
    return api.updates[:limit]


async def _set_hook(api: BotState, call: Call) -> Response:
    url = str(call.given.get("url") or "")
    _keep_allowed(api, call)
    if not url:
        return await _delete_hook(api, call)
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in HOOK_PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = str(call.given.get("secret_token") or "")
    if len(secret) > int(WebhookLimit.MAX_SECRET_TOKEN_LENGTH):
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    lines = _clamped(
        call,
        "max_connections",
        40,
        int(WebhookLimit.MIN_CONNECTIONS_LIMIT),
        int(WebhookLimit.MAX_CONNECTIONS_LIMIT),
    )
    if call.given.get("drop_pending_updates"):
        api.updates.clear()
    same = isinstance(api.hook, Hook) and (url, secret, lines) == (
        api.hook.url, api.hook.secret, api.hook.connections
    )  # fmt: skip
    if not same:
        if api.hook is not None:
            await api.hook.close()
        api.hook = Hook(api, url, secret, lines)
    api.tell_pollers()
    return ok(True, "Webhook is already set" if same else "Webhook was set")


async def _delete_hook(api: BotState, call: Call) -> Response:
    if call.given.get("drop_pending_updates"):
        api.updates.clear()
    was, api.hook = api.hook, None
    if was is not None:
        await was.close()
    return ok(True, "Webhook is already deleted" if was is None else "Webhook was deleted")


def _hook_info(api: BotState, call: Call) -> Any:
    hook = api.hook
    found: dict[str, Any] = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates),
    }
    if api.allowed:
        found["allowed_updates"] = sorted(api.allowed)
    if isinstance(hook, Hook):
        found |= {"url": hook.url, "max_connections": hook.connections, "ip_address": "127.0.0.1"}
        if hook.last_error:
            found |= {"last_error_date": 1_764_000_000, "last_error_message": hook.last_error}
    return found


def _get_file(api: BotState, call: Call) -> Any:
    file_id = call.given["file_id"]
    if file_id not in api.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = api.sizes.get(file_id, len(api.files[file_id]))
    if size > DOWNLOAD_MOST:
        raise bad("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_size": size,
        "file_path": file_id,
    }


def _get_me(api: BotState, call: Call) -> Any:
    can = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries",
           "can_connect_to_business", "has_main_web_app")  # fmt: skip
    return api.me() | dict.fromkeys(can, False) | {"can_join_groups": True}


FETCHING: Mapping[str, Do] = {
    "getUpdates": _get_updates,
    "setWebhook": _set_hook,
    "deleteWebhook": _delete_hook,
    "getWebhookInfo": _hook_info,
    "getFile": _get_file,
    "getMe": _get_me,
}
