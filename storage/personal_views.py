"""What is personal, in views of its own that stand in no database: only an export that says for
what reason reads them. Who somebody is or how to reach them stands in none."""

from __future__ import annotations

from collections.abc import Mapping

from storage.view_shapes import Column, Privacy, View, shown_text


def _point(table: str) -> tuple[Column, ...]:
    return (
        Column("lat", f"{table}.lat", "Latitude as it was given.", "number", Privacy.PERSONAL),
        Column("lon", f"{table}.lon", "Longitude, likewise.", "number", Privacy.PERSONAL),
    )


def _marks(table: str) -> tuple[Column, ...]:
    return (
        Column("pilot", f"{table}.pilot", "From a country's trial.", "yes or no"),
        Column("demo", f"{table}.demo", "Made up by the demo.", "yes or no"),
    )


def _told(table: str) -> tuple[Column, ...]:
    return (
        Column(
            "text",
            shown_text(table),
            "The resident's words, cleared or not.",
            privacy=Privacy.PERSONAL,
        ),
        Column(
            "language",
            f"{table}.language",
            "The language of the words.",
            privacy=Privacy.PERSONAL,
        ),
        Column(
            "channel",
            f"{table}.channel",
            "The way they came: `telegram` or `web`.",
            privacy=Privacy.PERSONAL,
        ),
    )


PERSONAL_REPORTS = View(
    "personal_reports",
    "One row for each report, but for those of limited categories: what was sent, as it was sent.",
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
        *_point("report"),
        Column(
            "detail",
            "report.detail",
            "Where it is, in the resident's words.",
            privacy=Privacy.PERSONAL,
        ),
        Column("status", "report.status", "Where it stands.", names="status"),
        Column("received_at", "report.created_at", "When it was sent.", "moment"),
        *_told("report"),
        *_marks("report"),
    ),
    "report WHERE NOT report.limited",
    "received_at",
)

PERSONAL_IDEAS = View(
    "personal_ideas",
    "One row for each idea: what was sent, as it was sent, published or not.",
    (
        Column("code", "idea.code", "The number that residents know the idea by."),
        Column("country", "idea.country", "The country's folder name."),
        Column("theme", "idea.theme", "The theme's key in the country's folder.", names="theme"),
        Column("area", "idea.area", "The area's key in the country's folder.", names="area"),
        *_point("idea"),
        Column("status", "idea.status", "Where it stands.", names="idea status"),
        Column("received_at", "idea.created_at", "When it was sent.", "moment"),
        Column(
            "name",
            "idea.name",
            "A name, where its author chose to show it.",
            privacy=Privacy.PERSONAL,
        ),
        Column(
            "gives",
            "idea.gives",
            "What its author could give: keys with commas between them.",
            privacy=Privacy.PERSONAL,
        ),
        *_told("idea"),
        *_marks("idea"),
    ),
    "idea",
    "received_at",
)

PERSONAL: Mapping[str, View] = {"reports": PERSONAL_REPORTS, "ideas": PERSONAL_IDEAS}
"""By what is exported; of all else nothing is personal."""
