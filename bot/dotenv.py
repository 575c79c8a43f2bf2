"""The `.env` file: settings kept in a file beside the program."""

from __future__ import annotations

import re


def read_dotenv(text: str) -> tuple[dict[str, str], list[str]]:
    """Values by name, and what is wrong with which line.

    Lines are `NAME=value`, `export NAME=value`, comments and blank ones. A value may stand in
    single or double quotes, which are taken off; nothing inside is replaced. Without quotes it
    ends before ` #`.
    """
    values: dict[str, str] = {}
    problems: list[str] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, rest = line.partition("=")
        name, rest = name.strip(), rest.strip()
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            problems.append(f"line {number} is not NAME=value")
            continue
        if name in values:
            problems.append(f"line {number} sets {name} again")
        quoted = re.fullmatch(r"""(["'])(.*?)\1(?:\s+#.*)?""", rest)
        if quoted:
            values[name] = quoted[2]
        elif rest[:1] in {'"', "'"}:
            problems.append(f"line {number} opens a quote around {name} and never closes it")
        else:
            values[name] = re.split(r"(?:^|\s)#", rest, maxsplit=1)[0].strip()
    return values, problems
