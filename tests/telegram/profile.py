"""How a bot presents itself: command menu, name and descriptions, each by language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from telegram.constants import BotCommandLimit, BotDescriptionLimit, BotNameLimit

from bot.domain.inbound import utf16_units
from tests.telegram.calls import Call
from tests.telegram.refusals import bad
from tests.telegram.sending import Do
from tests.telegram.state import BotState

COMMAND = re.compile(rf"/?[a-z0-9_]{{1,{int(BotCommandLimit.MAX_COMMAND)}}}")


def _language(call: Call) -> str:
    language = str(call.given.get("language_code") or "")
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad("invalid language code specified")
    return language


def _key(call: Call) -> str:
    """Commands are kept by language, those of a scope of their own apart."""
    scope = (call.given.get("scope") or {}).get("type", "default")
    return _language(call) if scope == "default" else f"{scope}:{_language(call)}"


def _set_commands(api: BotState, call: Call) -> Any:
    commands = call.given["commands"]
    if len(commands) > int(BotCommandLimit.MAX_COMMAND_NUMBER):
        raise bad("too many commands specified")
    for item in commands:
        if not COMMAND.fullmatch(item["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if (
            not 1
            <= utf16_units(item["description"].strip())
            <= int(BotCommandLimit.MAX_DESCRIPTION)
        ):
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    api.commands[_key(call)] = commands
    return True


def _get_commands(api: BotState, call: Call) -> Any:
    return api.commands.get(_key(call), [])


def _delete_commands(api: BotState, call: Call) -> Any:
    api.commands.pop(_key(call), None)
    return True


def _setter(name: str, most: int) -> Do:
    def set_it(api: BotState, call: Call) -> Any:
        words = str(call.given.get(name) or "").strip()
        if utf16_units(words) > most:
            raise bad(f"bot {name.replace('_', ' ')} is too long")
        api.profile[name, _language(call)] = words
        return True

    return set_it


def _getter(name: str) -> Do:
    def get_it(api: BotState, call: Call) -> Any:
        language = _language(call)
        words = api.profile.get((name, language)) or api.profile.get((name, ""), "")
        return {name: words or (api.me()["first_name"] if name == "name" else "")}

    return get_it


PROFILE: Mapping[str, Do] = {
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "setMyName": _setter("name", int(BotNameLimit.MAX_NAME_LENGTH)),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description", int(BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter(
        "short_description", int(BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)
    ),
    "getMyShortDescription": _getter("short_description"),
}
