"""Ideas of the made-up town: somebody has one, others back it, and the team takes some up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot.demo.neighbours import log
from bot.demo.team import TEAM, said
from bot.demo.town import Town
from bot.demo.words import DemoIdea
from bot.domain.ideas import (
    CommentIdea,
    CommentStatus,
    IdeaStatus,
    ProposeIdea,
    SupportIdea,
)
from bot.domain.outcomes import NotAllowed
from bot.domain.places import Spot, leaves
from bot.domain.reports import Status, Told
from bot.services import ideas
from bot.services.idea_moderation import IdeaChange, change_idea, settle_comment
from storage import idea_comments
from storage import ideas as idea_rows
from storage.addresses import Person

PROPOSED = (0.15, 0.995)
"""From when until when ideas are proposed, in parts of the town's days."""

READ_DAYS = (0.2, 3.0)
"""How long the team takes to read one."""

DECLINED = 0.1
"""Share of ideas that the team does not publish."""

LIKED = (0.02, 0.35)
"""Share of those present who back an idea, from the least to the most liked."""

COMMENTED, COMMENT_PUBLISHED = 0.15, 0.85
"""Shares: of backers who say something as well, and of what they say that others may read."""

STEPS = (IdeaStatus.ACCEPTED, IdeaStatus.IN_PROGRESS, IdeaStatus.DONE)
NEXT_STEP, STEP_DAYS = 0.45, (4.0, 18.0)
"""How often a published idea comes one step on, and after how long."""


def plan_ideas(town: Town, days: float) -> None:
    """Let every idea of the country's words come up once, at some moment."""
    for idea in town.words.ideas:
        part = town.chance.uniform(*PROPOSED)
        town.at(town.now + timedelta(days=days * part), partial(_propose, town, idea))


def _propose(town: Town, idea: DemoIdea) -> None:
    if not town.present:
        return
    chance = town.chance
    person = chance.choice(town.present)
    place = chance.choice(sorted(leaves(town.country.places), key=lambda one: one.key))
    for question, kind in (("theme", "choice"), ("story", "story"), ("size", "choice")):
        choice = {"theme": idea.theme, "size": idea.size}.get(question, "")
        log(town, person, "idea", question, kind, choice)
    town.wait(60, 300)
    ideas.propose_idea(
        town.connection,
        town.outside,
        town.country,
        person,
        "",
        ProposeIdea(idea.theme, Told(idea.words[person.language]), Spot(place.key), idea.size),
    )
    [own, *_] = idea_rows.own_ideas(town.connection, person.resident_id, 1)
    code = own.code
    town.done["ideas"] += 1
    read = town.at_desk(town.now + timedelta(days=chance.uniform(*READ_DAYS)))
    if town.happens(DECLINED):
        town.at(
            read,
            partial(_change, town, code, IdeaStatus.DECLINED, said(town, Status.NOT_OURS).message),
        )
    else:
        town.at(read, partial(_publish, town, code))


def _change(
    town: Town, code: str, status: IdeaStatus, message: Mapping[str, str] | None = None
) -> None:
    actor = town.chance.choice(TEAM)
    change = IdeaChange(status, message)
    done = change_idea(town.connection, town.outside, actor, code, change)
    if isinstance(done, NotAllowed):
        raise ValueError(done.why)
    town.done["changes"] += 1


def _publish(town: Town, code: str) -> None:
    _change(town, code, IdeaStatus.PUBLISHED)
    chance = town.chance
    least, most = LIKED
    liked = least + (most - least) * chance.random() ** 2
    for person in chance.sample(town.present, round(len(town.present) * liked)):
        later = town.now + timedelta(days=chance.expovariate(1 / 6))
        says = town.one_of(town.words.idea_comments, person.language)
        words = says if town.happens(COMMENTED) else ""
        town.at(later, partial(_back, town, code, person, words))
    step = town.now
    for status in STEPS:
        if not town.happens(NEXT_STEP):
            break
        step = town.at_desk(step + timedelta(days=chance.uniform(*STEP_DAYS)))
        town.at(step, partial(_change, town, code, status))


def _back(town: Town, code: str, person: Person, words: str) -> None:
    backed = SupportIdea(code, backs=True)
    ideas.support_idea(town.connection, town.outside, town.country, person, backed)
    if not words:
        return
    ideas.comment_idea(
        town.connection, town.outside, town.country, person, CommentIdea(code, words)
    )
    row = idea_rows.find_idea(town.connection, code)
    if row is not None and town.happens(COMMENT_PUBLISHED):
        number = idea_comments.comments_of(town.connection, row.id)[-1].number
        read = town.at_desk(town.now + timedelta(days=town.chance.uniform(*READ_DAYS)))
        town.at(read, partial(_publish_comment, town, code, number))


def _publish_comment(town: Town, code: str, number: int) -> None:
    actor = town.chance.choice(TEAM)
    settle_comment(
        town.connection,
        town.outside,
        actor,
        code,
        number,
        CommentStatus.PUBLISHED,
        country=town.country,
    )
