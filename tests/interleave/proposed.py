"""Ideas: whoever proposes, backs and comments them, and two organisers, two things at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import count

from sqlalchemy import Connection, select

from bot.domain.ideas import CommentIdea, CommentStatus, IdeaStatus, ProposeIdea, SupportIdea
from bot.domain.places import Spot
from bot.domain.reports import Told
from bot.services import idea_moderation, ideas
from bot.services.idea_moderation import IdeaChange
from storage.addresses import Person
from storage.tables import Idea
from tests.announced import COUNTRY
from tests.houses import SmallHouse
from tests.interleave.acts import (
    ANA,
    BEN,
    CYD,
    NEWCOMERS,
    Act,
    Step,
    Voices,
    act,
    by,
    neighbours,
)

PROPOSE = ("idea", "compost", "an oven for all", "Palermo", "skip", "small or medium", "skip",
           "without my name")  # fmt: skip
BACK, COMMENT, WITHDRAW, SEND = "support it", "say something", "take it back", "send it"


def about_ideas(chance: random.Random) -> Sequence[Step]:
    """Every other kind of meeting, drawn by lot."""
    plot = Plot()
    steps = [meet(plot) for meet in chance.sample(MEETINGS, len(MEETINGS) // 2)]
    return [Step(neighbours(1, 2), neighbours(3, 1)), *steps]


class Plot:
    """Ideas are known by their words, since each town draws their codes."""

    def __init__(self) -> None:
        self.voices = Voices()
        self._texts = (f"idea {number}" for number in count(1))
        self._newcomers = count(NEWCOMERS)

    def idea(self, author: str = ANA, *, published: bool = True) -> tuple[str, list[Act]]:
        """A new one: its words, and how it comes to be."""
        text = next(self._texts)
        come = [propose(author, text)]
        if published:
            come.append(change(text, IdeaStatus.PUBLISHED))
        return text, come

    def newcomer(self) -> tuple[str, Act]:
        """Somebody who comes for one step: the address, and how they come."""
        number = next(self._newcomers)
        return f"{10_000 + number}", neighbours(number, 1)

    def reads(self, who: str, text: str, *then: str) -> list[Act]:
        """Somebody opens an idea by its number, and goes on from there."""
        return self.voices.all(who, lambda connection: code_of(connection, text), *then)

    def says(self, who: str, words: str) -> Act:
        return self.voices.say(who, words)


def code_of(connection: Connection, text: str) -> str:
    return connection.scalars(select(Idea.code).where(Idea.text == text)).one()


def propose(author: str, text: str) -> Act:
    def do(house: SmallHouse, connection: Connection, person: Person) -> None:
        idea = ProposeIdea("reuse_and_repair", Told(text), Spot("palermo"), "small")
        country = house.countries[COUNTRY]
        ideas.propose_idea(connection, house.outside, country, person, "", idea)

    return by(author, do)


def back(who: str, text: str) -> Act:
    def do(house: SmallHouse, connection: Connection, person: Person) -> None:
        command = SupportIdea(code_of(connection, text), backs=True)
        country = house.countries[COUNTRY]
        ideas.support_idea(connection, house.outside, country, person, command)

    return by(who, do)


def comment(who: str, text: str, words: str) -> Act:
    def do(house: SmallHouse, connection: Connection, person: Person) -> None:
        command = CommentIdea(code_of(connection, text), words)
        country = house.countries[COUNTRY]
        ideas.comment_idea(connection, house.outside, country, person, command)

    return by(who, do)


def change(text: str, status: IdeaStatus, into: str = "", message: str = "") -> Act:
    """An organiser changes one, where there is one of these words."""

    def do(house: SmallHouse, connection: Connection) -> None:
        code = connection.scalar(select(Idea.code).where(Idea.text == text))
        other = code_of(connection, into) if into else None
        said = IdeaChange(status, {"en": message} if message else None, other)
        if code is not None:
            idea_moderation.change_idea(connection, house.outside, "shell:ana", code, said)

    return act(do)


def settle_comment(text: str, number: int) -> Act:
    """An organiser publishes a comment."""

    def do(house: SmallHouse, connection: Connection) -> None:
        idea_moderation.settle_comment(
            connection,
            house.outside,
            "shell:ana",
            code_of(connection, text),
            number,
            CommentStatus.PUBLISHED,
            country=house.countries[COUNTRY],
        )

    return act(do)


def publish(text: str) -> Act:
    return change(text, IdeaStatus.PUBLISHED)


def proposed_while_an_organiser_publishes(plot: Plot) -> Step:
    before = plot.voices.all(ANA, *PROPOSE)
    return Step(plot.says(ANA, SEND), publish("an oven for all"), before)


def published_by_two(plot: Plot) -> Step:
    text, come = plot.idea(published=False)
    return Step(publish(text), publish(text), come)


def published_while_taken_back(plot: Plot) -> Step:
    text, come = plot.idea(published=False)
    return Step(publish(text), plot.says(ANA, "yes"), [*come, *plot.reads(ANA, text, WITHDRAW)])


def backed_and_commented(plot: Plot) -> Step:
    text, come = plot.idea()
    before = [*come, *plot.reads(BEN, text), *plot.reads(CYD, text, COMMENT)]
    return Step(plot.says(BEN, BACK), plot.says(CYD, "I help"), before)


def backed_by_two(plot: Plot) -> Step:
    text, come = plot.idea()
    before = [*come, *plot.reads(BEN, text), *plot.reads(CYD, text)]
    return Step(plot.says(BEN, BACK), plot.says(CYD, BACK), before)


def commented_by_two(plot: Plot) -> Step:
    text, come = plot.idea()
    return Step(comment(BEN, text, "I help"), comment(CYD, text, "So do I"), come)


def backed_while_joined(plot: Plot) -> Step:
    (text, come), (other, come_too) = plot.idea(), plot.idea(BEN)
    join = change(text, IdeaStatus.MERGED, other)
    before = [*come, *come_too, *plot.reads(CYD, text)]
    return Step(join, plot.says(CYD, BACK), before, inside=True)


def backed_while_another_joins_it(plot: Plot) -> Step:
    (text, come), (other, come_too) = plot.idea(), plot.idea(BEN)
    join = change(text, IdeaStatus.MERGED, other)
    before = [*come, *come_too, back(CYD, text), *plot.reads(CYD, other)]
    return Step(join, plot.says(CYD, BACK), before)


def backed_while_what_it_became_is_joined(plot: Plot) -> Step:
    (text, come), (other, come_too) = plot.idea(), plot.idea(BEN)
    third, come_as_well = plot.idea()
    before = [*come, *come_too, *come_as_well, change(text, IdeaStatus.MERGED, other)]
    return Step(change(other, IdeaStatus.MERGED, third), back(CYD, text), before)


def joined_both_ways(plot: Plot) -> Step:
    (text, come), (other, come_too) = plot.idea(), plot.idea(BEN)
    before = [*come, *come_too, back(CYD, text), back(CYD, other)]
    one, back_again = (text, other), (other, text)
    return Step(_join(*one), _join(*back_again), before)


def joined_in_a_chain(plot: Plot) -> Step:
    (text, come), (other, come_too) = plot.idea(), plot.idea(BEN)
    third, come_as_well = plot.idea()
    before = [*come, *come_too, *come_as_well, back(CYD, text)]
    return Step(_join(text, other), _join(other, third), before)


def _join(text: str, into: str) -> Act:
    return change(text, IdeaStatus.MERGED, into)


def backed_while_taken_back(plot: Plot) -> Step:
    text, come = plot.idea()
    before = [*come, back(BEN, text), *plot.reads(ANA, text, WITHDRAW), *plot.reads(CYD, text)]
    return Step(plot.says(ANA, "yes"), plot.says(CYD, BACK), before, inside=True)


def declined_while_commented(plot: Plot) -> Step:
    text, come = plot.idea()
    decline = change(text, IdeaStatus.DECLINED, message="It is too dear.")
    before = [*come, *plot.reads(BEN, text, COMMENT)]
    return Step(decline, plot.says(BEN, "I help"), before, inside=True)


def comment_published_while_backed(plot: Plot) -> Step:
    text, come = plot.idea()
    before = [*come, comment(BEN, text, "I help"), *plot.reads(CYD, text)]
    return Step(settle_comment(text, 1), plot.says(CYD, BACK), before)


def comment_published_by_two(plot: Plot) -> Step:
    text, come = plot.idea()
    before = [*come, back(CYD, text), comment(BEN, text, "I help")]
    return Step(settle_comment(text, 1), settle_comment(text, 1), before)


def told_while_backed(plot: Plot) -> Step:
    text, come = plot.idea()
    begin = change(text, IdeaStatus.IN_PROGRESS, message="We have begun.")
    before = [*come, back(BEN, text), *plot.reads(CYD, text)]
    return Step(begin, plot.says(CYD, BACK), before)


def joined_while_a_backer_is_forgotten(plot: Plot) -> Step:
    (text, come), (other, come_too) = plot.idea(), plot.idea(BEN)
    who, comes = plot.newcomer()
    before = [comes, *come, *come_too, back(who, text), plot.says(who, "forget me")]
    return Step(_join(text, other), plot.says(who, "yes"), before)


def backed_while_its_author_is_forgotten(plot: Plot) -> Step:
    who, comes = plot.newcomer()
    text, come = plot.idea(who)
    before = [comes, *come, plot.says(who, "forget me"), *plot.reads(BEN, text)]
    return Step(plot.says(who, "yes"), plot.says(BEN, BACK), before)


MEETINGS: Sequence[Callable[[Plot], Step]] = (
    proposed_while_an_organiser_publishes,
    published_by_two,
    published_while_taken_back,
    backed_and_commented,
    backed_by_two,
    commented_by_two,
    backed_while_joined,
    backed_while_another_joins_it,
    backed_while_what_it_became_is_joined,
    joined_both_ways,
    joined_in_a_chain,
    backed_while_taken_back,
    declined_while_commented,
    comment_published_while_backed,
    comment_published_by_two,
    told_while_backed,
    joined_while_a_backer_is_forgotten,
    backed_while_its_author_is_forgotten,
)
