"""The process as a whole: what it costs to start, and a turn through the web chat."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Resident memory in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Server:
    """`baraza run --demo` in a folder of its own."""

    def __init__(self, folder: str, port: int) -> None:
        environ = {
            **os.environ,
            "BARAZA_DATA": folder,
            "BARAZA_WEB_LISTEN": f"127.0.0.1:{port}",
            "BARAZA_LOG": "warning",
        }
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--demo"],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        if self.process.stdout is None or "listens" not in self.process.stdout.readline():
            raise RuntimeError("the server did not start")

    def stop(self) -> float:
        """Stop it; how many seconds that took."""
        start = time.perf_counter()
        self.process.terminate()
        self.process.wait(20)
        return time.perf_counter() - start


def start_up(port: int = 8391) -> tuple[float, float, bool]:
    """CPU seconds and MB until it listens the second time, and whether Telegram is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        Server(folder, port).stop()
        server = Server(folder, port)
        used, memory = cpu_seconds(server.process.pid), memory_mb(server.process.pid)
        maps = Path(f"/proc/{server.process.pid}/maps").read_text()
        server.stop()
        return used, memory, bool(re.search(r"aiogram|/telegram/", maps))


def through_the_web(chats: int = 20, port: int = 8392) -> tuple[float, int]:
    """CPU ms of the server for each form that a browser without scripts sends, and how many."""
    from benchmarks.turns import answers_of

    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, port)
        try:
            forms = 0
            before = cpu_seconds(server.process.pid)
            for number in range(chats):
                browser = Browser(port, f"127.0.1.{number + 1}")
                browser.start()
                for answer in ("English", "yes", "report", *answers_of(number)):
                    browser.say(answer)
                    forms += 1
                if not re.search(r"MVD-", browser.page):
                    raise RuntimeError("no code came at the end of a report")
            return (cpu_seconds(server.process.pid) - before) / forms * 1000, forms
        finally:
            server.stop()


class Browser:
    """A browser without scripts: it fills in the form on the page, and follows to the answer."""

    def __init__(self, port: int, source: str) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, source_address=(source, 0)
        )
        self._cookie = ""
        self.page = ""

    def start(self) -> None:
        self._get("/uruguay")
        self._post({"command": "start"})

    def say(self, words: str) -> None:
        self._post({"text": words})

    def _fields(self) -> dict[str, str]:
        forms = re.findall(r"<form[^>]*action=\"/uruguay/say[^>]*>.*?</form>", self.page, re.S)
        form = next((form for form in forms if "textarea" in form), forms[-1])
        inputs = re.findall(r"<input[^>]*type=\"?hidden\"?[^>]*>", form)
        found = {}
        for item in inputs:
            name = re.search(r"name=\"?([^\" >]+)", item)
            value = re.search(r"value=\"([^\"]*)\"", item)
            if name:
                found[name.group(1)] = value.group(1) if value else ""
        return found

    def _post(self, given: dict[str, str]) -> None:
        from urllib.parse import urlencode

        body = urlencode({**self._fields(), **given})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie}
        self._connection.request("POST", "/uruguay/say", body, headers)
        answer = self._connection.getresponse()
        answer.read()
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self._cookie = cookie.split(";")[0]
        self._get(answer.getheader("Location") or "/uruguay")

    def _get(self, path: str) -> None:
        self._connection.request("GET", path.split("#")[0], headers={"Cookie": self._cookie})
        answer = self._connection.getresponse()
        self.page = answer.read().decode()
