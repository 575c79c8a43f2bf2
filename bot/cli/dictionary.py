"""The data dictionary: every view and saved question as a page, for `baraza query --dictionary`
and for the end of `docs/staff.md`, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from storage.personal_views import PERSONAL
from storage.saved_questions import QUESTIONS
from storage.view_shapes import View
from storage.views import VIEWS


def describe_views() -> str:
    """In Markdown, a table a view."""
    lines: list[str] = []
    for view in VIEWS:
        lines += _table(view)
    lines += ["## Saved questions", "", "| name | what it answers |", "| --- | --- |"]
    lines += [f"| `{item.name}` | {item.meaning} |" for item in QUESTIONS]
    lines += ["", "## Personal data", ""]
    lines += [
        "Only `baraza export --personal --reason` reads these. They stand in no database.",
        "",
    ]
    for view in PERSONAL.values():
        lines += _table(view, "###")
    return "\n".join(lines[:-1]) + "\n"


def _table(view: View, mark: str = "##") -> Iterator[str]:
    yield from (f"{mark} {view.name}", "", view.meaning, "")
    yield from ("| column | kind | meaning | privacy |", "| --- | --- | --- | --- |")
    for item in view.columns:
        yield f"| `{item.name}` | {item.kind} | {item.meaning} | {item.privacy.value} |"
    yield ""


def views_as_data() -> dict[str, Any]:
    """The views and saved questions for `--format json`."""
    return {
        "views": [
            {
                "name": view.name,
                "meaning": view.meaning,
                "columns": [
                    {
                        "name": item.name,
                        "kind": item.kind,
                        "meaning": item.meaning,
                        "privacy": item.privacy.value,
                    }
                    for item in view.columns
                ],
            }
            for view in VIEWS
        ],
        "questions": [{"name": item.name, "meaning": item.meaning} for item in QUESTIONS],
    }
