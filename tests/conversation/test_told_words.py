"""What a country's texts tell residents to type does what it says, typed in their language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from bot.conversation.town import CountryReader
from bot.conversation.words import CONTROL_WORDS, spellings
from bot.country import announcement_files, read_announcement
from bot.domain.inbound import Command, Input, Text
from bot.domain.messages import Label, Message
from bot.flows.fixed import FIXED
from bot.flows.idea import NAMED
from bot.flows.ideas import DO
from bot.flows.lone_words import by_spelling, lone_word
from bot.flows.questions import Choice, Option
from bot.flows.questions.asked import Answer, Typed
from bot.flows.questions.options import SAID_NO, SAID_YES
from bot.i18n.quoted import quoted
from tests.conversation.test_turns import heard, lines
from tests.houses import LOCALES, SmallHouse, served

COUNTRIES, SPEECHES = served()
SPOKEN = [(country.key, code) for country in COUNTRIES.values() for code in country.languages]
ENGLISH = by_spelling({name: words.source.split("|") for name, words in CONTROL_WORDS.items()})


def told(texts: list[Label], country: str, language: str) -> Iterator[tuple[str, str]]:
    """The name of each word that texts tell, and the word in a language."""
    for text in texts:
        assert isinstance(text, Message)
        own = quoted(SPEECHES[country].text(text, language))
        for english, word in zip(quoted(text.source), own, strict=True):
            name = lone_word(english, ENGLISH)
            assert name is not None
            yield name, word


@pytest.mark.parametrize(("country", "language"), SPOKEN)
def test_each_word_of_the_consent_text_does_what_the_command_does(
    country: str, language: str, house: SmallHouse
) -> None:
    consent = COUNTRIES[country].consent
    words = list(told([*consent.notices, *consent.more], country, language))
    assert {name for name, _word in words} == {"stop", "forget", "mydata", "person"}
    for number, (name, word) in enumerate(words):
        answers = []
        for way, input in (("typed", Text(word)), ("command", Command(name))):
            who = f"{way} {number}"
            door: tuple[Input, ...] = (Command("start"), Text(language), Text("👍"))
            house.take(*door, who=who, country=country, language=language)
            heard(house)
            house.take(input, who=who, country=country, language=language)
            answers.append(lines(heard(house)))
        assert answers[0] == answers[1]
        assert answers[0] != ["We do not know that word. Here is what you can do."]


@pytest.mark.parametrize("words", ["ใช่ค่ะ", "ตกลงครับ", "ยินยอมนะคะ"])
def test_a_polite_answer_is_an_answer(words: str, house: SmallHouse) -> None:
    house.take(Command("start"), Text("ไทยครับ"), Text(words), country="thailand", language="th")
    heard(house)
    house.take(Text("แจ้งปัญหาค่ะ"), country="thailand", language="th")
    assert lines(heard(house)) == ["What is the problem?"]


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_word_of_an_announcement_is_understood(country: str) -> None:
    files = announcement_files(LOCALES / "countries" / country)
    assert files
    known = by_spelling(spellings(SPEECHES[country]))
    for file in files:
        draft, problems = read_announcement(file, COUNTRIES)
        assert draft is not None, problems
        for _language, text in draft.content.texts:
            assert [word for word in quoted(text) if lone_word(word, known) is None] == []


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "¡Pará!"),
        ("uruguay", "paren"),
        ("somalia", "أوقف"),
        ("somalia", "توقفوا"),
        ("kenya", "Koma."),
        ("indonesia", "hentikan"),
    ],
)
def test_stop_is_understood_as_it_is_called_out(country: str, said: str) -> None:
    known = by_spelling(spellings(SPEECHES[country]))
    assert lone_word(said, known) == "stop"


@pytest.mark.parametrize("options", [NAMED, FIXED], ids=["its name", "done"])
@pytest.mark.parametrize(("country", "language"), SPOKEN)
def test_yes_and_no_answer_a_question_whose_buttons_say_more(
    options: Sequence[Option[str]], country: str, language: str
) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 12, 1), SPEECHES[country])
    question = Choice("k", Message("Is it?"), options)
    shown = tuple(option.key for option in options)
    for key, said in (("yes", SAID_YES), ("no", SAID_NO)):
        for text in said:
            for word in SPEECHES[country].text(text, language).split("|"):
                reading = question.read(Typed(word), shown, None, reader)
                assert isinstance(reading, Answer), word
                assert question.decode(reading.value) == key, word


@pytest.mark.parametrize("keys", ["back follow comment list", "unback unfollow comment comments"])
@pytest.mark.parametrize(("country", "language"), SPOKEN)
def test_what_can_be_done_with_an_idea_goes_by_the_words_that_people_type(
    keys: str, country: str, language: str
) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 12, 1), SPEECHES[country])
    options = [option for option in DO if option.key in keys.split()]
    question = Choice("k", Message("What?"), options)
    shown = tuple(option.key for option in options)
    said = [(option.key, text) for option in options for text in (*option.also, option.label)]
    assert {"comment", "follow"} & {key for key, _text in said}
    for key, text in said:
        for word in SPEECHES[country].text(text, language).split("|"):
            reading = question.read(Typed(word), shown, None, reader)
            assert isinstance(reading, Answer), word
            assert question.decode(reading.value) == key, word
