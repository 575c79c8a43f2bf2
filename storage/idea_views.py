"""The open view of ideas: words and a name only of what is published."""

from __future__ import annotations

from bot.domain.ideas import SHOWN, IdeaStatus
from storage.view_shapes import (
    AREA_MEANING,
    POINT_DECIMALS,
    Column,
    Privacy,
    View,
    shown_area,
    shown_text,
)

_SHOWN = "idea.status IN ({})".format(
    ", ".join(f"'{status.value}'" for status in IdeaStatus if status in SHOWN)
)

OPEN_IDEAS = View(
    "open_ideas",
    "One row for each idea, published or not; words and a name only of those that are shown.",
    (
        Column("code", "idea.code", "The number that residents know the idea by."),
        Column("country", "idea.country", "The country's folder name."),
        Column("theme", "idea.theme", "The theme's key in the country's folder.", names="theme"),
        Column("area", shown_area("idea"), AREA_MEANING, names="area"),
        Column(
            "lat",
            f"CASE WHEN {_SHOWN} THEN round(idea.lat, {POINT_DECIMALS}) END",
            "Latitude to about 100 metres, where a point was given, only once published.",
            "number",
            Privacy.COARSE,
            postgres=f"CASE WHEN {_SHOWN} THEN"
            f" round(idea.lat::numeric, {POINT_DECIMALS})::float8 END",
        ),
        Column(
            "lon",
            f"CASE WHEN {_SHOWN} THEN round(idea.lon, {POINT_DECIMALS}) END",
            "Longitude, likewise.",
            "number",
            Privacy.COARSE,
            postgres=f"CASE WHEN {_SHOWN} THEN"
            f" round(idea.lon::numeric, {POINT_DECIMALS})::float8 END",
        ),
        Column("size", "idea.size", "How big: community, small, large, service or rule."),
        Column("status", "idea.status", "Where it stands.", names="idea status"),
        Column("status_at", "idea.status_at", "When that was last said of it.", "moment"),
        Column("received_at", "idea.created_at", "When it was sent.", "moment"),
        Column("published_at", "idea.published_at", "When it was first published.", "moment"),
        Column("backers", "idea.backers", "How many others stand behind it, each once.", "number"),
        Column(
            "comments",
            "(SELECT count(*) FROM idea_comment WHERE idea_comment.idea_id = idea.id"
            " AND idea_comment.status = 'published')",
            "How many comments on it are published.",
            "number",
        ),
        Column(
            "text",
            f"CASE WHEN {_SHOWN} THEN {shown_text('idea')} END",
            "Its author's words, only once published.",
            privacy=Privacy.CLEARED,
        ),
        Column(
            "language",
            f"CASE WHEN {_SHOWN} THEN idea.language END",
            "The language of the words, only once published.",
            privacy=Privacy.CLEARED,
        ),
        Column(
            "name",
            f"CASE WHEN {_SHOWN} AND idea.name <> '' THEN idea.name END",
            "A name only where its author chose to show it, and only once published.",
            privacy=Privacy.CLEARED,
        ),
        Column("joined_with", "idea.merged_into", "The idea it was joined with."),
        Column("pilot", "idea.pilot", "From a country's trial.", "yes or no"),
        Column("demo", "idea.demo", "Made up by the demo.", "yes or no"),
    ),
    "idea",
    "received_at",
)
