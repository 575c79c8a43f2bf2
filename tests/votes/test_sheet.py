"""A result in words and as a picture, wholly in one language."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bot.domain.vote_results import Result
from bot.i18n import Speech
from bot.services.vote_sheet import Sheet, draw_sheet, news_of, sheet_of
from tests.votes.results import nobody, one_winner, tied, with_money
from tests.web.town import LOCALES, make_country

COUNTRY = make_country()
SPEECH = Speech(COUNTRY, LOCALES)


def sheet(result: Result, language: str = "en") -> Sheet:
    return sheet_of(result, COUNTRY, SPEECH, language)


def test_who_won_and_how_many_voted_is_said_in_sentences() -> None:
    said = sheet(one_winner())
    assert said.winners == ("Chosen: The tree.",)
    assert said.turnout == ("1,203 people voted.",)
    assert (said.ties, said.pot, said.spent) == ((), (), None)


def test_options_stand_in_the_order_of_the_count_with_their_votes() -> None:
    rows = sheet(one_winner()).rows
    assert [(row.label, row.votes_text, row.verdict, row.won) for row in rows] == [
        ("The tree", "1,200 votes", "Chosen", True),
        ("The bench", "3 votes", "", False),
    ]


def test_money_is_told_to_the_cent() -> None:
    said = sheet(with_money())
    assert said.pot == (
        "There was Ksh\xa03,600.60 to spend.",
        "Spent: Ksh\xa03,600.60. Left: Ksh\xa00.00.",
    )
    assert said.spent == 1.0
    assert [row.cost for row in said.rows] == [
        "Ksh\xa02,100.40",
        "Ksh\xa01,500.20",
        "Ksh\xa0900",
    ]


def test_an_option_that_was_withdrawn_stands_last_without_votes() -> None:
    last = sheet(with_money()).rows[-1]
    assert (last.label, last.votes, last.votes_text, last.verdict, last.won) == (
        "The wall",
        None,
        "",
        "Withdrawn",
        False,
    )


def test_a_tie_is_told_with_the_rule_that_broke_it() -> None:
    assert sheet(tied()).ties == (
        "The tree and The bench have the same number of votes."
        " As we said before, lots were drawn.",
    )


def test_that_nobody_voted_is_said_as_what_it_is() -> None:
    said = sheet(nobody())
    assert said.winners == ("Nobody voted, so nothing was decided.",)
    assert said.turnout == ()
    assert [row.votes for row in said.rows] == [0, 0]


def test_turnout_by_area_has_the_areas_names() -> None:
    assert sheet(with_money()).areas == (("Centre", "20 people"),)


def test_whoever_cannot_see_the_picture_is_told_what_is_on_it() -> None:
    assert sheet(one_winner()).alt == (
        "A bar for each option, the longest on top. The tree: 1,200 votes and The bench: 3 votes"
    )


def test_what_runs_from_right_to_left_is_drawn_so() -> None:
    there = sheet(one_winner(), "xr")
    assert (there.language, there.direction) == ("xr", "rtl")
    assert 'text-anchor="end"' in draw_sheet(there)
    assert 'text-anchor="end"' not in draw_sheet(sheet(one_winner()))


@pytest.mark.parametrize("result", [one_winner(), with_money(), tied(), nobody()])
def test_the_news_of_a_result_has_words_a_picture_and_what_is_on_it(result: Result) -> None:
    news = news_of(result, COUNTRY, SPEECH, "en")

    assert "Which <first>?" in news.text
    assert "RIV-2222" in news.text
    assert news.alt.startswith("A bar for each option")
    with Image.open(BytesIO(news.picture)) as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)
