"""Logs: short lines for a person at a terminal, JSON lines for a machine; secrets scrubbed.

Log ids and codes only: never words, names, numbers or places of people. The scrubbing here is the
last net, for what a library or a traceback carries; it runs where text is made, at the handler,
so that no logger's own settings can go around it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

SECRET_LEAST = 8
"""Shorter secrets are not searched for: they would black out ordinary words."""

# A bot token is part of every Telegram address, where the colon may be percent-encoded.
_TOKEN = re.compile(r"\d{6,12}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
# Seven digits or more after a plus sign, with the spaces, dots and dashes that people put there.
_PHONE = re.compile(r"\+\d(?:[ .()/-]{0,2}\d){6,}")
# SQLAlchemy's errors repeat the values of a statement, which are people's words.
_PARAMETERS = re.compile(r"\[parameters: .*\]")

# What an error's own words repeat of data: a repr's strings, and numbers as exact as a place.
_QUOTED = re.compile(r"""(?<!\w)(['"])(?:\\.|(?!\1).)*\1(?!\w)""", re.DOTALL)
_EXACT = re.compile(r"-?\d+\.\d{3,}")

SILENT = ("aiosqlite",)
"""Libraries whose ordinary steps hold data: aiosqlite tells every statement with its values."""

QUIET = ("alembic", "uvicorn")
"""Libraries that tell of every ordinary step: their warnings are enough, except at `debug`."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    # uvicorn's own: the message once more, for a terminal with colours.
    "color_message",
}

Scrub = Callable[[str], str]


def scrubber(secrets: Iterable[str] = ()) -> Scrub:
    """A function that blacks out tokens, phone numbers and these secrets, in whatever spelling
    (as they are, in a URL, in a repr, in JSON) they stand in a text."""
    spellings: set[str] = set()
    for secret in secrets:
        if len(secret) >= SECRET_LEAST:
            spellings |= {secret, quote(secret, safe=""), repr(secret)[1:-1]}
            spellings |= {json.dumps(secret)[1:-1]}
    longest_first = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
    known = re.compile("|".join(re.escape(spelling) for spelling in longest_first))

    def scrub(text: str) -> str:
        if spellings:
            text = known.sub("[secret]", text)
        text = _TOKEN.sub("[token]", text)
        text = _PARAMETERS.sub("[parameters]", text)
        return _PHONE.sub("[phone]", text)

    return scrub


def bare(words: str) -> str:
    """An error's own words without what they repeat of data: `KeyError: 'Ana'` tells a name."""
    return _EXACT.sub("[number]", _QUOTED.sub("[text]", words))


def format_error(error: BaseException) -> str:
    """A traceback as Python writes it, its causes first, but for what the errors repeat of data.

    Code lines are shown, values are not: there are none in a traceback but in the error's words.
    """
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [f"{format_error(before)}\n\nThen:\n"] if before is not None else []
    parts.append("Traceback (most recent call last):")
    parts += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
    try:
        words = bare(str(error))
    except Exception:  # noqa: BLE001  # an error that cannot even be told must not stop the log
        words = "[an error without words]"
    parts.append(f"{type(error).__qualname__}: {words}" if words else type(error).__qualname__)
    if isinstance(error, BaseExceptionGroup):
        parts += [f"One of it:\n{format_error(part)}" for part in error.exceptions]
    return "\n".join(parts)


class _Lines(logging.Formatter):
    """What both formats share: the parts of a record, scrubbed."""

    def __init__(self, scrub: Scrub) -> None:
        super().__init__()
        self.scrub = scrub

    def message(self, record: logging.LogRecord) -> str:
        return self.scrub(record.getMessage())

    def trace(self, record: logging.LogRecord) -> str:
        # Not `record.exc_text`: that is a cache which another handler may have filled unscrubbed.
        error = record.exc_info[1] if record.exc_info else None
        parts = [format_error(error)] if error is not None else []
        parts += [record.stack_info] if record.stack_info else []
        return self.scrub("\n".join(parts))

    def extras(self, record: logging.LogRecord) -> dict[str, str | int | float | None]:
        return {
            name: value
            if value is None or isinstance(value, int | float)
            else self.scrub(str(value))
            for name, value in vars(record).items()
            if name not in _STANDARD and not name.startswith("_")
        }


class ShortLines(_Lines):
    """`12:03:04 warning bot.work.outbox: Given up. (reason=blocked)`, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        line = f"{at} {record.levelname.lower():7} {record.name}: {self.message(record)}"
        extras = self.extras(record)
        if extras:
            line += f" ({', '.join(f'{name}={value}' for name, value in extras.items())})"
        trace = self.trace(record)
        return f"{line}\n{trace}" if trace else line


class JsonLines(_Lines):
    """One JSON object a line: `at`, `level`, `logger`, `message`, what `extra=` gave, `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, str | int | float | None] = {
            **self.extras(record),
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message(record),
        }
        trace = self.trace(record)
        if trace:
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """Tell where a line could not be written, and not, as the library does, its arguments."""
        error = sys.exc_info()[0]
        kind = error.__name__ if error else "error"
        try:
            self.stream.write(
                f"{record.pathname}:{record.lineno}: a log line could not be made ({kind})\n"
            )
        except (OSError, ValueError):
            # The stream itself is gone: there is nowhere left to tell it.
            return


def set_up_logs(
    level: str, stream: TextIO, secrets: Iterable[str] = (), *, terminal: bool | None = None
) -> None:
    """Make the root logger write to `stream` and to nothing else. Call it again to change it.

    `terminal` chooses short lines over JSON; None looks at the stream. Start uvicorn with
    `log_config=None, access_log=False`: its access log would hold people's network addresses.
    """
    short = stream.isatty() if terminal is None else terminal
    scrub = scrubber(secrets)
    handler = _Handler(stream)
    handler.setFormatter(ShortLines(scrub) if short else JsonLines(scrub))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "debug" else logging.WARNING)
    logging.captureWarnings(True)


def log_uncaught() -> None:
    """Send what nobody caught, in the main thread or another, through the log and its scrubbing.

    Without this a traceback goes to standard error as it is, token and all.
    """
    logger = logging.getLogger("bot")

    def tell(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        found = (kind, error or kind(), trace)
        logger.critical("An error that nobody caught.", exc_info=found)

    def tell_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            tell(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = tell
    threading.excepthook = tell_of_thread
