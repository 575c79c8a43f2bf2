"""The views that staff may query and that exports are made from: documented, and stable.

Row views carry no attribute of a person; words only once a person has cleared them. Reports of
limited categories stay out. This table is the one source of the SQL and of the documents.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`sql` gives the value from the tables; `meaning` is for the documents."""

    name: str
    sql: str
    meaning: str
    kind: str = "text"
    """`text`, `number`, `moment` (UTC, ISO 8601), `day` or `yes or no` (1 or 0)."""


@dataclass(frozen=True, slots=True)
class View:
    """A view by its public name. `source` is what follows FROM."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    source: str

    @property
    def select(self) -> str:
        columns = ", ".join(f"{column.sql} AS {column.name}" for column in self.columns)
        return f"SELECT {columns} FROM {self.source}"


POINT_DECIMALS = 3
"""Decimals of a degree that are shown of a point: about 100 metres."""

_CLEARED = "report.cleared_at IS NOT NULL"

OPEN_REPORTS = View(
    "open_reports",
    "One row for each report, but for those of limited categories.",
    (
        Column("code", "report.code", "The number that residents know the report by."),
        Column("country", "report.country", "The country's folder name."),
        Column("category", "report.category", "The category's key in the country's folder."),
        Column("area", "report.area", "The area's key in the country's folder."),
        Column(
            "lat",
            f"round(report.lat, {POINT_DECIMALS})",
            "Latitude to about 100 metres, where a point was given.",
            "number",
        ),
        Column("lon", f"round(report.lon, {POINT_DECIMALS})", "Longitude, likewise.", "number"),
        Column("status", "report.status", "Where it stands."),
        Column("status_at", "report.status_at", "Since when it stands there.", "moment"),
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
        ),
        Column(
            "photos",
            f"CASE WHEN {_CLEARED} THEN (SELECT count(*) FROM media WHERE"
            " media.report_id = report.id AND media.kind = 'photo') END",
            "How many photos, only once cleared.",
            "number",
        ),
        Column("joined_with", "report.merged_into", "The report it was joined with."),
        Column("pilot", "report.pilot", "From a country's trial.", "yes or no"),
        Column("demo", "report.demo", "Made up by the demo.", "yes or no"),
    ),
    "report WHERE NOT report.limited",
)

VIEWS: tuple[View, ...] = (OPEN_REPORTS,)


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question that staff ask again and again, by its name."""

    name: str
    meaning: str
    sql: str


QUESTIONS: tuple[SavedQuestion, ...] = (
    SavedQuestion(
        "open-by-category",
        "What is still to be worked on, by category.",
        "select country, category, count(*) as reports, sum(affected) as people from open_reports"
        " where status in ('new', 'seen', 'sent on', 'planned', 'reopened')"
        " group by country, category order by reports desc",
    ),
    SavedQuestion(
        "open-by-area",
        "What is still to be worked on, by area.",
        "select country, area, count(*) as reports from open_reports"
        " where status in ('new', 'seen', 'sent on', 'planned', 'reopened')"
        " group by country, area order by reports desc",
    ),
    SavedQuestion(
        "waiting-long",
        "New or only seen for more than ten days, the longest first.",
        "select code, country, category, area, status, received_at from open_reports"
        " where status in ('new', 'seen') and julianday('now') - julianday(received_at) > 10"
        " order by received_at",
    ),
    SavedQuestion(
        "days-to-done",
        "How long it takes until the team says done, by category: reports and mean days.",
        "select country, category, count(*) as reports,"
        " round(avg(julianday(done_at) - julianday(received_at)), 1) as days"
        " from open_reports where done_at is not null group by country, category order by days",
    ),
    SavedQuestion(
        "not-fixed",
        "Said to be done, and opened again by residents.",
        "select code, country, category, area, status_at from open_reports"
        " where status = 'reopened' order by status_at",
    ),
    SavedQuestion(
        "by-week",
        "Reports received, by week.",
        "select country, strftime('%Y-%W', received_at) as week, count(*) as reports"
        " from open_reports group by country, week order by country, week",
    ),
    SavedQuestion(
        "most-people",
        "The open reports that most people told of.",
        "select code, country, category, area, affected from open_reports"
        " where status in ('new', 'seen', 'sent on', 'planned', 'reopened') and affected > 1"
        " order by affected desc limit 20",
    ),
)
