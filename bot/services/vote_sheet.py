"""What came of a vote, in the words of one language: for its page, its picture and the news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.country import Country
from bot.domain.messages import Label, Listing, Message, Name, Value, _, ngettext
from bot.domain.vote_results import Result, Standing
from bot.domain.vote_rules import money_of
from bot.domain.votes import Vote
from bot.i18n import Speech
from bot.pictures import chart as drawing
from bot.pictures.raster import to_png
from bot.services.vote_results import (
    again_line,
    early_lines,
    tie_lines,
    turnout_lines,
    winner_lines,
)

_VALUE = _("{value}")
_CHOSEN = _("Chosen")
_WITHDRAWN = _("Withdrawn")


@dataclass(frozen=True, slots=True)
class Row:
    """An option, as the count looked at it; `votes` is None for one that was withdrawn."""

    label: str
    votes_text: str
    cost: str
    verdict: str
    votes: int | None
    won: bool
    pictured: str = ""
    """The option's key, where it has a picture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A published result in words, all of them in `language`."""

    language: str
    direction: str
    code: str
    question: str
    winners: tuple[str, ...]
    early: tuple[str, ...]
    """That it was closed before its date, and why."""
    ties: tuple[str, ...]
    turnout: tuple[str, ...]
    rows: tuple[Row, ...]
    pot: tuple[str, ...]
    spent: float | None
    """The part of the pot that is spent, from 0 to 1, for a picture."""
    areas: tuple[tuple[str, str], ...]
    alt: str
    again: str


@dataclass(frozen=True, slots=True)
class News:
    """A result as it is sent to somebody. The picture is a PNG; `alt` says what is on it."""

    language: str
    text: str
    picture: bytes
    alt: str


def sheet_of(result: Result, country: Country, speech: Speech, language: str) -> Sheet:
    """The result in a language, or wholly in the next that has all of its texts."""
    vote = result.vote
    standing = {item.key: item for item in result.standings}
    left_out = (option.key for option in vote.options if option.key not in standing)
    keys = [*standing, *left_out]
    rows = [_row(vote, key, standing.get(key)) for key in keys]
    places = country.places_by_key()
    areas = [
        (places[area].name if area in places else Name(area), _people(count))
        for area, count in result.areas
    ]
    parts: list[Sequence[Label]] = [
        [vote.question, _alt(result, rows), again_line(vote)],
        winner_lines(result),
        early_lines(vote),
        tie_lines(result),
        turnout_lines(result),
        _pot_lines(result),
        [label for row in rows for label in row],
        [label for pair in areas for label in pair],
    ]
    wording = speech.wording([label for part in parts for label in part], language)
    texts = iter(wording.texts)
    said = [tuple(next(texts) for _label in part) for part in parts]
    pictured = {option.key for option in vote.options if option.picture}
    counts = {item.key: item.votes for item in result.standings}
    (question, alt, again), winners, early, ties, turnout, pot, row_texts, area_texts = said
    return Sheet(
        language=wording.language,
        direction=speech.direction(wording.language),
        code=vote.code,
        question=question,
        winners=winners,
        early=early,
        ties=ties,
        turnout=turnout,
        rows=tuple(
            Row(
                label,
                votes,
                cost,
                verdict,
                counts.get(key),
                key in result.winners,
                key if key in pictured else "",
            )
            for key, label, votes, cost, verdict in zip(
                keys, *(row_texts[at::4] for at in range(4)), strict=True
            )
        ),
        pot=pot,
        spent=_part(result),
        areas=tuple(zip(area_texts[::2], area_texts[1::2], strict=True)),
        alt=alt,
        again=again,
    )


def draw_sheet(sheet: Sheet) -> str:
    """The chart of a result as SVG."""
    bars = tuple(
        drawing.Bar(
            row.label,
            row.votes or 0,
            row.votes_text,
            " · ".join(text for text in (row.cost, "" if row.won else row.verdict) if text),
            row.verdict if row.won else "",
        )
        for row in sheet.rows
    )
    money = None if sheet.spent is None else drawing.Money(sheet.spent, sheet.pot)
    facts = sheet.turnout[:1] or sheet.winners[:1]
    return drawing.draw_chart(
        drawing.Chart(sheet.question, sheet.direction, facts, bars, money, sheet.ties)
    )


def news_of(result: Result, country: Country, speech: Speech, language: str) -> News:
    """The result as it is told to somebody in their language, with its picture.

    Raises `NoRasteriser` where the libraries for pictures are not installed.
    """
    sheet = sheet_of(result, country, speech, language)
    return News(sheet.language, text_of(sheet), to_png(draw_sheet(sheet)), sheet.alt)


def text_of(sheet: Sheet) -> str:
    """The result as it is told without its picture."""
    lines = (sheet.question, *sheet.winners, *sheet.ties, *sheet.turnout, *sheet.pot, sheet.again)
    return "\n".join(lines)


def _row(vote: Vote, key: str, standing: Standing | None) -> tuple[Label, Label, Label, Label]:
    """Name, votes, cost and verdict of an option."""
    option = vote.option(key)
    nothing = Name("")
    cost: Label = nothing
    if option is not None and vote.costs:
        cost = _VALUE(value=money_of(vote, option.cost))
    label = Name(key) if option is None else option.label
    if standing is None:
        return label, nothing, cost, _WITHDRAWN
    votes = ngettext("{n} vote", "{n} votes", standing.votes)
    return label, votes, cost, _CHOSEN if standing.won else nothing


def _alt(result: Result, rows: Sequence[tuple[Label, Label, Label, Label]]) -> Message:
    """What is on the picture, for who cannot see it."""
    shown: list[Value] = [
        _("{option}: {votes}")(option=label, votes=votes)
        for label, votes, _cost, _verdict in rows
        if isinstance(votes, Message)
    ]
    return _("A bar for each option, the longest on top. {options}")(options=Listing(tuple(shown)))


def _people(count: int) -> Message:
    return ngettext("{n} person", "{n} people", count)


def _pot_lines(result: Result) -> tuple[Message, ...]:
    vote = result.vote
    if vote.pot is None or result.left is None:
        return ()
    return (
        _("There was {pot} to spend.")(pot=money_of(vote, vote.pot)),
        _("Spent: {spent}. Left: {left}.")(
            spent=money_of(vote, vote.pot - result.left), left=money_of(vote, result.left)
        ),
    )


def _part(result: Result) -> float | None:
    pot = result.vote.pot
    if pot is None or result.left is None:
        return None
    return float((pot - result.left) / pot) if pot else 0.0
