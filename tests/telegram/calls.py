"""A request as a call of a method: its parameters read by aiogram's own models of the methods.

Telegram overlooks a parameter that it does not know and reads `"7"` as 7; this server refuses the
first, since it is always a slip of ours, and allows the second as Telegram does.
"""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile, TelegramObject
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from tests.telegram.refusals import Refusal, bad
from tests.telegram.wire import Asked


@dataclass(frozen=True, slots=True)
class Call:
    """A method with its parameters as plain JSON values, and the files that came with it."""

    method: str
    given: dict[str, Any]
    files: dict[str, bytes]

    @property
    def chat(self) -> int | None:
        found = self.given.get("chat_id")
        return int(found) if isinstance(found, int | str) and _is_number(found) else None


@cache
def known_methods() -> dict[str, type[TelegramMethod[Any]]]:
    """The methods of the Bot API by their lower-case names: Telegram ignores case."""
    found = {
        one.__api_method__.lower(): one
        for one in vars(aiogram.methods).values()
        if inspect.isclass(one) and issubclass(one, TelegramMethod) and one is not TelegramMethod
    }
    assert len(found) > 100, "aiogram's methods were not found"
    return found


@dataclass(frozen=True, slots=True)
class Parameter:
    """`adapter` reads a value; `structured` ones come as JSON inside a form."""

    name: str
    required: bool
    structured: bool
    adapter: TypeAdapter[Any]


@cache
def parameters_of(method: str) -> dict[str, Parameter]:
    """The parameters of a method by name. Raises `KeyError` for an unknown method."""
    model = known_methods()[method.lower()]
    # What it is made of is only a name until it is built.
    model.model_rebuild()
    found = {}
    for name, field in model.model_fields.items():
        kinds = [
            kind
            for kind in (get_args(field.annotation) or (field.annotation,))
            if kind is not Default and kind is not type(None)
        ]
        if get_origin(field.annotation) in {list, dict}:
            kinds = [field.annotation]
        # A file is named by its place in the form or by its id, so that words stand for it.
        plain = [str if _is_file(kind) else kind for kind in kinds]
        adapter: TypeAdapter[Any] = TypeAdapter(Union[tuple(plain)])  # noqa: UP007  # built
        structured = any(get_origin(kind) in {list, dict} or _is_object(kind) for kind in plain)
        found[field.alias or name] = Parameter(name, field.is_required(), structured, adapter)
    return found


async def read_call(method: str, asked: Asked) -> Call:
    """Read and check a request. Raises `Refusal`."""
    return check_call(method, *await _read_body(asked))


def check_call(method: str, raw: dict[str, Any], files: dict[str, bytes]) -> Call:
    """Check parameters as they came, and the files beside them. Raises `Refusal`."""
    try:
        known = parameters_of(method)
    except KeyError:
        raise Refusal(404, "Not Found: method not found") from None
    given: dict[str, Any] = {}
    for name, value in raw.items():
        parameter = known.get(name)
        if parameter is None:
            if name in files:
                continue
            raise bad(f'there is no parameter "{name}" in {method}')
        if value is not None:
            given[name] = _checked(method, name, parameter, value, files)
    for name, parameter in known.items():
        if parameter.required and name not in given and name not in files:
            raise bad(_MISSING.get(name, f'parameter "{name}" is required'))
    name = known_methods()[method.lower()].__api_method__
    return Call(name, given, files)


_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "file_id": "file_id not specified",
}


def _checked(
    method: str, name: str, parameter: Parameter, value: Any, files: dict[str, bytes]
) -> Any:
    if isinstance(value, str) and parameter.structured:
        try:
            value = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    if isinstance(value, str) and value.startswith("attach://"):
        if value.removeprefix("attach://") not in files:
            raise bad("there is no file in the request")
        return value
    try:
        read = parameter.adapter.validate_python(value)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise bad(f"can't parse {name} of {method}: {where}: {error.errors()[0]['msg']}") from None
    strange = _strange(read)
    if strange:
        raise bad(f'there is no field "{strange}" in {name} of {method}')
    return _plain(read)


def _strange(value: Any) -> str | None:
    """A field that no model knows, anywhere inside."""
    if isinstance(value, TelegramObject):
        if value.model_extra:
            return next(iter(value.model_extra))
        return next(
            filter(None, (_strange(getattr(value, f)) for f in value.model_fields_set)), None
        )
    if isinstance(value, list):
        return next(filter(None, (_strange(item) for item in value)), None)
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, TelegramObject):
        return value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


async def _read_body(asked: Asked) -> tuple[dict[str, Any], dict[str, bytes]]:
    given: dict[str, Any] = dict(parse_qsl(asked.query.decode(), keep_blank_values=True))
    kind = asked.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        try:
            body = json.loads(asked.body or b"{}")
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("object expected")
        return {**given, **body}, {}
    if kind == "multipart/form-data":
        return await _read_form(given, asked)
    words = asked.body.decode("utf-8", "strict")
    return {**given, **dict(parse_qsl(words, keep_blank_values=True))}, {}


async def _read_form(
    given: dict[str, Any], asked: Asked
) -> tuple[dict[str, Any], dict[str, bytes]]:
    async def body() -> Any:
        yield asked.body

    try:
        form = await MultiPartParser(Headers(dict(asked.headers)), body()).parse()
    except MultiPartException:
        raise bad("can't parse the form") from None
    files = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
            await value.close()
        else:
            given[name] = value
    return given, files


def _is_number(value: int | str) -> bool:
    return isinstance(value, int) or value.lstrip("-").isdecimal()


def _is_file(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, InputFile)


def _is_object(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, TelegramObject)
