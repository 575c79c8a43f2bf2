"""Operations as words of the inbox."""

from __future__ import annotations

from decimal import Decimal

from bot.channels.web_pages import coded, language_of
from bot.channels.web_render import render, said_by_people
from bot.domain.messages import Message, Name, Verbatim
from bot.domain.operations import Ask, Button, Say, Tell
from bot.domain.owed import dump_operation, load_operation
from bot.i18n import Speech
from tests.web.town import LOCALES, Clock, make_country

SPEECH = Speech(make_country(), LOCALES)
NOW = Clock()()


def test_a_question_keeps_its_buttons_controls_and_summary_in_order() -> None:
    ask = Ask(
        "c",
        3,
        Message("Right?"),
        (Button("a", Message("Yes"), "👍", Message("All of it")), Button("b", Message("No"))),
        (Button("!back", Message("Back")),),
        ("text",),
        (
            (Message("Words"), "<b> & {x}"),
            (Message("Code"), Verbatim("R-1")),
            (Message("N"), Decimal("1200.5")),
        ),
    )
    entry = render(ask, "en", SPEECH, NOW)
    assert [(b.key, b.label, b.emoji, b.description) for b in entry.buttons] == [
        ("a", "Yes", "👍", "All of it"),
        ("b", "No", "", ""),
    ]
    assert [button.label for button in entry.controls] == ["Back"]
    assert entry.summary == (("Words", "<b> & {x}"), ("Code", "R-1"), ("N", "1,200.5"))
    assert (entry.conversation, entry.serial, entry.open) == ("c", 3, True)


def test_words_of_the_team_name_their_language_only_where_it_is_another() -> None:
    own = render(Say((("en", "Soon."),)), "en", SPEECH, NOW)
    foreign = render(Say((("en", "Soon."),)), "xr", SPEECH, NOW)
    assert own.summary[0][1] == ""
    assert foreign.summary[0][1] == "English"
    assert said_by_people(own)


def test_words_of_the_team_do_not_turn_the_page_to_their_language() -> None:
    told = render(Tell(Message("Hello.")), "xr", SPEECH, NOW)
    said = render(Say((("en", "Soon."),)), "xr", SPEECH, NOW)
    assert language_of([told, said]) == "xr"
    assert language_of([said]) is None


def test_a_public_code_is_set_apart_and_everything_else_is_escaped() -> None:
    text = "<i>RIV-7F3K</i> or XRIV-7F3K, RIV-7F3K?"
    assert coded(text, "RIV") == (
        '&lt;i&gt;<b class="code">RIV-7F3K</b>&lt;/i&gt; or XRIV-7F3K, '
        '<b class="code">RIV-7F3K</b>?'
    )


def test_a_line_with_a_page_leads_there_in_the_same_language() -> None:
    told = Tell(Message("More of it."), link="votes/RIV-2222")
    assert load_operation(dump_operation(told)) == told
    assert render(told, "en", SPEECH, NOW).link == "votes/RIV-2222?language=en"
    assert render(Tell(Message("No more.")), "en", SPEECH, NOW).link == ""


def test_a_neighbours_words_stand_under_whose_they_are_and_not_under_the_team() -> None:
    said = Say((("en", "A compost bin"),), Name("Ana P."))
    team = Say((("en", "Soon."),))
    assert [load_operation(dump_operation(item)) for item in (said, team)] == [said, team]
    entry = render(said, "xr", SPEECH, NOW)
    assert (entry.text, entry.language) == ("A compost bin", "en")
    assert entry.summary == (("Ana P.", "English"),)
    assert render(said, "en", SPEECH, NOW).summary == (("Ana P.", ""),)
    assert render(team, "en", SPEECH, NOW).summary[0][0] != "Ana P."
