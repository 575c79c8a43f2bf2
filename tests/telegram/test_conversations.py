"""Every conversation there is, played over Telegram, as the transcripts tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.player import Impossible, read_transcript
from tests.telegram.living import TRANSPORTS, living
from tests.telegram.played import TelegramPlayer
from tests.telegram.specification import check_calls
from tests.test_transcripts import SPOKEN, TRANSCRIPTS, no_at_the_door

EXPECTED = ("query is too old", "message is not modified")
"""What Telegram may refuse without our having done anything wrong."""

OVER_EVERYTHING = (
    "report-pressing-uruguay-es",
    "report-pressing-kenya-sw",
    "idea-pressing-uruguay-en",
    "vote-pressing-somalia-ar",
    "vote-closed-meanwhile",
    "news-and-fixed-yes",
    "language",
    "forget",
    "stop-in-mid-report",
)
"""These go over every transport in every run; the others over polling, and in the long run over
the web hook too."""

IN_EVERY_LANGUAGE = re.compile(r"(report|idea|vote)-(pressing|numbers|words)-\w+-\w+")
"""The same stories, once for each country and language: every run plays them without a channel
(`tests/test_transcripts.py`). Over Telegram they take minutes, and tell little more."""

OVER_TELEGRAM = (
    "report-pressing-thailand-th",
    "report-numbers-uruguay-es",
    "idea-numbers-uruguay-es",
    "vote-numbers-uruguay-es",
)
"""Those that every run plays over polling beside `OVER_EVERYTHING`: a third script, and each flow
by numbers."""


def cases() -> Iterator[Any]:
    """Every transcript over every transport; most of them in the long run only."""
    for path in TRANSCRIPTS:
        again = IN_EVERY_LANGUAGE.fullmatch(path.stem) and path.stem not in OVER_TELEGRAM
        for transport in TRANSPORTS:
            rare = again or transport != "polling"
            marks = [pytest.mark.long] if rare and path.stem not in OVER_EVERYTHING else []
            yield pytest.param(path, transport, id=f"{transport}-{path.stem}", marks=marks)


@pytest.mark.parametrize(("path", "transport"), list(cases()))
async def test_a_transcript_goes_over_telegram(path: Path, transport: str, tmp_path: Path) -> None:
    transcript = read_transcript(path)
    async with living(tmp_path, transport, transcript["country"]) as life:
        await TelegramPlayer(life, transcript["language"]).play(transcript["turns"])
        assert life.api.refusals(*EXPECTED) == []
        check_calls(life.api.calls)


def doors() -> Iterator[Any]:
    """Every language of every country; all but one from right to left in the long run only."""
    for country, language in SPOKEN:
        marks = [] if (country, language) == ("somalia", "ar") else [pytest.mark.long]
        yield pytest.param(country, language, marks=marks)


@pytest.mark.parametrize(("country", "language"), list(doors()))
async def test_who_says_no_at_the_door_hears_a_goodbye_over_telegram_and_leaves_no_trace(
    country: str, language: str, tmp_path: Path
) -> None:
    async with living(tmp_path, country=country) as life:
        player = TelegramPlayer(life, language)
        for turns in no_at_the_door(life.house.countries[country], language).values():
            await player.play(turns)
        assert life.api.refusals(*EXPECTED) == []
        check_calls(life.api.calls)


async def test_what_no_person_could_do_is_refused(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        player = TelegramPlayer(life, "en")
        with pytest.raises(Impossible, match="no button"):
            await player.play([{"say": "/start"}, {"press": "send"}])
        with pytest.raises(Impossible, match="no such turn"):
            await player.play([{"dance": 1}])
        with pytest.raises(AssertionError, match="did not come"):
            await player.play([{"say": "/start"}, {"see": ["What is the problem?"]}])
