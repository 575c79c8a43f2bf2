"""A real process and a browser without scripts, for tests from outside."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import chdir
from html import unescape
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlencode

from click.testing import CliRunner

from bot.__main__ import read_told
from bot.cli import baraza
from tests.houses import migrated_file

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


class Process:
    """`baraza run --demo` over a data folder, and commands beside it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.more: dict[str, str] = {}
        """Settings beside those that every test needs."""
        self.part = ""
        """Which part of the house it serves; all without."""
        self.last = ""
        """What it printed last, once it is stopped."""
        self.code: int | None = None
        """Its exit code then."""
        self._process: subprocess.Popen[str] | None = None

    @property
    def _environ(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if "BARAZA_" not in name},
            "BARAZA_DATA": str(self.data),
            "BARAZA_WEB_LISTEN": f"127.0.0.1:{self.port}",
            "BARAZA_LOG": "warning",
            **self.more,
        }

    def settle(self) -> None:
        """Begin with tables that are up to date and one country. To come up from nothing takes a
        second longer, and is what the first story of `tests/test_end_to_end.py` does."""
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "baraza.db").write_bytes(migrated_file())
        self.more["BARAZA_COUNTRIES"] = "uruguay"

    def start(self) -> None:
        with (self.data.parent / "log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", *self.part.split(), "--demo"],
                cwd=ROOT,
                env=self._environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if "Ctrl-C stops it" not in line:
            raise RuntimeError(f"the server did not start: {self.log()}")

    @property
    def pid(self) -> int:
        """Of the process that runs. Raises when there is none."""
        if self._process is None:
            raise RuntimeError("the process does not run")
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended by itself."""
        return self._process is not None and self._process.poll() is None

    def stop(self, how: int = signal.SIGTERM) -> float:
        """End it by a signal. How many seconds that took."""
        if self._process is None:
            return 0.0
        start = time.perf_counter()
        self._process.send_signal(how)
        self.code = self._process.wait(20)
        if self._process.stdout:
            self.last = self._process.stdout.read()
            self._process.stdout.close()
        self._process = None
        return time.perf_counter() - start

    def run(self, *words: str) -> str:
        """A command beside the process; what it printed. Raises when it failed."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def told(self, *words: str) -> str:
        """As `run`, in this process: to start another takes longer than most commands do."""
        with chdir(ROOT), patch.dict(os.environ, self._environ, clear=True):
            done = CliRunner().invoke(baraza, words)
        if done.exit_code:
            told = read_told(done.exception) if done.exception else ()
            if done.exception and not told and not isinstance(done.exception, SystemExit):
                raise done.exception
            raise RuntimeError(f"{words}: {done.output}{' '.join(told)}")
        return done.stdout

    def log(self) -> str:
        path = self.data.parent / "log"
        return path.read_text() if path.exists() else ""


class Browser:
    """Fills in the forms of the page as they stand, and follows to the answer."""

    def __init__(self, port: int, country: str = "uruguay") -> None:
        self._port = port
        self._country = country
        self._cookie = ""
        self.page = ""

    def move(self, port: int) -> None:
        """The same browser, once the server came back somewhere else."""
        self._port = port

    @property
    def text(self) -> str:
        """What the page says, without its forms' marks."""
        joined = re.sub(r"</?(?:bdi|b|span)\b[^>]*>", "", self.page)
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", joined)))

    def open(self) -> None:
        self._get(f"/{self._country}")

    def start(self) -> None:
        self.open()
        self._post({"command": "start"})

    def say(self, words: str) -> None:
        self._post({"text": words})

    def send_photo(self, data: bytes) -> None:
        """The form with a file, as a browser packs it."""
        mark = "----------------------------baraza"
        fields = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {**self._fields(), "text": ""}.items()
        ]
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = "".join(fields).encode() + head.encode() + data + f"\r\n--{mark}--\r\n".encode()
        self._send(body, f"multipart/form-data; boundary={mark}")

    def again(self, body: bytes) -> None:
        """A form that was sent before, sent once more."""
        self._send(body, "application/x-www-form-urlencoded")

    def form(self, given: dict[str, str]) -> bytes:
        return urlencode({**self._fields(), **given}).encode()

    def fetch(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        connection.request("GET", path, headers=self._headers())
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status}")
        return data

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie, "Accept-Language": "en"}

    def _fields(self) -> dict[str, str]:
        forms = re.findall(r"<form[^>]*action=\"/\w+/say[^>]*>.*?</form>", self.page, re.S)
        form = next((form for form in forms if "textarea" in form), forms[-1])
        found = {}
        for item in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", form):
            name = re.search(r"name=\"([^\"]+)", item)
            value = re.search(r"value=\"([^\"]*)\"", item)
            if name:
                found[name.group(1)] = value.group(1) if value else ""
        return found

    def _post(self, given: dict[str, str]) -> None:
        self.again(self.form(given))

    def _send(self, body: bytes, type: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {**self._headers(), "Content-Type": type}
        connection.request("POST", f"/{self._country}/say", body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status not in {200, 303}:
            raise RuntimeError(f"the form was answered {answer.status}")
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self._cookie = cookie.split(";")[0]
        self.open()

    def _get(self, path: str) -> None:
        self.page = self.fetch(path).decode()
