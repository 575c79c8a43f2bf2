"""Photos that belong together, however late each of them comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.conversation import files
from bot.conversation.threads import Threads
from bot.domain.files import REFUSED, TOO_MANY
from bot.domain.inbound import MAX_WORDS, Album, Attachment, clean_text, cut
from bot.domain.messages import Message, Verbatim, _
from bot.flows.questions.photos import TOO_MANY_PHOTOS
from storage import media, reports
from storage.conversations import Row
from storage.media import AlbumRows, Home

Deliver = Callable[[Attachment | Album], None]
"""Hands files to the question in front."""


def take_files(threads: Threads, sent: Sequence[Attachment], deliver: Deliver) -> None:
    """Take one file or several of one album: as an answer, or into the one that their album is."""
    actor = threads.actor
    resident = actor.person.resident_id
    before = media.album_rows(threads.connection, resident, sent[0].album)
    front, place = threads.front().id, len(threads.said)
    taken = []
    for file in sorted(sent, key=lambda file: file.position):
        worded = replace(file, caption=cut(clean_text(file.caption), MAX_WORDS))
        taken.append(replace(worded, ref=files.add_file(actor, worded, front)))
    if before.home is not None:
        _join_sent(threads, before, before.home, taken)
        return
    home = next((row for row in threads.rows if row.id == before.conversation_id), None)
    if home is not None and threads.join(home, before.refs, taken):
        _note_late(threads, before, taken, _ADDED)
    else:
        deliver(taken[0] if len(taken) == 1 else Album(tuple(taken)))
    left = [file for file in taken if _holder(threads, file.ref) is None]
    holders = (_holder(threads, ref) for ref in (*before.refs, *(file.ref for file in taken)))
    holder = next((row for row in holders if row is not None), None)
    if holder is not None:
        most = _most(threads, of_idea=holder.flow == "idea")
        _refuse_surplus(threads, before, left, place, most)
    else:
        for file in left:
            media.drop_unfiled_media(threads.connection, file.ref)


def _holder(threads: Threads, ref: str) -> Row | None:
    """The draft that a file is in."""
    return next((row for row in threads.rows if ref.encode() in row.state), None)


def _most(threads: Threads, *, of_idea: bool) -> int:
    country = threads.reader.country
    return country.idea.photos if of_idea else country.report.photos


def _join_sent(
    threads: Threads, before: AlbumRows, home: Home, taken: Sequence[Attachment]
) -> None:
    """Parts that came after what they belong to was sent go with it, as many as it may have."""
    actor = threads.actor
    resident = actor.person.resident_id
    most = _most(threads, of_idea=home.idea_id is not None)
    room = max(0, most - media.count_photos(threads.connection, home, resident))
    joined = [file.ref for file in taken if file.kind == "photo"][:room]
    if media.attach_media(threads.connection, joined, resident, home):
        if home.report_id is not None:
            # Nobody has looked at them: what was cleared before is not all there is now.
            reports.set_cleared(threads.connection, home.report_id, None)
        code = files.code_of(threads.connection, home)
        if code is not None:
            _note_late(threads, before, taken, _ADDED_SENT(code=Verbatim(code)))
    left = [file for file in taken if file.ref not in joined]
    media.attach_media(threads.connection, [file.ref for file in left], resident, home)
    _refuse_surplus(threads, before, left, len(threads.said), most)


def _note_late(
    threads: Threads, before: AlbumRows, taken: Sequence[Attachment], line: Message
) -> None:
    """Once for an album, whatever else of it comes later."""
    media.mark_late(threads.connection, [file.ref for file in taken])
    if not before.late:
        threads.tell(line)


def _refuse_surplus(
    threads: Threads,
    before: AlbumRows,
    left: Sequence[Attachment],
    place: int,
    most: int,
) -> None:
    """More than are kept: that is said once, and noted."""
    for file in left:
        media.give_up(threads.connection, file.ref, REFUSED, TOO_MANY)
    if left and not before.too_many:
        threads.tell(TOO_MANY_PHOTOS(most=most), at=place)


_ADDED = _("We added your photo. If more photos come with it, we add them too.")
_ADDED_SENT = _("We added your photo to {code}. If more photos come with it, we add them too.")
