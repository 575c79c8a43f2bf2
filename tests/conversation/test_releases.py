"""A release between two turns of one resident, over the real house."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.country import Country
from bot.domain.inbound import Command, Text
from bot.domain.messages import Message
from bot.domain.reports import RaiseAlert
from bot.flows import FLOWS
from bot.flows.questions import Do
from bot.flows.questions import Text as Words
from tests.houses import SmallHouse


async def before(country: Country) -> None:
    await Words("words", Message("Words?"))
    await Words("more", Message("More?"))


async def after(country: Country) -> None:
    await Do("alarm", RaiseAlert("burning_bin"), "burning_bin")
    await before(country)


@pytest.mark.parametrize("words", ["a word", "back", "español"])
def test_what_a_release_does_at_once_is_done_once(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setitem(FLOWS, "report", replace(FLOWS["report"], flow=before))
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), Text("one"))
    monkeypatch.setitem(FLOWS, "report", replace(FLOWS["report"], flow=after))
    house.take(Text(words))
    assert house.count("select count(*) from alert") == 1
