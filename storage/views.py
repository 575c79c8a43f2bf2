"""The views that staff may query and that exports are made from: documented, and stable.

Row views carry no attribute of a person; words only once a person has cleared them. Reports of
limited categories stay out. This table is the one source of the SQL and of the documents.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.reports import OPEN, Status
from storage.idea_views import OPEN_IDEAS
from storage.view_shapes import POINT_DECIMALS, Column, Privacy, View
from storage.vote_views import OPEN_BALLOTS, OPEN_VOTES

__all__ = ["OPEN_REPORTS", "QUESTIONS", "VIEWS", "Column", "Privacy", "SavedQuestion", "View"]


_CLEARED = "report.cleared_at IS NOT NULL"

OPEN_REPORTS = View(
    "open_reports",
    "One row for each report, but for those of limited categories.",
    (
        Column("code", "report.code", "The number that residents know the report by."),
        Column("country", "report.country", "The country's folder name."),
        Column(
            "category",
            "report.category",
            "The category's key in the country's folder.",
            names="category",
        ),
        Column("area", "report.area", "The area's key in the country's folder.", names="area"),
        Column(
            "lat",
            f"round(report.lat, {POINT_DECIMALS})",
            "Latitude to about 100 metres, where a point was given.",
            "number",
            Privacy.COARSE,
            postgres=f"round(report.lat::numeric, {POINT_DECIMALS})::float8",
        ),
        Column(
            "lon",
            f"round(report.lon, {POINT_DECIMALS})",
            "Longitude, likewise.",
            "number",
            Privacy.COARSE,
            postgres=f"round(report.lon::numeric, {POINT_DECIMALS})::float8",
        ),
        Column("status", "report.status", "Where it stands.", names="status"),
        Column("status_at", "report.status_at", "When that was last said of it.", "moment"),
        Column("planned_for", "report.planned_for", "The day it is planned for.", "day"),
        Column("received_at", "report.created_at", "When it was sent.", "moment"),
        Column("since", "report.since", "Since when it is so: today, week, month or long."),
        Column("danger", "report.danger", "Could it hurt someone: yes, no, unsure or empty."),
        Column("affected", "report.affected", "How many people told of it, each once.", "number"),
        Column(
            "updates",
            "(SELECT count(*) FROM report_update WHERE report_update.report_id = report.id)",
            "How many changes it has seen, the first included.",
            "number",
        ),
        Column(
            "done_at",
            "(SELECT min(report_update.at) FROM report_update WHERE"
            " report_update.report_id = report.id AND report_update.status = 'done')",
            "When the team first said that it is done.",
            "moment",
        ),
        Column("cleared", f"({_CLEARED})", "A person found it fit for others.", "yes or no"),
        Column(
            "text",
            f"CASE WHEN {_CLEARED} THEN report.text END",
            "The resident's words, only once cleared.",
            privacy=Privacy.CLEARED,
        ),
        Column(
            "photos",
            f"CASE WHEN {_CLEARED} THEN (SELECT count(*) FROM media WHERE"
            " media.report_id = report.id AND media.kind = 'photo' AND media.state = 'kept') END",
            "How many photos, only once cleared.",
            "number",
            Privacy.CLEARED,
        ),
        Column("joined_with", "report.merged_into", "The report it was joined with."),
        Column("pilot", "report.pilot", "From a country's trial.", "yes or no"),
        Column("demo", "report.demo", "Made up by the demo.", "yes or no"),
    ),
    "report WHERE NOT report.limited",
    "received_at",
)

_COPIES = "FROM delivery WHERE delivery.announcement_id = announcement.id"


def _copies(state: str) -> str:
    return f"(SELECT count(*) {_COPIES} AND delivery.state = '{state}')"


OPEN_ANNOUNCEMENTS = View(
    "open_announcements",
    "One row for each announcement that was let go out, with its numbers.",
    (
        Column("code", "announcement.code", "The number that organisers know it by."),
        Column("country", "announcement.country", "The country's folder name."),
        Column("kind", "announcement.kind", "An `announcement`, or the `result` of a vote."),
        Column("subject", "announcement.subject", "The vote's code, for a result."),
        Column("state", "announcement.state", "Where it stands."),
        Column("starts_at", "announcement.start_at", "When it was to go out.", "moment"),
        Column("started_at", "announcement.started_at", "When it began to.", "moment"),
        Column("ended_at", "announcement.ended_at", "When the last copy had ended.", "moment"),
        Column("residents", f"(SELECT count(*) {_COPIES})", "For how many it was.", "number"),
        Column("sent", _copies("sent"), "How many have it.", "number"),
        Column("given_up", _copies("given up"), "How many cannot be reached.", "number"),
        Column("unknown", _copies("unknown"), "How many may have it.", "number"),
        Column("held", _copies("held"), "How many were spared it, by STOP or a limit.", "number"),
        Column("demo", "announcement.demo", "Made up by the demo.", "yes or no"),
    ),
    "announcement WHERE announcement.start_at IS NOT NULL",
    "starts_at",
)

OPEN_DELIVERIES = View(
    "open_deliveries",
    "How the copies of announcements ended: one row for each announcement, channel, state and "
    "reason. Nobody stands in it.",
    (
        Column("announcement", "announcement.code", "The announcement's number."),
        Column("country", "announcement.country", "The country's folder name."),
        Column("channel", "delivery.channel", "The way it went: `telegram` or `web`."),
        Column(
            "state",
            "delivery.state",
            "waiting, sending, sent, given up, unknown, held or cancelled.",
        ),
        Column("reason", "delivery.reason", "Why it was not sent, such as `blocked`."),
        Column("residents", "count(*)", "How many.", "number"),
        Column("starts_at", "announcement.start_at", "When it was to go out.", "moment"),
        Column("demo", "announcement.demo", "Made up by the demo.", "yes or no"),
    ),
    "delivery JOIN announcement ON announcement.id = delivery.announcement_id"
    " GROUP BY announcement.code, announcement.country, delivery.channel, delivery.state,"
    " delivery.reason, announcement.start_at, announcement.demo",
    "starts_at",
)

VIEWS: tuple[View, ...] = (
    OPEN_REPORTS,
    OPEN_IDEAS,
    OPEN_VOTES,
    OPEN_BALLOTS,
    OPEN_ANNOUNCEMENTS,
    OPEN_DELIVERIES,
)


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question that staff ask again and again, by its name; `postgres` where PostgreSQL says it
    differently."""

    name: str
    meaning: str
    sql: str
    postgres: str = ""

    def in_words_of(self, dialect: str) -> str:
        return self.sql if dialect == "sqlite" or not self.postgres else self.postgres


_IS_OPEN = "status in ({})".format(
    ", ".join(f"'{status.value}'" for status in Status if status in OPEN)
)

QUESTIONS: tuple[SavedQuestion, ...] = (
    SavedQuestion(
        "open-by-category",
        "What is still to be worked on, by category.",
        "select country, category, count(*) as reports, sum(affected) as people from open_reports"
        f" where {_IS_OPEN} group by country, category order by reports desc, country, category",
    ),
    SavedQuestion(
        "open-by-area",
        "What is still to be worked on, by area.",
        "select country, area, count(*) as reports, sum(affected) as people from open_reports"
        f" where {_IS_OPEN} group by country, area order by reports desc, country, area",
    ),
    SavedQuestion(
        "urgent",
        "Still to be worked on, and it could hurt someone: the longest first.",
        "select code, country, category, area, status, affected, received_at from open_reports"
        f" where danger = 'yes' and {_IS_OPEN} order by received_at",
    ),
    SavedQuestion(
        "waiting-long",
        "New or only seen for more than ten days, the longest first.",
        "select code, country, category, area, status, received_at from open_reports"
        " where status in ('new', 'seen') and julianday('now') - julianday(received_at) > 10"
        " order by received_at",
        "select code, country, category, area, status, received_at from open_reports"
        " where status in ('new', 'seen') and received_at < now() - interval '10 days'"
        " order by received_at",
    ),
    SavedQuestion(
        "days-to-done",
        "How long it takes until the team says done, by category: reports and median days.",
        "with done as (select country, category,"
        " julianday(done_at) - julianday(received_at) as days from open_reports"
        " where done_at is not null),"
        " placed as (select country, category, days,"
        " row_number() over (partition by country, category order by days) as place,"
        " count(*) over (partition by country, category) as reports from done)"
        " select country, category, reports, round(avg(days), 1) as days from placed"
        # The middle one, or the mean of the two in the middle.
        " where place in ((reports + 1) / 2, (reports + 2) / 2)"
        " group by country, category, reports order by days",
        "select country, category, count(*) as reports, round((percentile_cont(0.5) within group"
        " (order by extract(epoch from done_at - received_at) / 86400))::numeric, 1)::float8"
        " as days from open_reports where done_at is not null"
        " group by country, category order by days",
    ),
    SavedQuestion(
        "not-fixed",
        "Said to be done, and opened again by residents.",
        "select code, country, category, area, status_at from open_reports"
        " where status = 'reopened' order by status_at",
    ),
    SavedQuestion(
        "by-month",
        "Reports received, by month as days are counted in their country.",
        "select country, substr(local_day(received_at, country), 1, 7) as month,"
        " count(*) as reports from open_reports group by country, month order by country, month",
    ),
    SavedQuestion(
        "by-week",
        "Reports received, by the Monday that their week began on in their country.",
        "select country, date(local_day(received_at, country), '-6 days', 'weekday 1') as week,"
        " count(*) as reports from open_reports group by country, week order by country, week",
        "select country, date_trunc('week', local_day(received_at, country)::date)::date as week,"
        " count(*) as reports from open_reports group by country, week order by country, week",
    ),
    SavedQuestion(
        "ballots-by-choices",
        "How often each set of choices was on a counted ballot; empty is none of these.",
        "select vote, choices, count(*) as ballots from open_ballots"
        " group by vote, choices order by vote, ballots desc, choices",
    ),
    SavedQuestion(
        "ideas-by-theme",
        "Published ideas by theme, and how many stand behind them.",
        "select country, theme, count(*) as ideas, sum(backers) as backers from open_ideas"
        " where text is not null group by country, theme order by ideas desc, country, theme",
    ),
    SavedQuestion(
        "most-people",
        "The open reports that most people told of.",
        "select code, country, category, area, affected from open_reports"
        f" where {_IS_OPEN} and affected > 1 order by affected desc, received_at limit 20",
    ),
)
