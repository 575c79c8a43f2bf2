"""What residents may read of ideas: published ones, and their own."""

from __future__ import annotations

from hashlib import sha256

from bot.domain.country import Country
from bot.domain.ideas import (
    CHANCE,
    MOST,
    NEAR,
    THEME,
    Brief,
    Briefs,
    Comment,
    Comments,
    CommentsOn,
    IdeasOf,
    Listed,
    OwnIdea,
    Page,
    Read,
    SimilarIdeas,
    TheIdea,
)
from bot.domain.likeness import alike, trigrams
from bot.domain.places import leaves
from bot.services.hours import day_there
from bot.services.reports import OWN_LIST
from storage import idea_comments, ideas, media
from storage.addresses import Person
from storage.database import Connection
from storage.ideas import IdeaRow
from storage.media import Home

PAGE = 5
"""Ideas on one page: few enough for a small screen and a slow line."""

COMMENT_PAGE = 3

SIMILAR_AMONG = 300
"""The newest published ideas of a theme among which similar ones are looked for."""

SIMILAR_MOST = 3
"""Similar ideas that are offered."""


def similar_ideas(
    connection: Connection, country: Country, wanted: SimilarIdeas
) -> tuple[str, ...]:
    """Codes of published ideas of the theme that are alike in words, the likest first. An idea
    without words is like none."""
    words = trigrams(wanted.text)
    rows = ideas.shown_ideas(connection, country.key, theme=wanted.theme, most=SIMILAR_AMONG)
    likeness = [(alike(words, trigrams(row.text)), row) for row in rows]
    near = [pair for pair in likeness if pair[0] >= country.similarity.ideas_alike]
    near.sort(key=lambda pair: -pair[0])
    return tuple(row.code for _alike, row in near[:SIMILAR_MOST])


def briefs_of(connection: Connection, country: Country, wanted: Briefs) -> tuple[Brief, ...]:
    """Those that are still published, in the order of their codes."""
    rows = (ideas.find_idea(connection, code) for code in wanted.codes)
    return tuple(
        _brief(country, row)
        for row in rows
        if row is not None and row.country == country.key and row.shown
    )


def ideas_of(connection: Connection, country: Country, wanted: IdeasOf) -> Page:
    """A page of published ideas. A chance order has a place for each, whenever it came."""
    listed = wanted.listed
    start = listed.page * PAGE
    if listed.how == CHANCE:
        ids = ideas.shown_ids(connection, country.key)
        ids.sort(key=lambda id: sha256(f"{listed.of} {id}".encode()).digest())
        rows = ideas.ideas_by_id(connection, ids[start : start + PAGE + 1])
    else:
        rows = ideas.shown_ideas(
            connection,
            country.key,
            theme=listed.of if listed.how == THEME else None,
            areas=_near(country, listed) if listed.how == NEAR else (),
            most_backed=listed.how == MOST,
            offset=start,
            most=PAGE + 1,
        )
    return Page(tuple(row.code for row in rows[:PAGE]), len(rows) > PAGE)


def _near(country: Country, listed: Listed) -> tuple[str, ...]:
    """The area itself, and those beside it: all that are in the same part of the country, or in
    the same one that others may read of. None where they may read of none."""
    places = country.places_by_key()
    shown = country.area_for_others(listed.of)
    own = places.get(listed.of if shown == listed.of else shown)
    if own is None:
        return (listed.of,) if shown else ()
    parent = places.get(own.parent) if shown == listed.of else own
    return tuple(place.key for place in leaves([own if parent is None else parent]))


def _brief(country: Country, row: IdeaRow) -> Brief:
    area = country.area_for_others(row.area)
    return Brief(row.code, row.theme, area, country.words_for_others(row.text), row.backers)


def the_idea(
    connection: Connection, country: Country, person: Person, wanted: TheIdea
) -> Read | None:
    """An idea, or what became of it, as this resident may read it; None where they may not."""
    row = surviving(connection, ideas.find_idea(connection, wanted.code))
    if row is None or row.country != country.key:
        return None
    own = row.resident_id == person.resident_id
    if not (own or row.shown):
        return None
    backs, follows = ideas.support_of(connection, row.id, person.resident_id)
    return Read(
        row.code,
        row.theme,
        row.area if own else country.area_for_others(row.area),
        row.status,
        row.text if own else country.words_for_others(row.text),
        row.language,
        row.name if own else country.words_for_others(row.name),
        row.backers,
        idea_comments.count_published(connection, row.id) if row.shown else 0,
        own,
        backs,
        follows,
        _photos(connection, row),
    )


def _photos(connection: Connection, row: IdeaRow) -> tuple[str, ...]:
    """The names of what an organiser found fit for others, and was there by then."""
    if row.cleared_at is None:
        return ()
    kept = media.kept_photos(connection, Home(idea_id=row.id), row.cleared_at)
    return tuple(kept)


def surviving(connection: Connection, row: IdeaRow | None) -> IdeaRow | None:
    """The idea that a merged one became part of; itself for any other."""
    met: set[str] = set()
    while row is not None and row.merged_into is not None and row.code not in met:
        met.add(row.code)
        row = ideas.find_idea(connection, row.merged_into)
    return row


def comments_on(connection: Connection, country: Country, wanted: CommentsOn) -> Comments:
    """Published comments on a published idea; none of any other."""
    row = ideas.find_idea(connection, wanted.code)
    if row is None or row.country != country.key or not row.shown:
        return Comments((), False)
    start = wanted.page * COMMENT_PAGE
    found = idea_comments.published_comments(connection, row.id, start, COMMENT_PAGE + 1)
    return Comments(
        tuple(
            Comment(
                day_there(country, item.created_at),
                country.words_for_others(item.text),
                item.language,
            )
            for item in found[:COMMENT_PAGE]
        ),
        len(found) > COMMENT_PAGE,
    )


def own_ideas(connection: Connection, person: Person) -> tuple[OwnIdea, ...]:
    """What the resident proposed, and what they back or follow and may still read."""
    return tuple(
        OwnIdea(row.code, row.theme, row.status)
        for row in ideas.own_ideas(connection, person.resident_id, OWN_LIST)
        if row.shown or row.resident_id == person.resident_id
    )
