"""Ideas on both databases: nothing is shown before it is published, and erased is gone."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import msgspec
import pytest
from sqlalchemy import Connection, select, text

from bot.domain.ideas import CommentStatus, IdeaStatus, TheIdea
from bot.domain.inbound import Attachment, Command, Location, Text
from bot.domain.operations import Ask, Operation, Say, Show, Tell
from bot.domain.outcomes import NotAllowed
from bot.domain.owed import load_operation
from bot.services import idea_moderation, idea_reading, upkeep
from bot.services.idea_moderation import IdeaChange
from bot.services.moderation import Changed
from bot.services.residents import find_person
from storage import idea_comments, ideas, outbox, own_data
from storage.ideas import IdeaRow
from storage.tables import Conversation, Supporter
from tests.houses import SmallHouse
from tests.swept import erase_old

WORDS = "A compost bin in every square"


def heard(house: SmallHouse, who: str | None = None) -> str:
    """All that is owed, or owed to one, as text: whatever stands in it."""
    rows = house.database.write_now(outbox.claim, house.now, 200)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
    said: list[Operation] = []
    for row in rows:
        address = house.keys.open("address", row.cipher, row.key_id, row.bot.encode()).decode()
        if who is None or address == who:
            said.append(load_operation(msgspec.json.decode(row.payload)))
    return repr([item for item in said if isinstance(item, Tell | Say | Ask)])


def propose(house: SmallHouse, who: str = "ana", words: str = WORDS, *, name: str = "") -> str:
    house.later(minutes=1)
    house.take(Command("start"), Text("English"), Text("yes"), Command("idea"), who=who)
    house.take(Text("compost"), Text(words), Location(-34.911, -56.181), who=who)
    house.take(Text("skip"), Text("1"), Text("1 2"), who=who)
    if name:
        house.take(Text("with my name"), Text("yes"), Text(name), Text("send it"), who=who)
    else:
        house.take(Text("without my name"), Text("send it"), who=who)
    heard(house)
    return house.database.write_now(ideas.list_ideas)[0].code


def change(house: SmallHouse, code: str, status: IdeaStatus, into: str | None = None) -> Changed:
    why = {"en": "Because"} if status is IdeaStatus.DECLINED else None
    changed = house.database.write_now(
        idea_moderation.change_idea,
        house.outside,
        "shell:ana",
        code,
        IdeaChange(status, why, into),
    )
    assert isinstance(changed, Changed), changed
    return changed


def settle(house: SmallHouse, code: str, status: CommentStatus) -> int:
    settle = partial(idea_moderation.settle_comment, country=house.countries["uruguay"])
    settled = house.database.write_now(settle, house.outside, "shell:ana", code, 1, status)
    assert isinstance(settled, Changed), settled
    return settled.told


def row_of(house: SmallHouse, code: str) -> IdeaRow:
    row = house.database.write_now(ideas.find_idea, code)
    assert row is not None
    return row


def meet(house: SmallHouse, who: str, *said: str) -> str:
    """Somebody comes, says that, and hears this."""
    house.take(Command("start"), Text("English"), Text("yes"), who=who)
    heard(house)
    house.take(*(Text(words) for words in said), who=who)
    return heard(house, who)


@pytest.mark.parametrize(
    "path",
    [[], [IdeaStatus.DECLINED], [IdeaStatus.PUBLISHED, IdeaStatus.DECLINED]],
    ids=["submitted", "declined", "declined after it was published"],
)
def test_a_stranger_learns_nothing_of_an_idea_that_is_not_shown(
    house: SmallHouse, path: list[IdeaStatus]
) -> None:
    code = propose(house, name="Ana P.")
    for status in path:
        change(house, code, status)
    heard(house)
    told = meet(house, "beto", code)
    assert "We could not find {code}." in told
    house.take(Command("ideas"), Text("the newest"), Text("another list"), who="beto")
    house.take(Text("by theme"), Text("compost"), Text("another list"), Text("chance"), who="beto")
    house.take(Text("another list"), Text("near me"), Text("Palermo"), who="beto")
    house.take(Command("idea"), Text("compost"), Text(WORDS), who="beto")
    told += heard(house, "beto")
    for secret in ("Ana P.", WORDS, "Others said something like this"):
        assert secret not in told


def test_a_comment_is_shown_and_told_only_once_it_is_published(house: SmallHouse) -> None:
    code = propose(house)
    change(house, code, IdeaStatus.PUBLISHED)
    meet(house, "beto", code, "get its news")
    meet(house, "caro", code, "say something", "Rats like it too")
    house.take(Text(code), who="beto")
    told = heard(house)
    assert "Rats" not in told
    assert "Read what others say" not in told
    assert settle(house, code, CommentStatus.PUBLISHED) == 3
    told = heard(house, "beto")
    assert "Rats like it too" in told
    house.take(Text(code), Text("read what others say"), who="beto")
    assert "Rats like it too" in heard(house, "beto")
    settle(house, code, CommentStatus.DECLINED)
    heard(house)
    house.take(Text(code), who="beto")
    assert "Read what others say" not in heard(house, "beto")


def test_who_forgets_themselves_takes_words_and_name_along_and_leaves_counts(
    house: SmallHouse,
) -> None:
    code = propose(house, name="Ana P.")
    change(house, code, IdeaStatus.PUBLISHED)
    meet(house, "beto", code, "support it", "say something", "Rats like it too")
    for who in ("ana", "beto"):
        house.take(Command("forget"), Text("yes"), who=who)
    row = row_of(house, code)
    assert (row.resident_id, row.text, row.name, row.point, row.gives) == (None, "", "", None, "")
    assert row.backers == 1
    [comment] = house.database.write_now(idea_comments.comments_of, row.id)
    assert (comment.resident_id, comment.text) == (None, "")


def test_an_idea_of_whoever_was_forgotten_is_listed_no_more_and_its_news_go_on(
    house: SmallHouse,
) -> None:
    code = propose(house)
    other = propose(house, "dario", "Worms for every school")
    for each in (code, other):
        change(house, each, IdeaStatus.PUBLISHED)
    meet(house, "beto", code, "support it")
    house.take(Command("forget"), Text("yes"), who="ana")
    heard(house)
    for how in ("the newest", "the most supported", "at random"):
        listed = meet(house, "eva", "ideas", how)
        assert (other in listed, code in listed) == (True, False), how
    for who in ("carla", "beto"):
        assert "taken back" in meet(house, who, code), who
    house.take(Text("my things"), who="beto")
    assert code not in heard(house, "beto")
    change(house, code, IdeaStatus.ACCEPTED)
    assert code in heard(house, "beto"), "who stands behind it hears what becomes of it"
    assert "Stop supporting it" in meet(house, "beto", code)
    assert code not in meet(house, "fede", "ideas", "the newest")


def test_what_is_left_of_an_idea_of_whoever_was_forgotten_is_neither_published_nor_joined_with(
    house: SmallHouse,
) -> None:
    waiting, left = propose(house), propose(house, words="Worms for the club")
    other = propose(house, "dario", "Worms for every school")
    change(house, left, IdeaStatus.PUBLISHED)
    house.take(Command("forget"), Text("yes"), who="ana")

    def refused(code: str, wanted: IdeaChange) -> str:
        answer = house.database.write_now(
            idea_moderation.change_idea, house.outside, "shell:ana", code, wanted
        )
        assert isinstance(answer, NotAllowed), answer
        return answer.why

    again = IdeaChange(IdeaStatus.PUBLISHED, text="Worms")
    for wanted in (IdeaChange(IdeaStatus.PUBLISHED), again):
        assert "nothing to publish" in refused(waiting, wanted)
    assert "join with another" in refused(other, IdeaChange(IdeaStatus.MERGED, None, left))
    change(house, left, IdeaStatus.ACCEPTED)
    change(house, other, IdeaStatus.MERGED, left)


def test_nothing_that_others_wrote_stays_in_a_conversation_that_is_open(house: SmallHouse) -> None:
    code = propose(house)
    change(house, code, IdeaStatus.PUBLISHED)
    meet(house, "eva", code, "say something", "Near the school, please")
    assert settle(house, code, CommentStatus.PUBLISHED) >= 0
    assert WORDS in meet(house, "beto", "ideas", "the newest", "1")
    assert "Near the school" in meet(house, "carla", code, "read what others say")
    house.take(Command("start"), Text("English"), Text("yes"), Command("idea"), who="dario")
    house.take(Text("compost"), Text(f"{WORDS}!"), who="dario")
    assert "Others said something like this" in heard(house, "dario")

    states = house.database.write_now(lambda c: c.scalars(select(Conversation.state)).all())
    kept = b"".join(states).replace(f"{WORDS}!".encode(), b"")
    assert WORDS.encode() not in kept
    assert b"Near the school" not in kept


def test_ones_ideas_comments_and_support_are_handed_over(house: SmallHouse) -> None:
    code = propose(house, name="Ana P.")
    change(house, code, IdeaStatus.PUBLISHED)
    meet(house, "beto", code, "support it", "say something", "Rats like it too")

    def read(connection: Connection) -> list[dict[str, list[dict[str, object]]]]:
        ids = connection.scalars(text("select id from resident order by created_at, id"))
        return [own_data.kept_of(connection, str(id)) for id in ids.all()]

    kept = house.database.write_now(read)
    ana = next(item for item in kept if item["ideas"])
    beto = next(item for item in kept if item["comments on ideas"])
    assert [item["name"] for item in ana["ideas"]] == ["Ana P."]
    assert [item["idea"] for item in beto["ideas backed or followed"]] == [code]
    assert [item["text"] for item in beto["comments on ideas"]] == ["Rats like it too"]


def test_words_go_when_their_term_is_over_and_counts_stay(house: SmallHouse) -> None:
    code = propose(house, name="Ana P.")
    change(house, code, IdeaStatus.PUBLISHED)
    meet(house, "beto", code, "support it", "say something", "Rats like it too")
    days = house.countries["uruguay"].retention.days()
    terms = {kind: days[kind] for kind in ("idea", "comment")}
    for later, left in ((-1, (WORDS, "Ana P.", "Rats like it too")), (1, ("", "", ""))):
        moment = house.now + timedelta(days=terms["idea"], hours=later)
        house.database.write_now(erase_old, "uruguay", terms, moment)
        row = row_of(house, code)
        [comment] = house.database.write_now(idea_comments.comments_of, row.id)
        assert (row.text, row.name, comment.text) == left
    assert row_of(house, code).backers == 1


def test_who_followed_an_idea_is_told_once_that_it_was_taken_back(house: SmallHouse) -> None:
    code = propose(house)
    change(house, code, IdeaStatus.PUBLISHED)
    meet(house, "beto", code, "support it")
    house.take(Text(code), Text("take it back"), Text("yes"), who="ana")
    heard(house, "ana")
    while house.database.write_now(upkeep.do_due, house.outside):
        pass
    assert "taken back" in heard(house, "beto")
    assert house.database.write_now(upkeep.do_due, house.outside) == 0


def test_under_age_takes_back_what_was_kept_before(house: SmallHouse) -> None:
    code = propose(house)
    assert row_of(house, code).point is not None
    house.take(Command("idea"), Text("compost"), who="ana")
    house.take(Attachment("voice", "b" * 64, "audio/ogg", 9, 5.0), Text("no"), who="ana")
    assert row_of(house, code).point is None


def test_each_backer_counts_once_and_never_the_author(house: SmallHouse) -> None:
    code = propose(house)
    change(house, code, IdeaStatus.PUBLISHED)
    meet(house, "beto", code, "support it", "stop supporting it", "support it")
    house.take(Text(code), who="ana")
    assert row_of(house, code).backers == 1
    house.take(Text(code), Text("stop supporting it"), who="beto")
    assert row_of(house, code).backers == 0


def test_a_chance_order_has_a_place_for_the_newest_too(house: SmallHouse) -> None:
    codes = {propose(house, f"who{number}", f"{number} idea of mine") for number in range(7)}
    for code in codes:
        change(house, code, IdeaStatus.PUBLISHED)
    heard(house)
    told = meet(house, "beto", "ideas", "at random")
    first = {code for code in codes if code in told}
    house.take(Text("more ideas"), who="beto")
    told = heard(house, "beto")
    second = {code for code in codes if code in told}
    assert (len(first), len(second)) == (5, 2)
    assert first | second == codes


def test_photos_are_shown_to_who_reads_the_idea_once_an_organiser_cleared_them(
    house: SmallHouse,
) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Command("idea"), who="ana")
    house.take(Text("compost"), Text(WORDS), Location(-34.911, -56.181), who="ana")
    house.take(Attachment("photo", "f" * 64, "image/jpeg", 9), Text("that is all"), who="ana")
    house.take(Text("1"), Text("skip"), Text("without my name"), Text("send it"), who="ana")
    [row] = house.database.write_now(ideas.list_ideas)
    change(house, row.code, IdeaStatus.PUBLISHED)
    house.take(Command("start"), Text("English"), Text("yes"), who="beto")

    def photos_read() -> tuple[str, ...]:
        person = house.database.write_now(find_person, house.keys, "uruguay/web", "beto")
        assert person is not None
        country, wanted = house.countries["uruguay"], TheIdea(row.code)
        read = house.database.write_now(idea_reading.the_idea, country, person, wanted)
        assert read is not None
        return read.photos

    def clear(undo: bool) -> None:
        act = idea_moderation.clear_idea
        done = house.database.write_now(act, house.outside, "shell:ana", row.code, undo)
        assert isinstance(done, Changed)

    assert photos_read() == ()
    clear(False)
    assert photos_read() == ("f" * 64,)
    house.take(Command("start", row.code), who="beto")
    owed = house.database.write_now(outbox.claim, house.now, 200)
    shown = [load_operation(msgspec.json.decode(item.payload)) for item in owed]
    assert [item.picture for item in shown if isinstance(item, Show)] == ["f" * 64]
    clear(True)
    assert photos_read() == ()


def test_a_join_that_is_typed_again_is_so_already_whatever_became_of_the_other(
    house: SmallHouse,
) -> None:
    first, other, third = (propose(house, who) for who in ("ana", "beto", "caro"))
    for code in (first, other, third):
        change(house, code, IdeaStatus.PUBLISHED)
    change(house, first, IdeaStatus.MERGED, other)
    change(house, other, IdeaStatus.MERGED, third)
    assert change(house, first, IdeaStatus.MERGED, other) == Changed(first, 0, already=True)


def test_who_stands_behind_two_ideas_that_are_joined_counts_once(house: SmallHouse) -> None:
    first, stays = propose(house), propose(house, "beto", "Worms for every school")
    for code in (first, stays):
        change(house, code, IdeaStatus.PUBLISHED)
    both, one, author = ("carla", (first, stays)), ("dario", (first,)), ("beto", (first,))
    for who, backed in (both, one, author):
        for code in backed:
            meet(house, who, code, "support it")
    for who, code in (("eva", first), ("fede", stays)):
        meet(house, who, code, "support it")
        meet(house, who, code, "stop supporting it")
    old, new = row_of(house, first), row_of(house, stays)
    assert (old.backers, new.backers) == (3, 1)

    def stand(connection: Connection) -> dict[str, tuple[bool, bool]]:
        return {
            address: (bool(backs), bool(follows))
            for address, backs, follows in connection.execute(
                select(Supporter.resident_id, Supporter.backs, Supporter.follows).where(
                    Supporter.idea_id == new.id
                )
            )
        }

    before = house.database.write_now(stand)
    change(house, first, IdeaStatus.MERGED, stays)
    after = house.database.write_now(stand)
    assert row_of(house, stays).backers == 3, "carla, dario and ana, who had the first idea"
    assert sum(backs for backs, _follows in after.values()) == 3
    assert before.keys() < after.keys()
    assert new.resident_id not in after
    assert old.resident_id in after
    left = select(Supporter.resident_id).where(Supporter.idea_id == old.id)
    assert house.database.write_now(lambda c: c.scalars(left).all()) == []
