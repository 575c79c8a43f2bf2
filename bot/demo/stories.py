"""A made-up resident tells of a problem, as the report's flow asks it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.demo import neighbours, team
from bot.demo.plan import Telling
from bot.demo.team import Case
from bot.demo.town import Town
from bot.domain.places import Spot
from bot.domain.reports import BackReport, FileReport, RaiseAlert, SimilarReport, Told, Twin
from bot.services import reports
from storage import alerts, media
from storage import reports as report_rows
from storage.addresses import Person

LEFT_HALFWAY = 0.08
"""Share of those who begin to tell and do not go on."""

SAME = 0.65
"""Share of those who say yes when they are shown a report that may be the same."""

PHOTO_AS_STORY, PHOTO_WHEN_ASKED = 0.4, 0.35
"""Shares of those who send a photo with their story, and of the others when they are asked."""

TWO_PHOTOS, WITHOUT_WORDS = 0.25, 0.2
"""Shares of those with a photo who send two, and of stories with a photo that have no words."""

WITH_DETAIL = 0.65
"""Share of those who sent no position and say what is near it."""

SINCE = (("today", "week", "month", "long", ""), (40, 34, 10, 8, 8))
DANGER = (("no", "unsure", "yes", ""), (70, 15, 6, 9))
"""What is answered, and how often; '' is skipped."""


def tell(town: Town, telling: Telling) -> None:
    """Somebody tells: a report, one more voice for another's, or a draft that is left."""
    if town.present:
        # Who came early tells more.
        person = town.present[int(len(town.present) * town.chance.random() ** 1.5)]
        _Story(town, person, telling).tell()


class _Story:
    """One telling from its first question to its end."""

    def __init__(self, town: Town, person: Person, telling: Telling) -> None:
        self.town = town
        self.person = person
        self.telling = telling
        self.draft = town.outside.new_id()
        self.category = town.country.categories_by_key()[telling.category]
        self.words = town.words.categories[telling.category]
        self.most_photos = town.country.report.photos if self.category.photos else 0

    def tell(self) -> None:
        self._answer("category", "choice", self.telling.category)
        if self.category.hazard is not None:
            self._alert(RaiseAlert(self.telling.category))
        if self._leaves():
            return
        told = self._say()
        self._answer("place", "place")
        detail = self._say_where()
        if self._leaves():
            return
        twin = None if self.category.limited else self._find_twin(told)
        if twin is not None:
            same = self.town.happens(SAME)
            self._answer("same", "yes or no", "yes" if same else "no")
            if same:
                self._back(BackReport(twin.code, told))
                return
        self._file(told, detail, twin)

    def _leaves(self) -> bool:
        """Whether they go no further. What they left is given up after the draft's term."""
        town = self.town
        if not town.happens(LEFT_HALFWAY / 2):
            return False
        town.done["left"] += 1
        media.drop_draft_media(town.connection, self.draft)
        given_up = partial(alerts.settle_alerts, town.connection, self.draft, "not sent", None)
        town.at(town.now + timedelta(days=town.country.retention.draft), given_up)
        return True

    def _say(self) -> Told:
        town = self.town
        self._answer("story", "story")
        photos = self._photos(PHOTO_AS_STORY)
        if photos and town.happens(WITHOUT_WORDS):
            return Told(photos=photos)
        return Told(town.one_of(self.words.stories, self.person.language), photos=photos)

    def _photos(self, share: float) -> tuple[str, ...]:
        """Photos of the draft, by chance."""
        town = self.town
        if not self.most_photos or not town.happens(share):
            return ()
        album = list(town.photos(self.words.picture))
        count = 2 if town.happens(TWO_PHOTOS) else 1
        refs = []
        for photo in town.chance.sample(album, min(count, self.most_photos, len(album))):
            refs.append(town.outside.new_id())
            media.add_media(
                town.connection,
                id=refs[-1],
                resident_id=self.person.resident_id,
                conversation_id=self.draft,
                kind="photo",
                name=photo.name,
                type=photo.type,
                size=photo.size,
                album="",
                created_at=town.now,
                demo=True,
            )
        return tuple(refs)

    def _say_where(self) -> str:
        """What is near it, asked of those who sent no position where one is wanted."""
        town = self.town
        if self.telling.point is not None or not (
            town.country.report.point and self.category.point
        ):
            return ""
        said = town.happens(WITH_DETAIL)
        self._answer("detail", "text" if said else "skipped")
        return town.one_of(town.words.details, self.person.language) if said else ""

    def _find_twin(self, told: Told) -> Twin | None:
        town, telling = self.town, self.telling
        wanted = SimilarReport(telling.category, told.text, telling.area, telling.point)
        twin = reports.similar_report(town.connection, town.outside, town.country, wanted)
        row = None if twin is None else report_rows.find_report(town.connection, twin.code)
        # What real residents told beside the made-up town is not added to.
        return twin if row is not None and row.demo else None

    def _back(self, backed: BackReport) -> None:
        town = self.town
        reports.back_report(
            town.connection, town.outside, town.country, self.person, self.draft, backed
        )
        town.done["photos"] += len(backed.told.photos)
        town.done["backed"] += 1

    def _file(self, told: Told, detail: str, twin: Twin | None) -> None:
        town, report = self.town, self.town.country.report
        photos = () if told.photos else self._photos(PHOTO_WHEN_ASKED)
        if self.most_photos > len(told.photos):
            self._answer("photos", "photos" if photos else "skipped")
        since = self._choose("since", SINCE) if report.since else ""
        danger = "yes" if self.category.hazard is not None else ""
        if report.danger and self.category.hazard is None:
            danger = self._choose("danger", DANGER)
            if danger == "yes":
                self._alert(RaiseAlert(self.telling.category, self.telling.area))
        self._answer("review", "review", "send")
        filed = FileReport(
            category=self.telling.category,
            told=told,
            spot=Spot(self.telling.area, self.telling.point),
            detail=detail,
            photos=(*told.photos, *photos),
            since=since,
            danger=danger,
        )
        reports.file_report(
            town.connection, town.outside, town.country, self.person, self.draft, filed
        )
        town.done["reports"] += 1
        town.done["photos"] += len(filed.photos)
        [(code, *_rest)] = report_rows.own_reports(town.connection, self.person.resident_id, 1)
        case = Case(code, self.category, self.person, town.now, neighbours.look)
        neighbours.may_withdraw(town, case)
        team.take_on(town, case, None if twin is None else twin.code)

    def _alert(self, alert: RaiseAlert) -> None:
        town = self.town
        reports.raise_alert(
            town.connection, town.outside, town.country, self.person, self.draft, alert
        )
        town.done["alerts"] += 1

    def _choose(self, question: str, often: tuple[tuple[str, ...], tuple[int, ...]]) -> str:
        [choice] = self.town.chance.choices(*often)
        self._answer(question, "choice" if choice else "skipped", choice or None)
        return choice

    def _answer(self, question: str, kind: str, choice: str | None = None) -> None:
        self.town.wait(4, 45)
        neighbours.log(self.town, self.person, "report", question, kind, choice)
