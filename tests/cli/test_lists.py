"""What all lists do alike, as organisers type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_announce import kept
from tests.cli.test_ideas import published
from tests.cli.test_votes import opened

LISTS = (
    ("report", "list"),
    ("report", "list", "--urgent"),
    ("idea", "list"),
    ("idea", "comments"),
    ("vote", "list"),
    ("people", "waiting"),
    ("announce", "list"),
)


@pytest.fixture
def town(shell: Shell, tmp_path: Path) -> Shell:
    """One thing of each kind, all of one country."""
    shell.report("ana")
    shell.support("beto", published(shell), "say something", "We need it")
    shell.talk("caro", "/start", "English", "yes", "person", "Who repairs lamps?")
    kept(shell, tmp_path)
    opened(shell, tmp_path)
    return shell


def test_a_list_is_of_the_countries_that_are_served_and_names_the_others(
    town: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {words: town.run(*words) for words in LISTS}
    assert {words: result.stderr for words, result in whole.items()} == dict.fromkeys(LISTS, "")
    assert all(len(result.stdout.splitlines()) > 1 for result in whole.values())
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya,uruguay")
    for words in LISTS:
        served = town.run(*words)
        assert (served.stdout, served.stderr) == (whole[words].stdout, "")
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya")
    for words in LISTS:
        narrow = town.run(*words)
        assert "not being in BARAZA_COUNTRIES: uruguay." in narrow.stderr, words
        assert "MVD-" not in narrow.stdout
        assert "uruguay" not in narrow.stdout
        assert town.run(*words, "--country", "kenya").stderr == "", "nobody asked for others"
