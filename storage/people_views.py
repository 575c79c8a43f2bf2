"""The open views of what residents do and of how many they are: counts, and nobody in them."""

from __future__ import annotations

from storage.view_shapes import Column, Privacy, View

PEOPLE_LEAST = 10
"""No count of people is given of fewer: a neighbour may know who the few are."""

_ALIKE = "cells.country, cells.pilot, cells.demo"

# Each person is in one row alone, and every row has at least `PEOPLE_LEAST`: whatever is added to
# or taken from each other is again people of whole rows. What is too small goes into the row of
# the rest, and where that would be too small itself, the smallest of the others goes with it. Not
# by channel too: how many an announcement reaches by channel is known, and could be taken away.
_CELLS = (
    "SELECT resident.country, resident.pilot, resident.demo, resident.language,"
    " count(*) AS people FROM resident WHERE resident.consented_at IS NOT NULL"
    " GROUP BY resident.country, resident.pilot, resident.demo, resident.language"
)
_RANKED = (
    f"SELECT {_ALIKE}, cells.language, cells.people,"
    f" coalesce(sum(cells.people) OVER (PARTITION BY {_ALIKE}"
    " ORDER BY cells.people, cells.language"
    " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS smaller"
    f" FROM ({_CELLS}) AS cells"
)
_TOGETHER = (
    f"ranked.people < {PEOPLE_LEAST} OR (ranked.smaller > 0 AND ranked.smaller < {PEOPLE_LEAST})"
)
_HELD = (
    "SELECT ranked.country, ranked.pilot, ranked.demo,"
    f" CASE WHEN {_TOGETHER} THEN '' ELSE ranked.language END AS language,"
    f" ranked.people FROM ({_RANKED}) AS ranked"
)

OPEN_PEOPLE = View(
    "open_people",
    "How many residents agreed to take part: one row for each language, and one for the"
    " rest, which are too few to be told apart. Each person is in one row.",
    (
        Column("country", "held.country", "The country's folder name."),
        Column("language", "held.language", "The language they read; empty for the rest."),
        Column(
            "people",
            f"CASE WHEN sum(held.people) >= {PEOPLE_LEAST}"
            " THEN CAST(sum(held.people) AS integer) END",
            f"How many; empty where they are fewer than {PEOPLE_LEAST}.",
            "number",
            Privacy.MANY,
        ),
        Column("pilot", "held.pilot", "From a country's trial.", "yes or no"),
        Column("demo", "held.demo", "Made up by the demo.", "yes or no"),
    ),
    f"({_HELD}) AS held GROUP BY held.country, held.pilot, held.demo, held.language",
)


def _answered(day: str) -> str:
    return (
        f"(SELECT {day} AS day, interaction.country, interaction.flow, interaction.question,"
        " interaction.kind, interaction.demo FROM interaction) AS answered"
        " GROUP BY answered.day, answered.country, answered.flow, answered.question,"
        " answered.kind, answered.demo"
    )


OPEN_INTERACTIONS = View(
    "open_interactions",
    "How often each question was answered: one row for each day, question and kind of answer."
    " Neither who answered nor what. Of votes and of private help nothing is logged.",
    (
        Column("day", "answered.day", "The day as its country counts days.", "day"),
        Column("country", "answered.country", "The country's folder name."),
        Column("flow", "answered.flow", "The conversation, such as `report`."),
        Column("question", "answered.question", "The question's key in it."),
        Column("kind", "answered.kind", "How it was answered, such as `choice` or `skipped`."),
        Column("answers", "count(*)", "How often.", "number", Privacy.MANY),
        Column("demo", "answered.demo", "Made up by the demo.", "yes or no"),
    ),
    _answered("local_day(interaction.at, interaction.country)"),
    "day",
    in_file=_answered("substr(interaction.at, 1, 10)"),
)
