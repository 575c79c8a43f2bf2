"""What others read of a place and of words, where a country hides a part; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, literal, select

from bot.domain.country import Country
from bot.domain.ideas import (
    CHANCE,
    NEAR,
    Briefs,
    CommentsOn,
    CommentStatus,
    IdeasOf,
    IdeaStatus,
    Listed,
    TheIdea,
)
from bot.domain.inbound import Command, Text
from bot.domain.masking import masked
from bot.domain.operations import Ask, Operation, Say, Tell
from bot.domain.owed import load_operation
from bot.services import idea_moderation, idea_reading
from bot.services.idea_moderation import IdeaChange
from bot.work import showing
from bot.work.showing import put_shown
from storage import addresses, ideas, outbox, residents, shown
from storage.addresses import Person
from storage.statements import table_of
from storage.tables import Idea
from tests.houses import SmallHouse, served

SOMALIA, SECTION = "somalia", "Horsed"
DOORSTEP = (Command("start"), Text("English"), Text("yes"))


def talk(house: SmallHouse, who: str, *words: str, begin: str = "") -> str:
    """What somebody is told, whole, after they said this."""
    if begin:
        house.take(*DOORSTEP, Command(begin), who=who, country=SOMALIA)
    house.take(*map(Text, words), who=who, country=SOMALIA)
    rows = house.database.write_now(outbox.claim, house.now, 200)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
    said: list[Operation] = [load_operation(msgspec.json.decode(row.payload)) for row in rows]
    return repr([item for item in said if isinstance(item, Tell | Say | Ask)])


def propose(house: SmallHouse, words: str = "A tree in every street") -> str:
    """A published idea of Ana's, for a section of the town."""
    talk(house, "ana", "water", words, SECTION, "skip", "1", "1 2", "send it", begin="idea")
    code = house.database.write_now(ideas.list_ideas)[0].code
    publish = IdeaChange(IdeaStatus.PUBLISHED)
    house.database.write_now(
        idea_moderation.change_idea, house.outside, "shell:ana", code, publish
    )
    return code


def value(house: SmallHouse, sql: str) -> object:
    return house.database.write_now(lambda c: c.exec_driver_sql(sql).scalar_one())


def person(house: SmallHouse) -> Person:
    id = value(house, "select resident_id from idea")
    found = house.database.write_now(addresses.person_of, str(id))
    assert found is not None
    return found


def test_a_hidden_place_is_read_by_its_author_alone(house: SmallHouse) -> None:
    code = propose(house)
    own = talk(house, "ana", code)
    assert SECTION in own
    others = talk(house, "beto", code, begin="ideas")
    assert code in others
    assert SECTION not in others
    assert "Near me" not in others
    assert SECTION not in talk(house, "beto", "the newest", begin="ideas")
    assert value(house, "select area from open_ideas") is None
    assert value(house, "select area from idea") == "horsed", "who answers it knows where it is"


def test_a_hidden_place_is_not_told_to_who_names_a_report(house: SmallHouse) -> None:
    talk(house, "ana", "street light", "The light is out", SECTION, "skip", begin="report")
    talk(house, "ana", "here in this chat", "send it")
    code = str(value(house, "select code from report"))
    assert SECTION in talk(house, "ana", code)
    told = talk(house, "beto", code, begin="menu")
    assert "Street light" in told
    assert SECTION not in told
    assert value(house, "select area from open_reports") is None


def test_a_start_hides_and_shows_what_the_folder_says_by_now(house: SmallHouse) -> None:
    propose(house)

    def read_under(finest: int | None) -> object:
        country = replace(house.countries[SOMALIA], finest_shown=finest)
        put_shown(house.database, {SOMALIA: country}, "1")
        return value(house, "select area from open_ideas")

    assert read_under(1) == "town-sections"
    assert read_under(None) == "horsed"
    assert read_under(2) == "horsed"
    assert read_under(0) is None


def test_near_by_is_as_wide_as_what_may_be_read(house: SmallHouse) -> None:
    code = propose(house)
    someone = replace(person(house), resident_id="another")

    def areas(country: Country, wanted: IdeasOf) -> list[str]:
        page = house.database.write_now(idea_reading.ideas_of, country, wanted)
        briefs = house.database.write_now(idea_reading.briefs_of, country, Briefs(page.codes))
        return [brief.area for brief in briefs]

    def near(finest: int | None, area: str) -> list[str]:
        country = replace(house.countries[SOMALIA], finest_shown=finest)
        return areas(country, IdeasOf(Listed(NEAR, area)))

    assert near(None, "isha") == ["horsed"]
    assert near(1, "isha") == ["town-sections"]
    assert near(None, "displacement-site") == near(1, "displacement-site") == []
    assert near(0, "displacement-site") == [""], "one town, and no part of it"
    country = house.countries[SOMALIA]
    assert areas(country, IdeasOf(Listed(CHANCE, "7"))) == [""]
    read = house.database.write_now(idea_reading.the_idea, country, someone, TheIdea(code))
    assert read is not None
    assert read.area == ""


def test_the_levels_of_places_count_from_the_coarsest() -> None:
    country = served()[0]["uruguay"]
    leaf = next(place for place in country.places_by_key().values() if place.parent)

    def read(finest: int | None) -> str:
        return replace(country, finest_shown=finest).area_for_others(leaf.key)

    assert [read(finest) for finest in (0, 1, 2, 3, None)] == ["", leaf.parent] + [leaf.key] * 3
    assert read_of_gone(replace(country, finest_shown=1)) == ""
    assert read_of_gone(country) == "gone"


def read_of_gone(country: Country) -> str:
    return country.area_for_others("gone")


WORDS = ("darood*", "*hawiye", "reer sheekh", "sa'ad", "*\u0e01\u0e02\u0e04*", "دارود")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Only DAROODKA get water.", "Only … get water."),
        ("Hawiye, darood; hawiyes!", "…, …; hawiyes!"),
        ("ask Reer  Sheekh about it", "ask … about it"),
        ("reer and sheekh apart", "reer and sheekh apart"),
        ("Sa\u2019ad and saad and sa ad", "… and … and sa ad"),
        ("Dárood", "…"),
        ("the Hawiye's and reer sheekh\u2019s men", "the …'s and …\u2019s men"),
        ("SA'AD'S, Ha\u00adwiye's, it's", "…'S, …'s, it's"),
        ("Da\u00adrood, da\u200b\u200brood", "…, …"),
        ("only\u200bdarood", "only\u200b…"),
        ("\u200fdarood\u200f!", "\u200f…\u200f!"),
        ("داـرود ask", "… ask"),
        ("xx\u0e01\u0e02\u0e04xx yy", "… yy"),
        ("", ""),
        ("nothing listed", "nothing listed"),
    ],
)
def test_listed_words_are_masked_whole_and_nothing_else_is(text: str, shown: str) -> None:
    assert masked(text, WORDS) == shown
    assert masked(text, ()) == text


def test_masked_words_are_read_by_their_author_alone(house: SmallHouse) -> None:
    code = propose(house, "A well for the Darood too")
    assert "Darood too" in talk(house, "ana", code, "1")
    for told in (
        talk(house, "beto", code, begin="ideas"),
        talk(house, "beto", "the newest", begin="ideas"),
    ):
        assert "A well for the … too" in told
        assert "Darood" not in told
    assert value(house, "select text from open_ideas") == "A well for the … too"
    assert value(house, "select text from idea") == "A well for the Darood too"


def test_a_comment_is_masked_for_who_hears_of_it_and_reads_it(house: SmallHouse) -> None:
    code = propose(house)
    talk(house, "beto", code, "say something", "Not for Hawiye again", begin="ideas")
    country = house.countries[SOMALIA]
    settle = partial(idea_moderation.settle_comment, country=country)
    publish = CommentStatus.PUBLISHED
    house.database.write_now(settle, house.outside, "shell:ana", code, 1, publish)
    assert "Not for … again" in talk(house, "ana")
    read = house.database.write_now(idea_reading.comments_on, country, CommentsOn(code, 0))
    assert [item.text for item in read.comments] == ["Not for … again"]


def test_a_name_that_is_shown_is_masked_too(house: SmallHouse) -> None:
    code = propose(house)
    house.database.write_now(
        lambda c: c.exec_driver_sql("update idea set name = 'Ana Darood'").rowcount
    )
    author, country = person(house), house.countries[SOMALIA]
    read = [
        house.database.write_now(idea_reading.the_idea, country, one, TheIdea(code))
        for one in (author, replace(author, resident_id="another"))
    ]
    assert [one and one.name for one in read] == ["Ana Darood", "Ana …"]


def test_a_start_masks_what_was_told_before_a_word_was_listed(house: SmallHouse) -> None:
    propose(house, "A well for Baidoa")

    def read_with(*words: str) -> object:
        country = replace(house.countries[SOMALIA], masked=words)
        put_shown(house.database, {SOMALIA: country}, "1")
        return value(house, "select text from open_ideas")

    assert read_with("baidoa") == "A well for …"
    assert read_with("well") == "A … for Baidoa"
    assert read_with() == "A well for Baidoa"


def test_only_other_rules_or_another_program_look_through_everything(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def watched(*args: Any, differing: Callable[..., Any] = shown.differing) -> Any:
        looked.append(args[2])
        return differing(*args)

    monkeypatch.setattr(shown, "differing", watched)

    def look(program: str = "1", *, again: bool = False, masked: tuple[str, ...] = ()) -> int:
        looked.clear()
        country = replace(house.countries[SOMALIA], masked=masked)
        put_shown(house.database, {SOMALIA: country}, program, again=again)
        return len(looked)

    assert [look(), look(), look("2"), look("2", masked=("well",)), look("2")] == [2, 0, 2, 2, 2]
    assert look("2", again=True) == 2


def test_what_others_read_is_changed_in_small_transactions(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[int] = []

    def watched(*args: Any, put: Callable[..., None] = shown.put) -> None:
        changed.append(len(args[2]))
        put(*args)

    monkeypatch.setattr(shown, "put", watched)
    monkeypatch.setattr(showing, "CHANGED_MOST", 2)
    propose(house, "A well for Baidoa")
    house.database.write_now(
        lambda c: [
            c.execute(
                insert(Idea).from_select(
                    (columns := table_of(Idea).c).keys(),
                    select(
                        *(
                            literal(f"{at}") if name in {"id", "code"} else column
                            for name, column in columns.items()
                        )
                    ).where(columns.id.not_in(["0", "1", "2", "3"])),
                )
            ).rowcount
            for at in range(4)
        ]
    )
    country = replace(house.countries[SOMALIA], masked=("baidoa",))
    put_shown(house.database, {SOMALIA: country}, "1")
    assert changed == [2, 2, 1]
    assert value(house, "select count(*) from open_ideas where text = 'A well for …'") == 5


def test_masked_words_of_who_is_forgotten_are_gone_in_both_forms(house: SmallHouse) -> None:
    propose(house, "A well for the Darood too")
    forgotten = person(house)
    house.database.write_now(residents.forget, forgotten.resident_id, None)
    told = house.database.write_now(
        lambda c: c.exec_driver_sql("select text, shown_text from idea").all()
    )
    assert [tuple(row) for row in told] == [("", None)]
