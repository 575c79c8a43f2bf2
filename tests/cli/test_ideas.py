"""Organisers decide on ideas and comments from the shell: told once, with an audit line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.inbound import Attachment
from storage import ideas
from tests.cli.conftest import Shell

WHY = ("--reason", "en=There is one already", "--reason", "es=Ya hay uno")


def published(shell: Shell, who: str = "ana", words: str = "A compost bin in every square") -> str:
    code = shell.idea(who, words)
    shell.told("idea", "publish", code)
    shell.owed()
    return code


def news(shell: Shell) -> list[bytes]:
    return [item for item in shell.owed() if b"put out" not in item]


def test_an_idea_is_listed_shown_and_published(shell: Shell) -> None:
    code = shell.idea("ana")
    assert code in shell.told("idea", "list", "--waiting")
    shown = shell.told("idea", "show", code.lower().replace("-", " "))
    assert "A compost bin in every square" in shown
    assert "Compost" in shown
    assert "Published:    never" in shown
    shell.owed()
    assert "told: 1" in shell.told("idea", "publish", code, "--message", "en=Thank you")
    assert any(b"Thank you" in item for item in news(shell))
    assert "No ideas." in shell.told("idea", "list", "--waiting")
    found = json.loads(shell.told("idea", "list", "--theme", "Compost", "--format", "json"))
    assert [(item["code"], item["status"]) for item in found] == [(code, "published")]
    assert "text" not in found[0]


def test_every_act_on_ideas_leaves_an_audit_line(shell: Shell) -> None:
    code = published(shell)
    other = published(shell, "beto", "Something quite else about worms")
    shell.support("caro", code, "say something", "Ours works well")
    shell.told("idea", "list")
    shell.told("idea", "show", code)
    shell.told("idea", "comments")
    shell.told("idea", "comment", "publish", code, "1")
    shell.told("idea", "comment", "decline", code, "1")
    shell.told("idea", "update", code, "--status", "accepted")
    shell.told("idea", "decline", other, *WHY)
    assert shell.audits() == [
        ("idea publish", code, "published, told 1"),
        ("idea publish", other, "published, told 1"),
        ("idea list", "", "2 ideas"),
        ("idea show", code, ""),
        ("idea comments", "", "1 comment"),
        ("idea comment publish", f"{code} 1", "told 2"),
        ("idea comment decline", f"{code} 1", "told 1"),
        ("idea update", code, "accepted, told 1"),
        ("idea decline", other, "declined, told 1"),
    ]


def test_the_same_state_again_is_an_audit_line_and_told_to_nobody(shell: Shell) -> None:
    code = published(shell)
    for backer in ("beto", "caro", "dani"):
        shell.support(backer, code, "support it")
    shell.owed()
    noted = ("--message", "en=Soon", "--message", "es=Pronto")
    other_order = (*noted[2:], *noted[:2])
    steps = [
        (("--status", "accepted", *noted), "told: 4", 8),
        (("--status", "accepted", *noted), "already so", 0),
        (("--status", "accepted"), "already so", 0),
        (("--status", "accepted", *other_order), "already so", 0),
        (("--status", "in-progress"), "told: 4", 4),
        (("--status", "in progress"), "already so", 0),
        (("--status", "accepted"), "told: 4", 4),
        (("--status", "done"), "told: 4", 4),
        (("--status", "done"), "already so", 0),
    ]
    for words, said, owed in steps:
        assert said in shell.told("idea", "update", code, *words), words
        assert len(news(shell)) == owed, words
    lines = [detail for action, _code, detail in shell.audits() if action == "idea update"]
    assert [line.endswith("again") for line in lines] == [not owed for *_rest, owed in steps]


def test_what_cannot_be_is_refused_in_words_and_told_to_nobody(shell: Shell) -> None:
    code = shell.idea("ana")
    shell.owed()
    for words, why in REFUSED:
        said = shell.refused("idea", *(code if word == "CODE" else word for word in words))
        assert why in said, words
    assert shell.owed() == []


REFUSED = [
    (("update", "CODE", "--status", "accepted"), "submitted: it cannot become accepted. It"),
    (("update", "CODE", "--status", "published"), "is no status. There are: accepted"),
    (("decline", "CODE"), "Missing option '--reason'"),
    (("decline", "CODE", "--reason", "fr=Non"), "no language here"),
    (("merge", "CODE", "--into", "CODE"), "cannot be joined with itself"),
    (("merge", "CODE", "--into", "MVD-2222"), "There is no idea MVD-2222 in uruguay"),
    (("publish", "MVD-2222"), "There is no idea MVD-2222"),
    (("publish", "CODE", "--text", "Other words"), "has words already, and they stay"),
    (("show", "MVD-2222"), "There is no idea MVD-2222. See: baraza idea list"),
    (("show", "hello"), "Codes look like"),
    (("comment", "publish", "CODE", "1"), "There is no comment 1"),
    (("comment", "publish", "CODE", "one"), "'one' is no number such as 3."),
    (("comment", "publish", "CODE", "9" * 20), "not in the range"),
    (("comment", "publish", "CODE", "0"), "1<=x<="),
    (("list", "--theme", "compst"), "is no theme. There are: compost"),
]


def test_a_report_is_no_idea_and_an_idea_no_report(shell: Shell) -> None:
    report, idea = shell.report("ana"), shell.idea("beto")
    of_report = f"{report} is a report, no idea: baraza report show {report}\n"
    of_idea = f"{idea} is an idea, no report: baraza idea show {idea}\n"
    assert shell.refused("idea", "show", report) == of_report
    assert shell.refused("idea", "clear", report) == of_report
    assert shell.refused("report", "show", idea) == of_idea
    merged = ("report", "update", report, "--status", "merged", "--into", idea)
    assert shell.refused(*merged) == of_idea
    assert "is an idea, no vote" in shell.refused("vote", "status", idea.lower())
    assert f"{idea} is an idea, no announcement" in shell.refused("announce", "status", idea)
    answer = ("people", "answer", report.lower(), "--message", "en=Yes")
    assert shell.refused(*answer) == of_report.replace("idea:", "request:")


def test_codes_that_are_of_no_country_are_told_apart_as_well(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "bins.toml"
    file.write_text('country = "uruguay"\n[text]\nes = "El lunes."\nen = "On Monday."\n', "utf-8")
    announced = shell.told("announce", "new", str(file)).split()[0]
    shell.talk("ana", "/start", "English", "yes", "person", "Where is it?")
    (waiting,) = json.loads(shell.told("people", "waiting", "--format", "json"))
    asked = waiting["code"]
    for kind in ("report", "idea"):
        told = f"{announced} is an announcement, no {kind}: baraza announce status {announced}\n"
        assert shell.refused(kind, "show", announced.replace("-", " ").lower()) == told
    assert f"{announced} is an announcement, no vote" in shell.refused("vote", "status", announced)
    answer = ("people", "answer", announced, "--message", "en=Yes")
    assert f"{announced} is an announcement, no request" in shell.refused(*answer)
    told = f"{asked} is the number of a request, no report: baraza people waiting\n"
    assert shell.refused("report", "show", asked) == told


def test_who_stood_behind_a_joined_idea_stands_behind_the_other_once(shell: Shell) -> None:
    first = published(shell)
    second = published(shell, "beto", "Worms for the kitchen waste of us all")
    waiting = shell.idea("caro", "Something that has nothing in common")
    early = shell.refused("idea", "merge", second, "--into", waiting)
    assert "join with one that is published" in early
    shell.support("dani", first, "support it")
    shell.support("dani", second, "support it")
    shell.support("eva", second, "support it", "no more news of it")
    shell.support("ana", second, "support it")
    shell.owed()
    assert "told: 3" in shell.told("idea", "merge", second, "--into", first)
    assert "already so" in shell.told("idea", "merge", second, "--into", first)
    row = shell.read(ideas.find_idea, first)
    assert row is not None
    # dani, eva, and beto who proposed the other one; ana proposed this one.
    assert row.backers == 3
    shell.owed()
    assert "told: 3" in shell.told("idea", "update", first, "--status", "accepted")
    again = shell.refused("idea", "merge", second, "--into", waiting)
    assert f"was joined with {first} already" in again


def test_a_spoken_idea_is_published_with_its_words_written_down(
    shell: Shell, tmp_path: Path
) -> None:
    voice = Attachment("voice", "b" * 64, "audio/ogg", 9, 5.0)
    shell.talk("ana", "/start", "English", "yes", "/idea", "compost", voice, "yes", "Palermo")
    shell.talk("ana", "skip", "1", "skip", "without my name", "send it")
    [row] = shell.read(ideas.list_ideas)
    assert "was spoken" in shell.refused("idea", "publish", row.code)
    shown = shell.told("idea", "show", row.code, "--files", str(tmp_path / "files"))
    assert "Voice:" in shown
    assert "cannot be had" in shown
    shell.told("idea", "publish", row.code, "--text", "A bin for us all")
    found = shell.read(ideas.find_idea, row.code)
    assert found is not None
    assert found.text == "A bin for us all"
    again = shell.told("idea", "publish", row.code, "--text", "A bin for us all")
    assert "was already so: nobody is told again." in again
    assert "has words" in shell.refused("idea", "publish", row.code, "--text", "Another bin")


@pytest.mark.parametrize("command", ["list", "show", "publish", "decline", "merge", "update"])
def test_every_command_says_what_it_is_for(shell: Shell, command: str) -> None:
    assert "Usage:" in shell.told("idea", command, "--help")


def test_a_comment_is_told_once_however_often_it_is_published(shell: Shell) -> None:
    code = published(shell)
    shell.support("beto", code, "get its news")
    shell.support("caro", code, "say something", "Ours works [well]")
    shell.owed()
    assert "Ours works [well]" in shell.told("idea", "comments")
    publish = ("idea", "comment", "publish", code, "1")
    assert "told: 3" in shell.told(*publish)
    assert len(news(shell)) == 5
    assert "already so" in shell.told(*publish)
    assert "told: 1" in shell.told("idea", "comment", "decline", code, "1", "--reason", "en=No")
    assert "told: 1" in shell.told(*publish)
    assert "No comments." in shell.told("idea", "comments")
    assert "published" in shell.told("idea", "comments", "--all")
