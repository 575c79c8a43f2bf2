"""What documents say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from bot.cli import COMMANDS
from bot.domain.reports import Status
from storage.views import QUESTIONS, VIEWS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def test_the_staff_guide_describes_every_view_column_and_saved_question() -> None:
    guide = (ROOT / "docs/staff.md").read_text(encoding="utf-8")
    assert VIEWS
    for view in VIEWS:
        for column in view.columns:
            assert f"| `{column.name}` | {column.kind} | {column.meaning} |" in guide
    for question in QUESTIONS:
        assert f"| `{question.name}` | {question.meaning} |" in guide


def test_every_command_in_the_documents_exists() -> None:
    named = {
        name
        for page in PAGES
        for name in re.findall(r"baraza ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 5
    assert named - COMMANDS.keys() == set()


def test_the_organisers_guide_names_every_status() -> None:
    guide = (ROOT / "docs/organiser.md").read_text(encoding="utf-8")
    for status in Status:
        assert status.value in guide


def test_every_link_between_documents_leads_somewhere() -> None:
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 5
    assert [
        (page.name, target) for page, target in links if not (page.parent / target).exists()
    ] == []
