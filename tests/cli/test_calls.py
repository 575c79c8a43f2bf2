"""A number to be called at is told to nobody by the way."""

from __future__ import annotations

from storage import reports
from tests.cli.conftest import Shell


def test_a_number_to_call_is_told_to_who_says_what_for(shell: Shell) -> None:
    words = ("no water", "The tap is dry", "Marigat", "skip", "skip", "this week", "no")
    door = ("/start", "English", "yes", "report")
    shell.talk("ana", *door, *words, "by phone", "0712 345 678", "send it", country="kenya")
    code = shell.read(reports.list_reports)[0].code
    shown = shell.told("report", "show", code)
    assert "in the chat; wants a call: number known" in shown
    assert "345" not in shown
    assert "at least 10 signs" in shell.refused("report", "show", code, "--personal")
    assert "for --personal" in shell.refused("report", "show", code, "--reason", "to call them")
    why = ("--personal", "--reason", "the water committee calls")
    assert "Call:         0712 345 678" in shell.told("report", "show", code, *why)
    assert shell.audits() == [
        ("report show", code, ""),
        ("report show", code, "personal, because the water committee calls"),
    ]
    for personal in ((), ("--personal", "--reason", "the water committee calls")):
        told = shell.told("export", "reports", "--out", "-", *personal)
        assert "345" not in told
        assert "phone" not in told
    shell.told("report", "update", code, "--status", "done")
    shown = shell.told("report", "show", code, *why)
    assert "wants a call" not in shown
    assert "Call:         -" in shown
