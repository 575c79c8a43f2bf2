"""What organisers do with ideas and comments: whoever acts leaves an audit line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.country import Country
from bot.domain.ideas import (
    IDEA_CHANGES,
    IDEA_LABELS,
    NEIGHBOUR,
    SHOWN,
    CommentStatus,
    IdeaStatus,
    idea_may_become,
)
from bot.domain.messages import Message, Verbatim, _
from bot.domain.operations import Operation, Say
from bot.domain.outcomes import NotAllowed
from bot.domain.outside import Outside
from bot.services.audit_lines import note
from bot.services.moderation import Changed, no_twin
from bot.services.news import hold_at_once, tell_all, tell_resident
from storage import addresses, idea_comments, ideas, media, outbox
from storage.database import Connection
from storage.idea_comments import CommentRow
from storage.ideas import IdeaRow
from storage.media import Home


@dataclass(frozen=True, slots=True)
class IdeaChange:
    """What an organiser wants of an idea. `message` is their words by language; `text` the words
    of one that was spoken, written down, and `shown_text` what others read in their place."""

    status: IdeaStatus
    message: Mapping[str, str] | None = None
    merged_into: str | None = None
    text: str = ""
    shown_text: str | None = None


def change_idea(
    connection: Connection, outside: Outside, actor: str, code: str, change: IdeaChange
) -> Changed | NotAllowed:
    """Change where an idea stands, and tell its author and who follows it, once, in their
    language.

    The same state and message again is an audit line and told to nobody.
    """
    action = f"idea {_ACTIONS.get(change.status, 'update')}"
    row = _hold(connection, code, change.merged_into)
    if row is None:
        return NotAllowed(f"There is no idea {code}. See: baraza idea list")
    refusal = _refusal(connection, row, change)
    if refusal is not None:
        return NotAllowed(refusal)
    if change.text:
        ideas.set_text(connection, row.id, change.text, change.shown_text)
    if _is_so(connection, row, change):
        note(connection, outside, actor, action, code, f"{change.status.value}, again")
        return Changed(code, 0, already=True)
    now = outside.clock()
    said = _news(code, change)
    told = tell_all(connection, ideas.audience_of(row), said, now)
    message = json.dumps(dict(change.message), ensure_ascii=False) if change.message else ""
    ideas.set_status(
        connection,
        row,
        status=change.status,
        actor=actor,
        now=now,
        message=message,
        told=told,
        merged_into=change.merged_into,
    )
    other = None if change.merged_into is None else ideas.hold_idea(connection, change.merged_into)
    if other is not None:
        ideas.move_support(connection, row, other, now)
    note(connection, outside, actor, action, code, f"{change.status.value}, told {told}")
    return Changed(code, told)


_ACTIONS = {
    IdeaStatus.PUBLISHED: "publish",
    IdeaStatus.DECLINED: "decline",
    IdeaStatus.MERGED: "merge",
}
"""What the audit line calls a change; any other is an update."""


def _hold(connection: Connection, code: str, into: str | None = None) -> IdeaRow | None:
    """An idea and who is told of it at once, people first, as in a resident's turn; two ideas are
    held in the order of their codes."""
    row = ideas.find_idea(connection, code)
    if row is None:
        return None
    if into is None:
        hold_at_once(connection, ideas.audience_of(row))
    else:
        addresses.hold_all(connection, ideas.people_of(connection, row))
    for held in sorted({code, into or code}):
        ideas.hold_idea(connection, held)
    return ideas.find_idea(connection, code)


def _refusal(connection: Connection, row: IdeaRow, change: IdeaChange) -> str | None:
    if not idea_may_become(row.status, change.status):
        allowed = ", ".join(status.value for status in IDEA_CHANGES[row.status]) or "nothing"
        return (
            f"{row.code} is {row.status.value}: it cannot become {change.status.value}. "
            f"It may become: {allowed}."
        )
    if change.status is IdeaStatus.DECLINED and row.status is not IdeaStatus.DECLINED:
        return None if change.message else 'Say why, in residents\' languages: --reason en="…".'
    if change.text and row.text not in {"", change.text}:
        return (
            f"{row.code} has words already, and they stay: --text is for one that was only spoken."
        )
    if change.status is IdeaStatus.PUBLISHED and row.resident_id is None:
        return (
            f"The author of {row.code} wrote “forget me”, and its words are erased: there is "
            "nothing to publish."
        )
    if change.status is IdeaStatus.PUBLISHED and not (row.text or change.text):
        return _wordless(connection, row)
    if change.status is IdeaStatus.MERGED:
        return _cannot_join(connection, row, change.merged_into)
    return None


def _wordless(connection: Connection, row: IdeaRow) -> str:
    kinds = {file.kind for file in media.media_of(connection, Home(idea_id=row.id))}
    how = "spoken" if "voice" in kinds else "sent without words"
    return (
        f"{row.code} was {how}: look at it with baraza idea show {row.code} --files FOLDER, "
        "and write down what it says with --text."
    )


def _cannot_join(connection: Connection, row: IdeaRow, into: str | None) -> str | None:
    if row.status is IdeaStatus.MERGED and into == row.merged_into:
        return None
    if row.status is IdeaStatus.MERGED:
        return f"{row.code} was joined with {row.merged_into} already, and stays so."
    other = None if into is None else ideas.find_idea(connection, into)
    if other is None or other.id == row.id or other.country != row.country:
        return no_twin("idea", row, into)
    if other.status is IdeaStatus.MERGED:
        return f"{other.code} was joined with {other.merged_into}: join with that one."
    if other.left:
        return (
            f"The author of {other.code} wrote “forget me”, and nothing is left of it to read: "
            "join with another one."
        )
    if other.status not in SHOWN:
        return f"{other.code} is {other.status.value}: join with one that is published."
    return None


def _is_so(connection: Connection, row: IdeaRow, change: IdeaChange) -> bool:
    """Whether the idea's last news said just this, or the same without a new message."""
    if row.status is not change.status:
        return False
    if not change.message:
        return True
    return any(
        item.at >= row.status_at
        and item.status is row.status
        and item.messages == dict(change.message)
        for item in ideas.updates_of(connection, row.id)
    )


def _news(code: str, change: IdeaChange) -> Sequence[Message | Operation]:
    shown = Verbatim(code)
    if change.status is IdeaStatus.MERGED and change.merged_into is not None:
        line = _("{code} is about the same as {other}. You get the news of {other} from now on.")(
            code=shown, other=Verbatim(change.merged_into)
        )
    else:
        line = _("News of {code}: {status}.")(code=shown, status=IDEA_LABELS[change.status])
    said: list[Message | Operation] = [line]
    if change.message:
        said.append(Say(tuple(change.message.items())))
    return said


def tell_taken_back(connection: Connection, outside: Outside, idea_id: str) -> None:
    """Who followed an idea is told that its author took it back."""
    row = ideas.find_idea_by_id(connection, idea_id)
    if row is None or row.status is not IdeaStatus.WITHDRAWN:
        return
    followers = ideas.audience_of(row, but=row.resident_id)
    hold_at_once(connection, followers)
    said = _news(row.code, IdeaChange(IdeaStatus.WITHDRAWN))
    tell_all(connection, followers, said, outside.clock())


def clear_idea(
    connection: Connection, outside: Outside, actor: str, code: str, undo: bool
) -> Changed | NotAllowed:
    """A person looked at its photos, and who may read the idea may see them (`undo`: no longer).
    A photo that comes later is not covered by it."""
    row = ideas.hold_idea(connection, code)
    if row is None:
        return NotAllowed(f"There is no idea {code}. See: baraza idea list")
    ideas.set_cleared(connection, row.id, None if undo else outside.clock())
    note(connection, outside, actor, "idea clear", code, "undone" if undo else "")
    return Changed(code, 0, already=(row.cleared_at is None) is undo)


def mark_read(connection: Connection, outside: Outside, actor: str, row: IdeaRow) -> None:
    """Reading an idea leaves an audit line: words and places are personal."""
    note(connection, outside, actor, "idea show", row.code, "")


def settle_comment(
    connection: Connection,
    outside: Outside,
    actor: str,
    code: str,
    number: int,
    status: CommentStatus,
    message: Mapping[str, str] | None = None,
    *,
    country: Country,
) -> Changed | NotAllowed:
    """Publish a comment or decline it. Its author is told, and of a published one whoever follows
    the idea, once. `country` masks what others are not to read."""
    action = (
        "idea comment publish" if status is CommentStatus.PUBLISHED else "idea comment decline"
    )
    about = f"{code} {number}"
    found = ideas.find_idea(connection, code)
    comment = None if found is None else idea_comments.find_comment(connection, found.id, number)
    if found is None or comment is None:
        return NotAllowed(
            f"There is no comment {number} on {code}. See: baraza idea comments --all"
        )
    author = [] if comment.resident_id is None else [comment.resident_id]
    hold_at_once(connection, ideas.audience_of(found), *author)
    row = ideas.hold_idea(connection, code)
    comment = idea_comments.find_comment(connection, found.id, number)
    if row is None or comment is None:
        return NotAllowed(
            f"There is no comment {number} on {code}. See: baraza idea comments --all"
        )
    if comment.status is status:
        note(connection, outside, actor, action, about, "again")
        return Changed(about, 0, already=True)
    if status is CommentStatus.PUBLISHED and not comment.text:
        return NotAllowed(
            f"The words of comment {number} are erased: there is nothing to publish."
        )
    if status is CommentStatus.PUBLISHED and row.status not in SHOWN:
        return NotAllowed(f"{code} is {row.status.value}: nobody reads its comments.")
    now = outside.clock()
    idea_comments.set_comment_status(connection, comment, status, now)
    comment = replace(comment, text=country.words_for_others(comment.text))
    told = _tell_comment(connection, row, comment, status, message, now)
    note(connection, outside, actor, action, about, f"told {told}")
    return Changed(about, told)


def _tell_comment(
    connection: Connection,
    row: IdeaRow,
    comment: CommentRow,
    status: CommentStatus,
    message: Mapping[str, str] | None,
    now: datetime,
) -> int:
    code = Verbatim(row.code)
    published = status is CommentStatus.PUBLISHED
    own = (
        _("Your comment on {code} is published.")
        if published
        else _("Your comment on {code} is not published.")
    )
    said: list[Message | Operation] = [own(code=code)]
    if message:
        said.append(Say(tuple(message.items())))
    told = int(tell_resident(connection, comment.resident_id or "", said, now, outbox.NEWS))
    if published and comment.published_at is None:
        # What was taken down and is published again was told before.
        words = Say(((comment.language, comment.text),), NEIGHBOUR)
        news = (_("There is a new comment on {code}.")(code=code), words)
        told += tell_all(connection, ideas.audience_of(row, but=comment.resident_id), news, now)
    return told
