"""A form of the page, read: what somebody pressed, wrote, chose or sent along."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from bot.channels.web_limits import MAX_NONCE
from bot.domain.inbound import (
    MAX_WORDS,
    Command,
    Location,
    Press,
    Text,
    Unusable,
    clean_text,
    utf16_units,
)

MAX_KEY = 200
"""Signs of a button's key, a conversation's id or a command's payload that are read."""
MAX_RAW = 2 * MAX_WORDS
"""Signs of words as they come, where each line break is two. More are too many whatever they are:
putting them in order could hold up everybody for hours."""
MOST = 2**31 - 1
"""The largest number that a form may hold."""
_NONCE = re.compile(rf"[A-Za-z0-9_-]{{8,{MAX_NONCE}}}")
_COMMAND = re.compile(r"/([A-Za-z_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_WORD = re.compile(r"[a-z_]{1,32}")


@dataclass(frozen=True, slots=True)
class Given:
    """What one form said. `uploads` are not read yet; the form they belong to is still open."""

    nonce: str
    """Empty when the form has none that is ours: then nothing is known to be a repetition."""
    entry: int
    """The number of the entry that the form stood under, 0 for none."""
    input: Press | Text | Command | Location | Unusable | None
    words: str
    """What was typed, beside files too."""
    uploads: tuple[UploadFile, ...] = ()

    @property
    def content(self) -> str:
        """What makes this another form than the same page with something else filled in."""
        return repr(self.input)


def read_given(form: FormData) -> Given:
    """Whatever a form holds is read or left out; nothing in it is an error."""
    words = _words(form)
    uploads = tuple(
        value
        for name in ("photo", "voice")
        for value in form.getlist(name)
        if isinstance(value, UploadFile) and (value.size or value.filename)
    )
    nonce = _field(form, "nonce", MAX_NONCE)
    return Given(
        nonce=nonce if _NONCE.fullmatch(nonce) else "",
        entry=_number(_field(form, "entry", 12)) or 0,
        input=_input(form, words),
        words=words or "",
        uploads=uploads,
    )


def count_files(form: FormData) -> int:
    """How many files it brings, whatever they are."""
    return sum(isinstance(value, UploadFile) for _name, value in form.multi_items())


def _words(form: FormData) -> str | None:
    """What was typed; None where it is too long."""
    raw = form.get("text")
    if not isinstance(raw, str):
        return ""
    if len(raw) > MAX_RAW:
        return None
    words = clean_text(raw).strip()
    return words if utf16_units(words) <= MAX_WORDS else None


def _input(
    form: FormData, words: str | None
) -> Press | Text | Command | Location | Unusable | None:
    conversation = _field(form, "conversation", MAX_KEY)
    serial = _number(_field(form, "serial", 12))
    command = _field(form, "command", MAX_KEY)
    if command:
        return _command(command)
    press = _field(form, "press", MAX_KEY)
    if press:
        # Under no question there is no button: a page that was tampered with.
        return None if serial is None else Press(conversation, serial, press)
    place = _place(_field(form, "lat", 30), _field(form, "lon", 30))
    if place is not None:
        return place
    if words is None:
        return Unusable("too_long")
    words = words or _field(form, "day", 10).strip()
    if not words:
        return None
    typed = _COMMAND.fullmatch(words)
    if typed is not None:
        return Command(typed[1].lower(), (typed[2] or "").strip()[:MAX_KEY])
    return Text(words, conversation, serial)


def _command(value: str) -> Command | None:
    """A menu button's `name` or `name payload`."""
    name, _space, payload = value.partition(" ")
    return Command(name, payload.strip()) if _WORD.fullmatch(name) else None


def _place(lat: str, lon: str) -> Location | None:
    try:
        place = Location(float(lat), float(lon))
    except ValueError:
        return None
    # Written so that NaN fails too.
    return place if -90 <= place.lat <= 90 and -180 <= place.lon <= 180 else None


def _field(form: FormData, name: str, most: int) -> str:
    value = form.get(name)
    if not isinstance(value, str) or len(value) > most:
        return ""
    return clean_text(value)


def _number(value: str) -> int | None:
    if not value.isascii() or not value.isdecimal():
        return None
    number = int(value)
    return number if number <= MOST else None
