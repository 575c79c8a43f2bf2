"""Ninety days of a town: who comes, what they tell, and what the team does with it.

Everything goes through the services that real residents and organisers use; only the clock is a
made-up one, so that nothing has to be forged.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.words import DemoCategory, DemoWords
from bot.domain.country import Country
from bot.domain.outside import Outside
from bot.domain.places import Place, Point, Spot, leaves
from bot.domain.reports import AnswerFixed, BackReport, FileReport, RaiseAlert, Status, Told
from bot.domain.residents import AskPerson
from bot.services import moderation, reports, residents
from bot.services.moderation import Change, Changed
from storage import addresses, conversations, media
from storage import reports as report_rows
from storage.addresses import Person
from storage.database import Connection

TEAM = ("demo:ana", "demo:bruno", "demo:carla")
"""The made-up organisers who sign what is done."""

SCATTER_DEGREES = 0.004
"""Spread of points around an area's centre, about 400 m."""

LATE = 0.15
"""Share of reports that take longer than their category's target."""

CLEARED = 0.3
"""Share of reports that somebody has read and found fit for others."""

HOURS = (0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 9, 8, 6, 5, 6, 8, 10, 12, 12, 9, 6, 3, 1)
"""How often reports come at each hour of the day: a peak after work."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A drawn photo that stands in the media store already."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made."""

    residents: int
    reports: int
    updates: int
    photos: int
    requests: int


@dataclass(slots=True)
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class _Told:
    """A report that is to be filed, and when."""

    at: datetime
    category: str
    place: Place


@dataclass(slots=True)
class Life:
    """One country's made-up town while it is being filled. Made with the moment it ends at."""

    connection: Connection
    country: Country
    words: DemoWords
    photos: Callable[[str], Sequence[Photo]]
    until: datetime
    days: int
    chance: random.Random
    clock: _Clock
    outside: Outside

    def settle(self) -> tuple[Person, datetime]:
        """A resident without an address: nobody can be written to, and nothing is owed."""
        chance = self.chance
        came = self.until - timedelta(
            days=self.days * chance.random() ** 0.7, hours=chance.uniform(0, 12)
        )
        first, *others = self.country.languages
        language = first if not others or chance.random() < 0.9 else chance.choice(others)
        id = self.outside.new_id()
        person = Person("", id, self.country.key, language, True, "web", True, False, True)
        addresses.add_made_up(self.connection, person, self.country, came)
        addresses.give_consent(
            self.connection,
            id=self.outside.new_id(),
            resident_id=person.resident_id,
            version=self.country.consent.version,
            language=language,
            channel="web",
            now=came,
        )
        return person, came

    def plan(self, residents_count: int) -> list[_Told]:
        """When what is told where, in order of time. Some places come back again and again."""
        chance = self.chance
        keys = sorted(self.words.categories)
        weights = [self.words.categories[key].weight for key in keys]
        places = sorted(leaves(self.country.places), key=lambda place: place.key)
        hot = chance.sample(places, max(1, len(places) // 6))
        zone = ZoneInfo(self.country.timezone)
        begin = self.until - timedelta(days=self.days)
        told = []
        for _number in range(max(1, residents_count * self.days // 150)):
            local = (self.until - timedelta(days=chance.uniform(0, self.days))).astimezone(zone)
            hour = chance.choices(range(24), HOURS)[0]
            at = local.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
            if at.isoweekday() in self.country.calendar.weekend and chance.random() < 0.4:
                at -= timedelta(days=2)
            if begin < at.astimezone(UTC) < self.until:
                place = chance.choice(hot if chance.random() < 0.45 else places)
                category = chance.choices(keys, weights)[0]
                told.append(_Told(at.astimezone(UTC), category, place))
        return sorted(told, key=lambda item: item.at)

    def live(self, item: _Told, present: Sequence[Person]) -> tuple[int, int]:
        """A report from its telling to its end: how many photos and changes it has."""
        self.clock.now = item.at
        person = self.chance.choice(present)
        code, photos = self._file(person, item)
        for other in self.chance.sample(present, min(len(present), self._backers())):
            self.clock.now = item.at + timedelta(hours=self.chance.uniform(1, 40))
            if other.resident_id != person.resident_id and self.clock.now < self.until:
                reports.back_report(
                    self.connection, self.outside, self.country, other, "", BackReport(code)
                )
        return photos, self._work_on(person, code, item)

    def ask_people(self, people: Sequence[tuple[Person, datetime]]) -> int:
        """Some want a person. How many."""
        asking = self.chance.sample(list(people), min(len(people), 1 + len(people) // 40))
        for person, came in asking:
            self.clock.now = came + (self.until - came) * self.chance.random()
            said = self.words.questions.get(person.language, ("",))
            residents.ask_person(
                self.connection,
                self.outside,
                self.country,
                person,
                AskPerson(self.chance.choice(said)),
            )
        return len(asking)

    def _backers(self) -> int:
        return self.chance.choices((0, 1, 2, 3, 6), (62, 20, 10, 6, 2))[0]

    def _file(self, person: Person, item: _Told) -> tuple[str, int]:
        chance = self.chance
        category = self.words.categories[item.category]
        told_in = person.language if person.language in category.stories else min(category.stories)
        draft = self.outside.new_id()
        refs = self._photos(person, draft, category) if chance.random() < 0.55 else ()
        known = self.country.categories_by_key()[item.category]
        if known.hazard is not None:
            alert = RaiseAlert(item.category, item.place.key)
            reports.raise_alert(self.connection, self.outside, self.country, person, draft, alert)
        filed = FileReport(
            category=item.category,
            told=Told(chance.choice(category.stories[told_in])),
            spot=Spot(item.place.key, self._point(item.place)),
            photos=refs,
            since=chance.choices(("today", "week", "month", "long"), (5, 8, 3, 2))[0],
            danger="yes" if known.hazard or chance.random() < 0.06 else "no",
        )
        reports.file_report(self.connection, self.outside, self.country, person, draft, filed)
        conversations.log_interaction(
            self.connection,
            resident_id=person.resident_id,
            country=person.country,
            flow="report",
            question="category",
            kind="choice",
            choice=item.category,
            language=person.language,
            channel=person.channel,
            demo=True,
            now=self.clock.now,
        )
        [(code, *_rest)] = report_rows.own_reports(self.connection, person.resident_id, 1)
        return code, len(refs)

    def _photos(self, person: Person, draft: str, category: DemoCategory) -> tuple[str, ...]:
        album = list(self.photos(category.picture))
        refs = []
        for photo in self.chance.sample(album, self.chance.choice((1, 1, 2))):
            refs.append(self.outside.new_id())
            media.add_media(
                self.connection,
                id=refs[-1],
                resident_id=person.resident_id,
                conversation_id=draft,
                kind="photo",
                name=photo.name,
                type=photo.type,
                size=photo.size,
                album="",
                created_at=self.clock.now,
                demo=True,
            )
        return tuple(refs)

    def _point(self, place: Place) -> Point | None:
        if place.centre is None or self.chance.random() < 0.25:
            return None
        lat = self.chance.gauss(place.centre.lat, SCATTER_DEGREES / 2)
        lon = self.chance.gauss(place.centre.lon, SCATTER_DEGREES / 2)
        return Point(round(lat, 5), round(lon, 5))

    def _work_on(self, person: Person, code: str, item: _Told) -> int:
        """What the team does, step by step, as far as time has come. How many steps."""
        chance = self.chance
        target = self.country.categories_by_key()[item.category].target_days or 7
        late = chance.random() < LATE
        pace = target * (chance.uniform(1.2, 3.0) if late else chance.uniform(0.2, 0.95))
        left = 14 if item.at > self.until - timedelta(days=14) else 2
        end = chance.choices((Status.DONE, Status.NOT_OURS, Status.SEEN), (80, 6, left))[0]
        done = 0
        actor = chance.choice(TEAM)
        for share, change in self._steps(item, target, pace, end):
            self.clock.now = item.at + timedelta(days=pace * share)
            if self.clock.now >= self.until:
                return done
            outcome = moderation.change_report(
                self.connection, self.outside, actor, code, change, lambda *_nobody: False
            )
            done += isinstance(outcome, Changed)
        if end is Status.DONE:
            done += self._confirm(person, code)
        if chance.random() < CLEARED:
            moderation.clear_report(self.connection, self.outside, actor, code, False)
        return done

    def _steps(
        self, item: _Told, target: int, pace: float, end: Status
    ) -> list[tuple[float, Change]]:
        """Changes, each with its share of the time until the end."""
        steps = [(0.1, Change(Status.SEEN))]
        if self.chance.random() < 0.5:
            steps.append((0.25, self._change(Status.SENT_ON)))
        if target > 2 or self.chance.random() < 0.3:
            day = (item.at + timedelta(days=pace)).date()
            steps.append((0.4, self._change(Status.PLANNED, day)))
        if end is not Status.SEEN:
            steps.append((1.0, self._change(end)))
        return steps

    def _change(self, status: Status, day: date | None = None) -> Change:
        said = {
            language: self.chance.choice(lines)
            for language, lines in self.words.answers.get(status, {}).items()
        }
        return Change(status, day, said or None)

    def _confirm(self, person: Person, code: str) -> int:
        """Whether the resident finds it fixed; many never answer."""
        self.clock.now += timedelta(hours=self.chance.uniform(1, 60))
        answer = self.chance.choices(("yes", "no", "partly", ""), (55, 6, 4, 35))[0]
        if not answer or self.clock.now >= self.until:
            return 0
        reports.answer_fixed(
            self.connection, self.outside, self.country, person, AnswerFixed(code, answer)
        )
        return 1


def fill(
    connection: Connection,
    country: Country,
    words: DemoWords,
    photos: Callable[[str], Sequence[Photo]],
    *,
    until: datetime,
    days: int,
    residents_count: int,
    seed: int,
    step: Callable[[int, int], None] = lambda done, of: None,
) -> Filled:
    """Fill a country's made-up town. The same arguments make the same town.

    `photos` gives the drawn photos of a kind. `step` is told how far it is.
    """
    chance = random.Random(f"{country.key} {seed}")
    clock = _Clock(until - timedelta(days=days))
    outside = Outside(clock, chance.randbytes)
    life = Life(connection, country, words, photos, until, days, chance, clock, outside)
    people = [life.settle() for _number in range(residents_count)]
    told = life.plan(residents_count)
    filed = photographed = changed = 0
    for number, item in enumerate(told):
        step(number, len(told))
        present = [person for person, came in people if came < item.at]
        if present:
            pictures, changes = life.live(item, present)
            filed, photographed, changed = filed + 1, photographed + pictures, changed + changes
    return Filled(len(people), filed, changed, photographed, life.ask_people(people))
