"""A flow is talked with in the terminal, over the real conversation, and nothing is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import baraza
from bot.cli.flow import OPENED
from bot.country import COUNTRIES, country_names
from bot.flows import FLOWS

NAMES = country_names(COUNTRIES)


def talk(*words: str, said: tuple[str, ...] = ()) -> str:
    """What the terminal shows of a talk that ends."""
    typed = "".join(f"{line}\n" for line in said)
    result = CliRunner().invoke(baraza, ["flow", *words], input=typed, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_flows_are_listed() -> None:
    assert talk("list").split("\n")[:-1] == list(FLOWS)


def test_a_report_is_told_to_its_end_as_in_a_chat(tmp_path: Path) -> None:
    shown = talk(
        "play", "uruguay", "report", "--language", "en",
        said=("1", "full bin", "It is full", "+here -34.9061 -56.1851", "+photo", "that is all",
              "!week", "!no", "1"),
    )  # fmt: skip
    assert "1. 🗑️ Bins" in shown
    assert "We have 1 photo. Send more?" in shown
    assert "What you told us: It is full" in shown
    assert "Thank you. Your number is" in shown


def test_a_talk_begins_in_the_countrys_first_language_and_can_change_it() -> None:
    shown = talk("play", "kenya", said=("English", "/menu"))
    assert "Tatizo ni nini?" in shown
    assert "What is the problem?" in shown


def test_the_door_can_be_played_too() -> None:
    assert "Do you agree to start?" in talk("play", "kenya", "welcome", said=("English",))


@pytest.mark.parametrize("name", sorted(OPENED))
def test_whatever_a_resident_can_open_can_be_played(name: str) -> None:
    assert "  1. " in talk("play", "uruguay", name) or name == "person"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("atlantis",), f"There is no country 'atlantis'. There are: {', '.join(NAMES)}."),
        (("uruguay", "dance"), "There is no flow 'dance'."),
        (("uruguay", "fixed"), "begins by itself"),
        (("uruguay", "report", "--language", "sw"), "'sw' is not spoken in uruguay: es, en."),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(words: tuple[str, ...], why: str) -> None:
    result = CliRunner().invoke(baraza, ["flow", "play", *words])
    assert result.exit_code == 1
    assert why in result.output
