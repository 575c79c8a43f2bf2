"""What a turn does with files: their rows, and what becomes of one that cannot be had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.conversation.carry_out import Actor
from bot.conversation.threads import Threads
from bot.conversation.words import why_unusable
from bot.domain.country import CALL
from bot.domain.files import KEPT, REFUSED, WAITING
from bot.domain.inbound import Attachment, Unusable
from bot.domain.messages import Verbatim, _
from bot.flows.amending import words_of
from bot.flows.questions.ways import phone_in
from bot.flows.state import Kept, without_file
from bot.services.residents import FILE
from storage import ideas, media, reports
from storage.conversations import Row
from storage.database import Connection
from storage.media import Home, Waiting


def add_file(actor: Actor, sent: Attachment, conversation_id: str) -> str:
    """Give a file its row; its id. What is not kept yet is fetched after the turn."""
    if not sent.file:
        return _add(actor, sent, conversation_id, state=KEPT)
    bot = actor.person.bot
    return _add(
        actor,
        sent,
        conversation_id,
        state=WAITING,
        bot=bot,
        file=actor.keys.seal(FILE, sent.file.encode(), bot.encode()),
        key_id=actor.keys.key_id,
        due_at=actor.outside.clock(),
    )


def note_unusable(actor: Actor, unusable: Unusable, conversation_id: str) -> None:
    """Keep that there was a file which cannot be kept: staff may ask for it."""
    sent = Attachment(unusable.kind, "", "", 0)
    _add(actor, sent, conversation_id, state=REFUSED, reason=unusable.reason)


def _add(actor: Actor, sent: Attachment, conversation_id: str, **values: Any) -> str:
    ref = actor.outside.new_id()
    media.add_media(
        actor.connection,
        id=ref,
        resident_id=actor.person.resident_id,
        conversation_id=conversation_id,
        kind=sent.kind,
        name=sent.name,
        type=sent.type,
        size=sent.size,
        seconds=sent.seconds,
        album=sent.album,
        caption=_caption(actor, sent.caption),
        position=sent.position,
        created_at=actor.outside.clock(),
        demo=actor.person.demo,
        **values,
    )
    return ref


def _caption(actor: Actor, words: str) -> str:
    """What is kept beside a file: a number to call is sealed or nowhere."""
    calls = CALL in actor.country.report.answer
    return "" if calls and phone_in(words) else words


def reword(threads: Threads, before: Iterable[tuple[str, Sequence[Kept]]], words: str) -> None:
    """What stands under a draft's file is what the message says now, where its words were taken.
    `before` are the answers of each conversation as they were."""
    for conversation_id, answers in before:
        row = threads.find_id(conversation_id)
        if row is None or threads.state(row).answers == answers:
            continue
        for old in words_of(answers, threads.source):
            new = _caption(threads.actor, words)
            media.reword_draft(threads.connection, conversation_id, old, new)


def lose_file(threads: Threads, lost: Waiting, state: str, reason: str) -> None:
    """A file cannot be had or kept: its sender is told, and its question asked again where it is
    not sent yet. What it was sent with keeps that there was one."""
    media.give_up(threads.connection, lost.id, state, reason)
    row = None if lost.conversation_id is None else threads.find_id(lost.conversation_id)
    if lost.home is not None:
        code = code_of(threads.connection, lost.home)
        if code is not None:
            voice = _LOST_SENT_VOICE if lost.home.idea_id is None else _LOST_IDEA_VOICE
            line = voice if lost.kind == "voice" else _LOST_SENT_PHOTO
            threads.tell(line(code=Verbatim(code)))
    elif row is not None:
        _take_out(threads, row, lost, reason)


def code_of(connection: Connection, home: Home) -> str | None:
    """The code of what a file was sent with."""
    if home.idea_id is not None:
        idea = ideas.find_idea_by_id(connection, home.idea_id)
        return None if idea is None else idea.code
    report = reports.find_report_by_id(connection, home.report_id or "")
    return None if report is None else report.code


def _take_out(threads: Threads, row: Row, lost: Waiting, reason: str) -> None:
    """Take a file out of a draft."""
    before = threads.state(row)
    after = without_file(before, lost.id)
    if after == before:
        return
    place = len(threads.said)
    threads.put_beside(row, after)
    now = threads.state(threads.find_id(row.id) or row).asked
    changed = {
        new.key for new, old in zip(after.answers, before.answers, strict=True) if new != old
    }
    again = after.partial != before.partial or (now is not None and now.key in changed)
    line = _LOST_VOICE if lost.kind == "voice" else _LOST_PHOTO
    threads.tell(why_unusable(reason, lost.kind) if again else line, at=place)


_LOST_PHOTO = _("One of your photos could not be kept. You can add one before you send.")
_LOST_VOICE = _("One of your voice notes could not be kept. You can type it before you send.")
_LOST_SENT_PHOTO = _("A photo that you sent with {code} could not be kept. The team knows of it.")
_LOST_SENT_VOICE = _(
    "Your voice note for {code} could not be kept. Please tell us again, with “report”."
)
_LOST_IDEA_VOICE = _(
    "Your voice note for {code} could not be kept. Please tell us again, with “idea”."
)
