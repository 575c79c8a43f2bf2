"""The made-up town votes, and its team announces: one vote is over, one is open."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.demo.team import TEAM
from bot.domain.announcements import Audience, Content, Draft, TookPart
from bot.domain.country import Country
from bot.domain.messages import Label, Name, _
from bot.domain.outcomes import NotAllowed
from bot.domain.outside import Outside
from bot.domain.places import Place, leaves
from bot.domain.votes import CastBallot, Option, Vote, Who
from bot.i18n import Speech
from bot.keys import Keys
from bot.services import announcements, residents, vote_course, votes
from storage import ballots, demo
from storage.database import Connection

ENDED_DAYS_AGO, LASTED_DAYS = 1, 21
"""When the vote that is over closed, and how long it was open."""

OPEN_SINCE_DAYS, OPEN_FOR_DAYS = 4, 10
"""When the open one began, and how long it goes on."""

TURNOUT = {"over": 0.6, "open": 0.3}
"""Share of the residents who take part."""

BLANK = 0.04
"""Share of ballots that choose none of the options."""

CLOSES_AT, RESULT_DAYS = time(20), 3

SOMETHING_ELSE = "something_else"

_QUESTION = _("Which theme should come first next month?")

REFUSED = 0.03
"""Share of an announcement's copies that are given up: people block what they do not want."""

ANNOUNCED_DAYS_AGO = (34, 20, 6)


def vote_that_is_over(vote: Vote, today: date) -> Vote:
    """A vote of the country's own folder, moved to dates that are past."""
    closes = datetime.combine(today - timedelta(ENDED_DAYS_AGO), CLOSES_AT, ZoneInfo(vote.zone))
    opens = closes - timedelta(LASTED_DAYS)
    who = replace(vote.who, registered_before=None)
    return replace(vote, opens=opens, closes=closes, who=who, demo=True, pilot=True)


def vote_on_themes(country: Country, speech: Speech, today: date) -> Vote | None:
    """Which theme comes first: a vote that is open. None where the country has no themes."""
    themes = [theme for theme in country.themes if theme.key != SOMETHING_ELSE]
    if not themes:
        return None
    zone = ZoneInfo(country.timezone)
    opens = datetime.combine(today - timedelta(OPEN_SINCE_DAYS), time(9), zone)
    closes = datetime.combine(today + timedelta(OPEN_FOR_DAYS), CLOSES_AT, zone)
    return Vote(
        key=f"{country.key}-theme",
        country=country.key,
        question=_named(_QUESTION, country, speech),
        options=tuple(
            Option(theme.key, _named(theme.label, country, speech), emoji=theme.emoji)
            for theme in themes
        ),
        opens=opens,
        closes=closes,
        zone=country.timezone,
        method="plurality",
        tie="file",
        owner=TEAM[0],
        who=Who(adult=False),
        result_days=RESULT_DAYS,
        pilot=True,
        demo=True,
    )


def _named(label: Label, country: Country, speech: Speech) -> Name:
    spoken = tuple((one, speech.text(label, one)) for one in country.languages)
    return Name(spoken[0][1], spoken)


def hold_vote(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    country: Country,
    vote: Vote,
    seed: int,
) -> None:
    """Open a vote that has its code and key, have made-up residents cast their ballots, and close
    it if its last moment is past."""
    chance = random.Random(f"{vote.key} {seed}")
    actor = chance.choice(TEAM)
    over = vote.closes <= outside.clock()
    begun = Outside(lambda: vote.opens + timedelta(hours=1), outside.random)
    done = vote_course.open_vote(connection, begun, keys, actor, vote)
    if isinstance(done, NotAllowed):
        raise ValueError(done.why)
    liking = {option.key: chance.random() + 0.1 for option in vote.options}
    places = country.places_by_key()
    named: Sequence[Place] = [places[key] for key in vote.who.areas] or country.places
    areas = [place.key for place in leaves(named)]
    people = demo.people(connection, country.key)
    share = TURNOUT["over" if over else "open"]
    for person in chance.sample(people, round(len(people) * share)):
        residents.state_age(connection, person, adult=True)
        ballot = CastBallot(vote.code, _chosen(vote, liking, chance), chance.choice(areas))
        voter = replace(person, adult=True)
        votes.cast(connection, begun, keys, country, voter, ballot)
    if over:
        ended = Outside(lambda: vote.closes + timedelta(minutes=1), outside.random)
        vote_course.close_vote(connection, ended, keys, vote_course.SYSTEM, vote.code)


def _chosen(vote: Vote, liking: dict[str, float], chance: random.Random) -> tuple[str, ...]:
    if vote.blank and chance.random() < BLANK:
        return ()
    left, found = dict(liking), list[str]()
    for _number in range(chance.randint(min(2, vote.most), vote.most)):
        [key] = chance.choices(list(left), list(left.values()))
        del left[key]
        found.append(key)
    return tuple(found)


def announce(
    connection: Connection,
    outside: Outside,
    drafts: Sequence[Draft],
    country: Country,
    today: date,
    seed: int,
) -> int:
    """What the team said to all, each on its own day; nothing leaves the house. How many."""
    chance = random.Random(f"{country.key} {seed} announcements")
    people = demo.people(connection, country.key)
    for draft, days in zip(drafts, ANNOUNCED_DAYS_AGO, strict=False):
        at = datetime.combine(today - timedelta(days), time(14), UTC)
        then = Outside(partial(_same, at), outside.random)
        row = announcements.keep(connection, then, chance.choice(TEAM), draft, demo=True)
        refused = {person.resident_id for person in people if chance.random() < REFUSED}
        demo.deliver(connection, row.id, people, refused, at, country.timezone)
    return min(len(drafts), len(ANNOUNCED_DAYS_AGO))


def announce_result(
    outside: Outside,
    country: Country,
    content: Content,
    connection: Connection,
    vote: Vote,
    _said: object,
    now: datetime,
) -> int:
    """What came of a vote has been told to whoever took part; nothing leaves the house. How
    many."""
    took_part = set(ballots.participants(connection, vote.code))
    people = [
        person
        for person in demo.people(connection, country.key)
        if person.resident_id in took_part
    ]
    draft = Draft(Audience(country.key, took_part=(TookPart("vote", vote.code),)), content)
    row = announcements.keep(
        connection,
        outside,
        TEAM[0],
        draft,
        content.picture,
        kind=announcements.RESULT,
        subject=vote.code,
        demo=True,
    )
    demo.deliver(connection, row.id, people, (), now, country.timezone)
    return len(people)


def _same(moment: datetime) -> datetime:
    return moment
