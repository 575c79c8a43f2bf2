"""The whole thing from outside: a process, a browser, a kill, a command, and the bytes on disk."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.pictures import demo_photo
from tests.end_to_end import Browser, Process, free_port
from tests.telegram.api import TOKEN

STORY = "palabrasquenadiemasescribe en la esquina"


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path / "data")
    process.settle()
    process.start()
    yield process
    process.stop()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Process]:
    """One that comes up from nothing, with every country."""
    process = Process(tmp_path / "data")
    process.data.mkdir()
    process.start()
    yield process
    process.stop()


def test_a_report_survives_kills_gets_its_news_and_can_be_forgotten(new: Process) -> None:
    process = new
    browser = Browser(process.port)
    browser.start()
    for words in ("English", "yes", "report", "full bin", STORY):
        browser.say(words)
    process.stop(signal.SIGKILL)
    process.start()
    browser.open()
    assert "Where is it?" in browser.text
    browser.say("Palermo")
    browser.say("skip")
    browser.send_photo(demo_photo("bin_full", 1))
    assert "We have 1 photo" in browser.text
    assert [path for path in (process.data / "media").rglob("*") if path.is_file()]
    for words in ("that is all", "2", "no", "send it"):
        browser.say(words)
    found = re.search(r"MVD-[0-9A-Z]{4}", browser.text)
    assert found is not None
    code = found.group()

    process.run(
        "report", "update", code, "--status", "planned", "--date", "2026-12-01",
        "--message", "es=Vamos el martes.", "--message", "en=We come on Tuesday.",
    )  # fmt: skip
    deadline = time.monotonic() + 5
    while "We come on Tuesday" not in browser.text and time.monotonic() < deadline:
        time.sleep(0.1)
        browser.open()
    assert f"News of {code}: it is planned for" in browser.text, browser.text[-500:]
    assert "We come on Tuesday." in browser.text
    assert "Vamos el martes" not in browser.text

    browser.say(f" {code.lower().replace('-', '')}? ")
    assert "It is planned for" in browser.text

    browser.say("my data")
    kept = json.loads(browser.fetch("/uruguay/mydata"))
    assert kept["reports"][0]["text"] == STORY

    browser.say("forget me")
    browser.say("yes")
    assert "Goodbye" in browser.text
    assert STORY not in browser.text
    deadline = time.monotonic() + 10
    while STORY.encode() in _bytes(process.data) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert STORY.encode() not in _bytes(process.data)
    assert not [path for path in (process.data / "media").rglob("*") if path.is_file()]
    assert STORY not in process.log()


def test_a_form_that_is_sent_again_changes_nothing(process: Process) -> None:
    browser = Browser(process.port)
    browser.open()
    start = browser.form({"command": "start"})
    for _time in range(4):
        browser.again(start)
    assert browser.text.count("Which language do you want?") == 1
    form = browser.form({"text": "English"})
    for _time in range(3):
        browser.again(form)
    assert browser.text.count("You: English") == 1
    assert browser.text.count("Do you agree to start?") == 1


def test_the_process_stops_at_once_and_says_so(process: Process) -> None:
    browser = Browser(process.port)
    browser.start()
    assert process.stop(signal.SIGINT) < 5
    process.start()
    assert process.stop(signal.SIGTERM) < 5
    assert "Stopped. Everything said is kept" in process.last


def test_an_address_that_is_taken_is_told_in_a_line(process: Process, tmp_path: Path) -> None:
    other = Process(tmp_path / "other")
    other.settle()
    other.port = process.port
    with pytest.raises(RuntimeError, match=r"cannot listen at 127\.0\.0\.1:\d+: Address already"):
        other.run("run", "--demo")


@pytest.mark.parametrize(("setting", "what"), [("METRICS", "metrics"), ("WEBHOOK", "web hook")])
def test_it_does_not_say_that_it_listens_where_another_of_its_addresses_is_taken(
    tmp_path: Path, setting: str, what: str
) -> None:
    process = Process(tmp_path / "data")
    process.settle()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        process.more |= {
            "BARAZA_TELEGRAM_TOKEN": TOKEN,
            "BARAZA_TELEGRAM_API": "http://127.0.0.1:1",
            "BARAZA_WEBHOOK_URL": "https://bot.example.org",
            "BARAZA_WEBHOOK_SECRET": "a-secret-of-the-tests",
            "BARAZA_WEBHOOK_LISTEN": f"127.0.0.1:{free_port()}",
            f"BARAZA_{setting}_LISTEN": address,
        }
        with pytest.raises(RuntimeError, match="did not start"):
            process.start()
    assert process.stop() < 5
    assert process.code == 2
    log = (tmp_path / "log").read_text("utf-8")
    assert f"cannot listen at {address}: Address already in use (the {what})" in log


def test_a_second_process_on_the_same_data_is_refused_by_name(process: Process) -> None:
    with pytest.raises(RuntimeError, match=r"another Baraza \(process \d+\)"):
        process.run("run", "--demo")


def _bytes(folder: Path) -> bytes:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                found.append(path.read_bytes())
            except FileNotFoundError:
                continue
    return b"".join(found)
