"""The views that staff may query and that exports are made from: documented, and stable.

Row views carry no attribute of a person; words only once a person has cleared them. Reports of
limited categories stay out. This table is the one source of the SQL and of the documents.
"""

from __future__ import annotations

from storage.idea_views import OPEN_IDEAS
from storage.people_views import OPEN_INTERACTIONS, OPEN_PEOPLE
from storage.view_shapes import (
    AREA_MEANING,
    POINT_DECIMALS,
    Column,
    Privacy,
    View,
    shown_area,
    shown_text,
)
from storage.vote_views import OPEN_BALLOTS, OPEN_VOTE_OPTIONS, OPEN_VOTES

__all__ = ["OPEN_REPORTS", "VIEWS", "Column", "Privacy", "View"]


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
        Column("area", shown_area("report"), AREA_MEANING, names="area"),
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
            f"CASE WHEN {_CLEARED} THEN {shown_text('report')} END",
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
    OPEN_VOTE_OPTIONS,
    OPEN_BALLOTS,
    OPEN_ANNOUNCEMENTS,
    OPEN_DELIVERIES,
    OPEN_INTERACTIONS,
    OPEN_PEOPLE,
)
