"""Log lines and tracebacks carry no token, no secret and no phone number."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from bot.logs import (
    QUIET,
    SECRET_LEAST,
    SILENT,
    bare,
    format_error,
    log_uncaught,
    scrubber,
    set_up_logs,
)

TOKEN = "123456789:" + "AAF-x_9" * 5
SECRET = 'a "quoted" secret/ñ'


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    for name in (*QUIET, *SILENT):
        logging.getLogger(name).setLevel(logging.NOTSET)


def set_up(*, terminal: bool, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    set_up_logs(level, stream, [SECRET], terminal=terminal)
    return stream


def log_a_failure() -> None:
    def call() -> None:
        raise ConnectionError(f"POST https://api.example/bot{TOKEN}/send failed")

    try:
        call()
    except ConnectionError:
        logging.getLogger("bot.work.outbox").exception("Send 7 failed.")


@pytest.mark.parametrize("terminal", [True, False])
def test_token_in_a_traceback_is_scrubbed(terminal: bool) -> None:
    stream = set_up(terminal=terminal)
    log_a_failure()
    written = stream.getvalue()
    assert "ConnectionError: POST https://api.example/bot[token]/send failed" in written
    assert TOKEN not in written


@pytest.mark.parametrize("terminal", [True, False])
def test_token_in_the_cause_of_a_traceback_is_scrubbed(terminal: bool) -> None:
    stream = set_up(terminal=terminal)
    try:
        try:
            raise KeyError(TOKEN)
        except KeyError as error:
            raise RuntimeError("no") from error
    except RuntimeError:
        logging.getLogger("bot").exception("Failed.")
    assert "RuntimeError: no" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_traceback_that_another_handler_kept_is_scrubbed_all_the_same() -> None:
    stream = set_up(terminal=False)
    other = logging.StreamHandler(io.StringIO())
    logging.getLogger().handlers.insert(0, other)
    log_a_failure()
    assert TOKEN in other.stream.getvalue()
    assert TOKEN not in stream.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_arguments_and_extras_are_scrubbed(terminal: bool) -> None:
    stream = set_up(terminal=terminal)
    logging.getLogger("bot").warning(
        "At %s with %r.", TOKEN, SECRET, extra={"reason": f"x {SECRET}", "sends": 3}
    )
    written = stream.getvalue()
    assert TOKEN not in written
    assert "quoted" not in written
    assert "[secret]" in written


def test_json_line_has_these_parts() -> None:
    stream = set_up(terminal=False)
    logging.getLogger("bot.work").warning("Given up.", extra={"reason": "blocked", "send": 7})
    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "bot.work",
        "message": "Given up.",
        "reason": "blocked",
        "send": 7,
    }


def test_extras_cannot_take_the_place_of_a_part() -> None:
    stream = set_up(terminal=False)
    logging.getLogger("bot").info("Here.", extra={"level": "none", "at": "never"})
    line = json.loads(stream.getvalue())
    assert line["level"] == "info"
    assert line["at"] != "never"


def test_json_line_stays_one_line() -> None:
    stream = set_up(terminal=False)
    log_a_failure()
    assert len(stream.getvalue().splitlines()) == 1
    assert json.loads(stream.getvalue())["trace"].startswith("Traceback")


def test_short_line_is_for_a_person() -> None:
    stream = set_up(terminal=True)
    logging.getLogger("bot.work").warning("Given up.", extra={"reason": "blocked"})
    assert stream.getvalue()[8:] == " warning bot.work: Given up. (reason=blocked)\n"


def test_level_leaves_out_what_is_below_it() -> None:
    stream = set_up(terminal=True, level="warning")
    logging.getLogger("bot").info("Not this.")
    logging.getLogger("bot").error("But this.")
    assert "Not this" not in stream.getvalue()
    assert "But this" in stream.getvalue()


@pytest.mark.parametrize(("level", "told"), [("info", False), ("debug", True)])
def test_ordinary_steps_of_libraries_are_told_at_debug_only(level: str, told: bool) -> None:
    stream = set_up(terminal=True, level=level)
    logging.getLogger("uvicorn.error").info("Started.", extra={"color_message": "Coloured."})
    logging.getLogger("alembic.runtime").warning("Odd.")
    assert ("Started." in stream.getvalue()) is told
    assert "Coloured." not in stream.getvalue()
    assert "Odd." in stream.getvalue()


def test_setting_up_again_writes_to_one_place_only() -> None:
    first, second = set_up(terminal=True), set_up(terminal=True)
    logging.getLogger("bot").info("Once.")
    assert first.getvalue() == ""
    assert second.getvalue().count("Once.") == 1


def test_line_that_cannot_be_made_is_told_without_its_arguments() -> None:
    stream = set_up(terminal=True)
    logging.getLogger("bot").info("Two %s %s.", TOKEN)
    assert stream.getvalue().endswith("a log line could not be made (TypeError)\n")
    assert TOKEN not in stream.getvalue()


def test_uncaught_error_goes_through_the_scrubbing() -> None:
    stream = set_up(terminal=True)
    log_uncaught()
    error = ValueError(TOKEN)
    sys.excepthook(ValueError, error, None)
    assert "ValueError: [token]" in stream.getvalue()


def test_uncaught_error_in_a_thread_goes_through_the_scrubbing() -> None:
    stream = set_up(terminal=True)
    log_uncaught()

    def fail() -> None:
        raise ValueError(TOKEN)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "ValueError: [token]" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "+59899123456",
        "+598 99 123 456",
        "+1 (415) 555-0100",
        "+62-812-3456-7890",
        "+1234567",
    ],
)
def test_phone_number_is_scrubbed(text: str) -> None:
    assert scrubber()(f"to {text}, at once") == "to [phone], at once"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25T04:42:00+00:00",
        "took 12345678 ms",
        "12:03:04",
        "+123456",
        "resident 01JD8Z3V5Q, MVD-7F3K",
    ],
)
def test_ids_times_and_codes_stay(text: str) -> None:
    assert scrubber()(text) == text


def test_token_is_scrubbed_in_an_encoded_address() -> None:
    assert scrubber()(f"/bot{quote(TOKEN)}/x") == "/bot[token]/x"


@pytest.mark.parametrize("spelling", [SECRET, quote(SECRET, safe=""), json.dumps(SECRET)[1:-1]])
def test_secret_is_scrubbed_in_each_spelling(spelling: str) -> None:
    assert scrubber([SECRET])(f"a={spelling};") == "a=[secret];"


def test_short_secret_is_not_searched_for() -> None:
    scrub = scrubber(["a" * (SECRET_LEAST - 1), "b" * SECRET_LEAST])
    assert scrub("aaaaaaa bbbbbbbb") == "aaaaaaa [secret]"


def test_values_of_a_failed_statement_are_scrubbed() -> None:
    text = "[SQL: insert into report values (?)]\n[parameters: ('my [own] words',)]\n(Background)"
    assert scrubber()(text) == ("[SQL: insert into report values (?)]\n[parameters]\n(Background)")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("'Ana'", "[text]"),
        (
            "invalid literal for int() with base 10: 'Ana'",
            "invalid literal for int() with base 10: [text]",
        ),
        (
            "Inbound(bot='kenya/web', input=Text(words=\"it's full\"))",
            "Inbound(bot=[text], input=Text(words=[text]))",
        ),
        ("Location(lat=-34.901234, lon=-56.16)", "Location(lat=[number], lon=-56.16)"),
        ("'two\nlines'", "[text]"),
        ("'it\\'s'", "[text]"),
        (
            "message can't be edited, and that isn't new",
            "message can't be edited, and that isn't new",
        ),
        ("part 7", "part 7"),
    ],
)
def test_the_words_of_an_error_repeat_no_data(words: str, told: str) -> None:
    assert bare(words) == told


def test_a_chain_of_errors_is_told_whole_and_without_data() -> None:
    try:
        try:
            {"Beto": 1}["Ana"]
        except KeyError as error:
            raise ExceptionGroup(
                "two of 'Ana'", [ValueError("'Ana'"), OSError(5, "no")]
            ) from error
    except ExceptionGroup as error:
        told = format_error(error)
    assert told.count("Traceback") == 4
    assert "KeyError: [text]" in told
    assert "Then:" in told
    assert "ExceptionGroup: two of [text] (2 sub-exceptions)" in told
    assert "ValueError: [text]" in told
    assert "test_a_chain_of_errors" in told


def test_an_error_that_cannot_be_told_is_told_by_its_kind() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError("Ana")

    assert format_error(Mute()).endswith("Mute: [an error without words]")


def test_a_library_that_tells_values_is_silent_at_debug_too() -> None:
    stream = set_up(terminal=True, level="debug")
    logging.getLogger("aiosqlite").debug("executing select ? with ('Ana',)")
    assert stream.getvalue() == ""
