"""What the organisers' team does, each act as the command line does it, in a process of its own.

An act that was cut off is done again from its start, by somebody who looks first what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.announcements import Audience, Content, Draft, State
from bot.domain.country import Country
from bot.domain.ideas import CommentStatus, IdeaStatus
from bot.domain.messages import Name
from bot.domain.outside import Outside
from bot.domain.reports import Status
from bot.domain.votes import Status as VoteStatus
from bot.domain.votes import Vote
from bot.i18n import Speech
from bot.keys import Keys
from bot.services import announcements, idea_moderation, vote_course, vote_results
from bot.services.announcements import ANNOUNCEMENT
from bot.services.idea_moderation import IdeaChange
from bot.services.moderation import Change, change_report
from bot.services.news import Begin
from bot.services.stuck import RETRY
from bot.services.vote_sheet import sheet_of, text_of
from bot.work.vote_ending import VoteEnding
from storage import announcements as announced
from storage import idea_comments, ideas, later, reports, stuck, votes
from storage.database import Connection
from storage.sqlite import SqliteDatabase
from tests.votes.elections import made_up
from tests.world.matters import CHOICES, MEND

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
"""When every town begins: nine in the morning there."""

CLOSES = START + timedelta(days=9)
"""The last moment of a vote, by the clock: no other act lets so much time pass."""

TEAM = "shell:ana"
WHY = Name("Ya está claro.", (("es", "Ya está claro."), ("en", "It is clear by now.")))
Texts = tuple[tuple[str, str], ...]
SAID_AGAIN = (("es", "La asamblea pasa al martes."), ("en", "The meeting is on Tuesday now."))
SAID = (("es", "Asamblea el lunes a las 19. Ñandú <b>&"), ("en", "Meeting on Monday at seven."))


@dataclass(frozen=True, slots=True)
class Organisers:
    """Who sits at a shell beside the running process."""

    database: SqliteDatabase
    outside: Outside
    keys: Keys
    country: Country
    speech: Speech
    ending: VoteEnding
    begin: Begin

    def act(self, what: str, category: str = "") -> None:
        """Do it, or find that it is not allowed now."""
        acts: Mapping[str, Callable[[], object]] = {
            "open vote": self._open_vote,
            "close vote": self._close_vote,
            "withdraw vote": self._withdraw_vote,
            "publish vote": self._publish_vote,
            "announce": lambda: self._announce(SAID),
            "announce again": lambda: self._announce(SAID_AGAIN),
            MEND: lambda: self.database.write_now(self._retry_all),
        }
        if what in acts:
            acts[what]()
        elif what in _IDEA_CHANGES:
            self.database.write_now(self._change_idea, _IDEA_CHANGES[what])
        elif what == "publish comment":
            self.database.write_now(self._publish_comment)
        elif what in _ANNOUNCEMENT_ACTS:
            self.database.write_now(self._with_announcement, _ANNOUNCEMENT_ACTS[what])
        else:
            self.database.write_now(self._change_report, what, category)

    # Reports and ideas

    def _change_report(self, connection: Connection, what: str, category: str) -> None:
        found = (r.code for r in reports.list_reports(connection) if r.category == category)
        change = Change(Status.PLANNED, planned_for=START.date())
        if what == "done":
            change = Change(Status.DONE, message={"es": "Listo.", "en": "Done."})
        change_report(connection, self.outside, "ana", next(found, "MVD-NONE"), change, self.begin)

    def _change_idea(self, connection: Connection, status: IdeaStatus) -> None:
        message = {"es": "Gracias <3.", "en": "Thank you."}
        change = IdeaChange(status, message=message)
        for row in ideas.list_ideas(connection):
            idea_moderation.change_idea(connection, self.outside, TEAM, row.code, change)

    def _publish_comment(self, connection: Connection) -> None:
        for row in ideas.list_ideas(connection):
            for comment in idea_comments.comments_of(connection, row.id):
                idea_moderation.settle_comment(
                    connection,
                    self.outside,
                    TEAM,
                    row.code,
                    comment.number,
                    CommentStatus.PUBLISHED,
                    country=self.country,
                )

    # Updates

    def _retry_all(self, connection: Connection) -> None:
        """Have all that was set aside tried again; of some nothing was kept to be tried."""
        for item in stuck.list_stuck(connection):
            if item.kept:
                args = {"bot": item.bot, "update": item.update_id}
                later.kick(connection, RETRY, args, dedupe=f"{RETRY} {item.update_id}")
            else:
                stuck.drop(connection, item.bot, item.update_id)

    # Votes

    def _vote(self) -> Vote | None:
        return next(iter(self.database.write_now(votes.list_votes, [self.country.key])), None)

    def _open_vote(self) -> None:
        if self._vote() is not None:
            return
        zone = ZoneInfo(self.country.timezone)
        wanted = made_up(
            *CHOICES,
            most=1,
            method="plurality",
            opens=START.astimezone(zone),
            closes=CLOSES.astimezone(zone),
        )
        options = tuple(
            replace(option, label=Name(option.key, (("es", option.key), ("en", option.key))))
            for option in wanted.options
        )
        code = self.database.write_now(vote_course.draw_code, self.outside, self.country)
        self.keys.votes.create(code)
        vote = replace(wanted, code=code, options=options)
        self.database.write_now(vote_course.open_vote, self.outside, self.keys, TEAM, vote)

    def _close_vote(self) -> None:
        vote = self._vote()
        if vote is not None and vote.status is VoteStatus.OPEN:
            self.database.write_now(
                vote_course.close_vote, self.outside, self.keys, TEAM, vote.code, WHY
            )
        self._clean()

    def _withdraw_vote(self) -> None:
        vote = self._vote()
        if vote is not None and vote.status is VoteStatus.OPEN:
            self.database.write_now(vote_course.withdraw_vote, self.outside, TEAM, vote.code, WHY)
        self._clean()

    def _clean(self) -> None:
        # What cannot be now, the server will do.
        with suppress(BlockingIOError):
            self.ending.clean_now()

    def _publish_vote(self) -> None:
        self._clean()
        vote = self._vote()
        if vote is None or vote.status is not VoteStatus.CLOSED:
            return
        result = self.database.write_now(vote_results.result_of, vote)
        texts = tuple(
            (language, text_of(sheet_of(result, self.country, self.speech, language)))
            for language in self.country.languages
        )
        content = Content(texts, opens=vote.code)

        def tell(connection: Connection, one: Vote, _said: object, _now: datetime) -> int:
            announcements.announce_result(
                connection, self.outside, self.country, one.code, content, TEAM
            )
            return 0

        self.database.write_now(vote_course.publish_vote, self.outside, TEAM, vote.code, tell)

    # Announcements

    def _announce(self, texts: Texts) -> None:
        if self.database.write_now(_announcement, texts) is None:
            draft = Draft(Audience(self.country.key), Content(texts, opens="report"))
            self.database.write_now(announcements.keep, self.outside, TEAM, draft)
        self.database.write_now(self._schedule, texts)

    def _schedule(self, connection: Connection, texts: Texts) -> None:
        code = _announcement(connection, texts)
        if code is not None:
            announcements.schedule(connection, self.outside, TEAM, self.country, code)

    def _with_announcement(self, connection: Connection, act: announcements.Act) -> None:
        code = _announcement(connection, SAID)
        if code is not None:
            act(connection, self.outside, TEAM, code)


def _announcement(connection: Connection, texts: Texts) -> str | None:
    """The code of what was announced with these texts; None for nothing yet."""
    for state in State:
        for row in announced.in_state(connection, state):
            if row.kind == ANNOUNCEMENT and row.content.texts == texts:
                return row.code
    return None


_IDEA_CHANGES: Mapping[str, IdeaStatus] = {
    "publish idea": IdeaStatus.PUBLISHED,
    "begin idea": IdeaStatus.IN_PROGRESS,
    "end idea": IdeaStatus.DONE,
    "decline idea": IdeaStatus.DECLINED,
}

_ANNOUNCEMENT_ACTS: Mapping[str, announcements.Act] = {
    "pause": announcements.pause,
    "resume": announcements.resume,
    "cancel": announcements.cancel,
}

REPORT_ACTS = ("planned", "again", "done")
ACTS = (
    *REPORT_ACTS,
    *_IDEA_CHANGES,
    "publish comment",
    "open vote",
    "close vote",
    "withdraw vote",
    "publish vote",
    "announce",
    "announce again",
    MEND,
    *_ANNOUNCEMENT_ACTS,
)
"""Everything that can be done at a shell."""
