"""The open views of votes. Of an open vote they tell what its file says, and nothing that changes
when somebody votes."""

from __future__ import annotations

from storage.view_shapes import Column, View

_CLEANED = "vote.cleaned_at IS NOT NULL AND vote.status IN ('closed', 'published')"
_COUNTED = "SELECT count(*) FROM counted_ballot WHERE counted_ballot.vote = vote.code"


def _once_counted(sql: str) -> str:
    return f"CASE WHEN {_CLEANED} THEN ({sql}) END"


OPEN_VOTES = View(
    "open_votes",
    "One row for each vote. What was counted is empty until the vote is closed and cleaned.",
    (
        Column("code", "vote.code", "The number that residents know the vote by."),
        Column("key", "vote.key", "The key of its file."),
        Column("country", "vote.country", "The country's folder name."),
        Column(
            "question",
            "json_extract(vote.question, '$[0][1]')",
            "What is asked, in the country's first language.",
            postgres="(vote.question::json->0->>1)",
        ),
        Column("status", "vote.status", "open, closed, published, withdrawn or lost."),
        Column("opens_at", "vote.opens_at", "From when on it takes ballots.", "moment"),
        Column("closes_at", "vote.closes_at", "Until when it takes them.", "moment"),
        Column("ended_at", "vote.ended_at", "When it was closed or withdrawn.", "moment"),
        Column("early", "vote.early", "Closed before its date.", "yes or no"),
        Column("published_at", "vote.published_at", "When its result was told.", "moment"),
        Column("method", "vote.method", "How it is counted."),
        Column("tie", "vote.tie", "Who comes first among equals."),
        Column("most", "vote.most", "How many options one ballot may hold.", "number"),
        Column("pot", "vote.pot", "What can be spent, exact; empty where nothing is."),
        Column("currency", "vote.currency", "Its currency."),
        Column(
            "options",
            "(SELECT count(*) FROM vote_option WHERE vote_option.vote = vote.code)",
            "How many options it has, the withdrawn ones too.",
            "number",
        ),
        Column(
            "withdrawn",
            "(SELECT count(*) FROM vote_option WHERE vote_option.vote = vote.code"
            " AND vote_option.withdrawn_at IS NOT NULL)",
            "How many of them were withdrawn.",
            "number",
        ),
        Column("ballots", _once_counted(_COUNTED), "How many people voted.", "number"),
        Column(
            "blank",
            _once_counted(f"{_COUNTED} AND counted_ballot.choices = ''"),
            "How many of them chose none of these on purpose.",
            "number",
        ),
        Column("pilot", "vote.pilot", "From a country's trial.", "yes or no"),
        Column("demo", "vote.demo", "Made up by the demo.", "yes or no"),
    ),
    "vote",
    "opens_at",
)

OPEN_BALLOTS = View(
    "open_ballots",
    "One row for each ballot of a closed and cleaned vote, in an order drawn by lot.",
    (
        Column("vote", "vote.code", "The vote's code."),
        Column("country", "vote.country", "The country's folder name."),
        Column("number", "counted_ballot.number", "Its place in that order.", "number"),
        Column(
            "choices",
            "counted_ballot.choices",
            "The keys of what was chosen, with commas between them; empty for none of these.",
        ),
        Column("closed_at", "vote.ended_at", "When the vote was closed.", "moment"),
        Column("pilot", "vote.pilot", "From a country's trial.", "yes or no"),
        Column("demo", "vote.demo", "Made up by the demo.", "yes or no"),
    ),
    f"counted_ballot JOIN vote ON vote.code = counted_ballot.vote WHERE {_CLEANED}",
    "closed_at",
)
