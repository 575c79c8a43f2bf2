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
        Column("pot", "vote.pot", "What can be spent; empty where nothing is.", "amount"),
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

# Many people choose alike, so that equal ballots are looked at once. One that chose too many is
# invalid. Of a key that stands in them, taking it out leaves less.
_CHOSEN = "',' || alike.choices || ','"
_MANY = "length(alike.choices) - length(replace(alike.choices, ',', '')) + 1"
_VOTES = (
    "SELECT vote_option.vote, vote_option.key, CAST(sum(alike.ballots) AS bigint) AS votes"
    " FROM vote_option JOIN vote ON vote.code = vote_option.vote"
    " JOIN (SELECT vote, choices, count(*) AS ballots FROM counted_ballot GROUP BY vote, choices)"
    f" AS alike ON alike.vote = vote.code AND {_MANY} <= vote.most"
    f" AND replace({_CHOSEN}, ',' || vote_option.key || ',', '') <> {_CHOSEN}"
    " GROUP BY vote_option.vote, vote_option.key"
)

OPEN_VOTE_OPTIONS = View(
    "open_vote_options",
    "One row for each option of each vote. What was counted is empty until the vote is closed"
    " and cleaned.",
    (
        Column("vote", "vote.code", "The vote's code."),
        Column("country", "vote.country", "The country's folder name."),
        Column("number", "vote_option.position + 1", "Its place in the vote's file.", "number"),
        Column("option", "vote_option.key", "Its key, as it stands in `open_ballots`."),
        Column(
            "label",
            "json_extract(vote_option.label, '$[0][1]')",
            "What it is called, in the country's first language.",
            postgres="(vote_option.label::json->0->>1)",
        ),
        Column("cost", "vote_option.cost", "What it costs; 0 where nothing does.", "amount"),
        Column("currency", "vote.currency", "Its currency."),
        Column("withdrawn_at", "vote_option.withdrawn_at", "When it was withdrawn.", "moment"),
        Column(
            "votes",
            f"CASE WHEN {_CLEANED} AND vote_option.withdrawn_at IS NULL"
            " THEN coalesce(counted.votes, 0) END",
            "How many valid ballots chose it; empty if it was withdrawn.",
            "number",
        ),
        Column("won", "vote_option.won", "It won, once the result is told.", "yes or no"),
        Column("opens_at", "vote.opens_at", "From when on the vote takes ballots.", "moment"),
        Column("pilot", "vote.pilot", "From a country's trial.", "yes or no"),
        Column("demo", "vote.demo", "Made up by the demo.", "yes or no"),
    ),
    f"vote_option JOIN vote ON vote.code = vote_option.vote LEFT JOIN ({_VOTES}) AS counted"
    " ON counted.vote = vote_option.vote AND counted.key = vote_option.key",
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
