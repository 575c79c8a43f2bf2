"""Proposing, backing, following and commenting ideas, for residents."""

from __future__ import annotations

from datetime import date

from bot.domain.codes import YOUR_NUMBER
from bot.domain.country import Country
from bot.domain.ideas import (
    IDEA_LABELS,
    SHOWN,
    WORDS,
    CommentIdea,
    CommentStatus,
    IdeaStatus,
    Listed,
    ProposeIdea,
    SupportIdea,
    WithdrawIdea,
    idea_may_become,
    joined,
    to_idea,
    to_list,
)
from bot.domain.messages import Message, Name, Verbatim, _, day_said_on
from bot.domain.outcomes import Done, Outcome, Refused
from bot.domain.outside import Outside
from bot.domain.residents import OpenFlow
from bot.services.codes import draw_code
from bot.services.hours import day_there
from bot.services.idea_reading import surviving
from bot.services.reports import hidden_area, masked_text
from storage import codes, due, idea_comments, ideas, media
from storage.addresses import Person
from storage.database import Connection
from storage.ideas import IdeaRow
from storage.media import Home

TAKEN_BACK = "idea taken back"
"""Falls due at once when an author took an idea back: who followed it is told."""


def propose_idea(
    connection: Connection,
    outside: Outside,
    country: Country,
    person: Person,
    conversation_id: str,
    idea: ProposeIdea,
) -> Outcome:
    """Store an idea with its photos and give its code. Nobody else reads it yet.

    Of who is under age no name, exact point or voice is kept, whatever was sent.
    """
    if idea.theme not in country.themes_by_key():
        return Refused(_("That choice is gone. Please choose again."), "theme")
    if idea.spot.area not in country.places_by_key():
        return Refused(_("That place is gone. Please choose again."), "place")
    now = outside.clock()
    id = outside.new_id()
    exact = idea.spot.point if country.idea.point and person.adult is not False else None
    code = draw_code(connection, outside, country, codes.IDEA)
    ideas.add_idea(
        connection,
        id=id,
        code=code,
        country=country.key,
        resident_id=person.resident_id,
        theme=idea.theme,
        status=IdeaStatus.SUBMITTED.value,
        status_at=now,
        area=idea.spot.area,
        shown_area=hidden_area(country, idea.spot.area),
        lat=None if exact is None else exact.lat,
        lon=None if exact is None else exact.lon,
        text=idea.told.text,
        shown_text=masked_text(country, idea.told.text),
        size=idea.size,
        gives=",".join(idea.gives),
        name=country.words_for_others(idea.name) if person.adult and country.idea.names else "",
        language=person.language,
        channel=person.channel,
        created_at=now,
        pilot=not country.live,
        demo=person.demo,
    )
    ideas.add_update(connection, id, IdeaStatus.SUBMITTED, "resident", now)
    refs = (*idea.photos, *(idea.told.voices if person.adult is not False else ()))
    media.attach_media(connection, refs, person.resident_id, Home(idea_id=id))
    media.attach_unkept(connection, conversation_id, Home(idea_id=id))
    return Done(
        (
            YOUR_NUMBER(code=Verbatim(code)),
            _("Our team reads your idea first. We tell you here what happens with it."),
        ),
        idea=id,
    )


def support_idea(
    connection: Connection,
    outside: Outside,
    country: Country,
    person: Person,
    command: SupportIdea,
) -> Outcome:
    """Back an idea or follow it, or stop doing so. Each backer counts once."""
    row = _hold_shown(connection, country, command.code)
    if row is None:
        return _gone(command.listed)
    code = Verbatim(row.code)
    then = to_idea(row.code, listed=command.listed)
    if row.resident_id == person.resident_id:
        return Done((_("{code} is your own idea.")(code=code),), then)
    backs, follows = ideas.support_of(connection, row.id, person.resident_id)
    if command.backs is not None:
        backs = follows = command.backs
    if command.follows is not None:
        follows = command.follows
    now = outside.clock()
    ideas.put_support(connection, row.id, person.resident_id, backs, follows, now)
    lines = [*_why_other(command.code, row), _SUPPORT[command.backs, command.follows](code=code)]
    if not command.words:
        return Done(tuple(lines), then)
    number = _add_comment(connection, outside, person, row, command.words)
    lines.append(_("Your own words go to our team, as a comment on it."))
    return Done(tuple(lines), then, idea=row.id, comment=number)


_SUPPORT: dict[tuple[bool | None, bool | None], Message] = {
    (True, None): _("Thank you. We added you to {code} and will send you its news."),
    (False, None): _("You no longer support {code}."),
    (None, True): _("You get the news of {code} from now on."),
    (None, False): _("You get no more news of {code}."),
}


def comment_idea(
    connection: Connection,
    outside: Outside,
    country: Country,
    person: Person,
    command: CommentIdea,
) -> Outcome:
    """Keep a comment as it came. Nobody else reads it before an organiser published it."""
    row = _hold_shown(connection, country, command.code)
    if row is None:
        return _gone(command.listed)
    number = _add_comment(connection, outside, person, row, command.words)
    thanks = _("Thank you. Our team reads your comment first, and then others can.")
    return Done(
        (*_why_other(command.code, row), thanks),
        to_idea(row.code, listed=command.listed),
        idea=row.id,
        comment=number,
    )


def _why_other(named: str, row: IdeaRow) -> tuple[Message, ...]:
    """For who named an idea that was joined with this one."""
    return () if named == row.code else (joined(named, row.code),)


def _add_comment(
    connection: Connection, outside: Outside, person: Person, row: IdeaRow, words: str
) -> int:
    """Its number."""
    now = outside.clock()
    return idea_comments.add_comment(
        connection,
        idea_id=row.id,
        id=outside.new_id(),
        resident_id=person.resident_id,
        text=words,
        language=person.language,
        status=CommentStatus.SUBMITTED.value,
        status_at=now,
        created_at=now,
    )


def _hold_shown(connection: Connection, country: Country, code: str) -> IdeaRow | None:
    """The idea, or what it became part of, if residents may read it; nobody else changes it."""
    row = surviving(connection, ideas.find_idea(connection, code))
    held: IdeaRow | None = None
    while row is not None and (held is None or held.code != row.code):
        held = ideas.hold_idea(connection, row.code)
        # Somebody else may have joined it with another one until it could be held.
        row = surviving(connection, held)
    return row if row is not None and row.shown and row.country == country.key else None


def _gone(listed: Listed | None) -> Done:
    return Done((_("That idea is not shown any more."),), to_list(listed))


def withdraw_idea(
    connection: Connection, outside: Outside, person: Person, command: WithdrawIdea
) -> Outcome:
    """Take one's own idea back. Who followed it is told after this turn: people are held before
    ideas, and a turn holds its own resident already."""
    row = ideas.hold_idea(connection, command.code)
    if row is None or row.resident_id != person.resident_id:
        return Done((_("That idea is not yours, so you cannot take it back."),))
    if not idea_may_become(row.status, IdeaStatus.WITHDRAWN):
        return Done((status_line(row),))
    if row.status is not IdeaStatus.WITHDRAWN:
        now = outside.clock()
        ideas.set_status(connection, row, status=IdeaStatus.WITHDRAWN, actor="resident", now=now)
        due.put(connection, TAKEN_BACK, row.id, now)
    return Done((_("Done. {code} is taken back.")(code=Verbatim(row.code)),))


def tell_news(
    connection: Connection, country: Country, person: Person, code: str, today: date
) -> tuple[tuple[Message, ...], OpenFlow | None]:
    """What may be told of an idea to whoever types its code, and where one can do more with it.

    Of an idea that is not shown, a stranger learns nothing, not even that there is one.
    """
    named = ideas.find_idea(connection, code)
    row = surviving(connection, named)
    if row is None or not _may_see(connection, country, person, named or row, row):
        return (_("We could not find {code}. Please check it.")(code=Verbatim(code)),), None
    theme = country.themes_by_key().get(row.theme)
    own = row.resident_id == person.resident_id
    lines = [
        *([] if named is None else _why_other(named.code, row)),
        _("{code}: {category}, {place}, {day}.")(
            code=Verbatim(row.code),
            category=theme.label if theme is not None else Name(row.theme),
            place=country.place_name(row.area if own else country.area_for_others(row.area)),
            day=day_said_on(today, day_there(country, row.created_at)),
        ),
        status_line(row),
    ]
    readable = row.shown or own
    return tuple(lines), to_idea(row.code, WORDS) if readable else None


def _may_see(
    connection: Connection, country: Country, person: Person, named: IdeaRow, row: IdeaRow
) -> bool:
    """Whether where an idea stands may be told to somebody who named it: everybody while it is
    shown; else its author, and who stands behind it. One whose author was forgotten was shown."""
    if person.resident_id in {named.resident_id, row.resident_id}:
        return True
    if row.status in SHOWN:
        return row.country == country.key
    return any(ideas.support_of(connection, row.id, person.resident_id))


def status_line(row: IdeaRow) -> Message:
    status = IdeaStatus.WITHDRAWN if row.left else row.status
    return _("Status: {status}.")(status=IDEA_LABELS[status])
