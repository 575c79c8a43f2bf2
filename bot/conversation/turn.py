"""A resident's turn: what came in, and the conversation that takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conversation import albums, files, first_words, small_talk
from bot.conversation.announced import tries_out
from bot.conversation.captions import take_words
from bot.conversation.carry_out import Actor
from bot.conversation.codes import code_asked_for
from bot.conversation.door import ask_again, greet, take_command
from bot.conversation.echoes import echo_of
from bot.conversation.links import OPENS, has
from bot.conversation.pieces import Piece, worded
from bot.conversation.protected import lead_to_help, protects, tell_help
from bot.conversation.shared import renew, waiting_for
from bot.conversation.states import lock_of
from bot.conversation.threads import Threads
from bot.conversation.unusable import refuse, refuse_beside
from bot.conversation.words import NOT_KNOWN
from bot.domain.announcements import OPEN
from bot.domain.announcements import STOP as ANNOUNCED_STOP
from bot.domain.inbound import (
    MAX_JOINED,
    MAX_WORDS,
    Album,
    Attachment,
    Command,
    Contact,
    Edit,
    Input,
    Location,
    Press,
    Text,
    Unusable,
    clean_text,
    cut,
)
from bot.domain.messages import _
from bot.domain.operations import Ask
from bot.domain.residents import HandOver
from bot.flows import FLOWS
from bot.flows.engine import BACK, MENU, PERSON, SKIP, STOP, Control, takes
from bot.flows.lone_words import Spelled, lone_word
from bot.flows.named import bare
from bot.flows.questions.asked import Pressed, Reader, Typed
from bot.flows.questions.photos import files_of
from bot.flows.questions.told import tells
from bot.flows.state import undone
from bot.services import edits, residents
from storage import outbox
from storage.conversations import Row
from storage.media import Waiting

CONTROLS: Mapping[str, str] = {"back": BACK, "skip": SKIP, "cancel": STOP}
"""Words and buttons that the question on the table answers to."""


class Turn:
    """One turn of one resident, within its transaction."""

    def __init__(self, actor: Actor, reader: Reader, spelled: Spelled) -> None:
        self._actor = actor
        self._reader = reader
        self._spelled = spelled
        self._threads = Threads(actor, reader)

    def take(self, input: Input, echo: bool, source: str = "", topic: str = "") -> None:
        """Take what came in with the message `source`, and owe the answers to its `topic`."""
        threads = self._threads
        threads.source, threads.topic = source, topic
        if protects(threads, input):
            self._lead_to_help()
            return
        fleeting = echo and bool(threads.rows) and threads.is_fleeting(threads.front())
        lock = lock_of(threads.front()) if threads.rows else ""
        heard = echo_of(threads, input) if echo else None
        language = self._actor.person.language
        if self._at_door:
            self._take_at_the_door(input)
        else:
            self._dispatch(input)
        if self._actor.person.language != language:
            renew(threads)
        if heard is not None:
            private = fleeting or any(
                isinstance(item, Ask) and item.fleeting for item in threads.said
            )
            # What was said to a sealed conversation, or led to one, is sealed with it.
            known = replace(heard, fleeting=private, lock=lock or threads.lock)
            threads.said.insert(0, known)
        threads.owe(outbox.REPLY)

    def begin(self, flow: str, argument: str) -> None:
        """Open a conversation that we begin; what was answered to it before is no longer so."""
        before = self._threads.find(flow, argument)
        if before is not None:
            self._threads.give_up(before)
        self._threads.open(flow, argument)
        self._threads.owe(outbox.NEWS)

    def lose_file(self, lost: Waiting, state: str, reason: str) -> None:
        """A file cannot be had: take it out of where it was, and say so."""
        files.lose_file(self._threads, lost, state, reason)
        self._threads.owe(outbox.REPLY)

    def _lead_to_help(self) -> None:
        """What was said is dropped, and trained people are named instead."""
        if self._at_door:
            tell_help(self._threads)
            self._take_at_the_door(Command("repeat"))
        else:
            lead_to_help(self._threads)
        self._threads.owe(outbox.REPLY)

    @property
    def _at_door(self) -> bool:
        return not self._actor.person.consented

    def _take_at_the_door(self, input: Input) -> None:
        row = self._threads.find("welcome")
        if row is None:
            greet(self._threads, input.payload if isinstance(input, Command) else "", input)
            return
        match input:
            case Command("language", payload) if payload in self._reader.country.languages:
                self._actor.use_language(payload)
                self._threads.show(row)
            case Command("forget" | "stop"):
                self._decline()
            case Command("start", payload) if payload:
                self._threads.start(payload)
            case Press():
                self._press(input)
            case Text():
                self._text(input, row)
            case Edit(words):
                self._edit(words)
            case Command(name):
                take_command(self._threads, row, name)
            case Unusable() | Location() | Contact() | Attachment():
                ask_again(self._threads, row, input)

    def _dispatch(self, input: Input) -> None:
        match input:
            case Command(name, payload):
                self._command(name, payload)
            case Press():
                self._press(input)
            case Text():
                self._text(input, self._threads.front())
            case Edit(words):
                self._edit(words)
            case Unusable():
                refuse(self._threads, input)
            case Contact() if waiting_for(self._threads, input) is None:
                refuse(self._threads, Unusable("contact"))
            case Location() | Contact():
                self._take_shared(input)
            case Attachment():
                albums.take_files(self._threads, [input], self._take_shared)

    def take_pieces(self, pieces: Sequence[Piece]) -> None:
        """Take what came in several updates as the one thing it is."""
        threads = self._threads
        first = worded(pieces)
        threads.source, threads.topic = first.source, first.topic
        said = [piece.said for piece in pieces]
        if any(protects(threads, one) for one in said):
            self._lead_to_help()
            return
        sent = [item for item in said if isinstance(item, Attachment)]
        if sent:
            albums.take_files(threads, sent, self._take_shared)
            refuse_beside(threads, (item for item in said if isinstance(item, Unusable)))
        else:
            self._dispatch(first.said)
        threads.owe(outbox.REPLY)

    def may_wait(self) -> bool:
        """Whether what is said now may be kept for a moment, as everything is that is told."""
        if self._at_door:
            return False
        threads = self._threads
        if not threads.rows:
            return True
        front = threads.front()
        return lock_of(front) == "" and not threads.is_fleeting(front)

    def _command(self, name: str, payload: str = "") -> None:
        threads, country = self._threads, self._reader.country
        if name == "language" and payload in country.languages:
            self._use_language(payload)
        elif name == OPEN:
            self._open(payload)
        elif name == "start" and tries_out(threads, payload):
            threads.show(threads.front())
        elif name == "start":
            threads.tell_all(residents.started(threads.connection, self._actor.person))
            if payload or not small_talk.goes_on(threads):
                threads.start(payload)
        elif name == "hello":
            # Who asked for silence and greets us has not asked for our news again.
            if not small_talk.goes_on(threads):
                threads.start("")
        elif name == "stop":
            self._stop()
        elif name == "mydata":
            threads.tell_all(self._actor.carry_out(HandOver()))
            threads.show(threads.front())
        elif name in CONTROLS:
            threads.deliver(threads.front(), Control(CONTROLS[name]))
        elif small_talk.answers(threads, name):
            return
        elif name in OPENS and has(country, OPENS[name]):
            threads.open(OPENS[name])
        elif name == "repeat":
            threads.show(threads.front())
        else:
            threads.show_menu(NOT_KNOWN)

    def _open(self, key: str) -> None:
        """A button of an announcement, which stays good for as long as it is there."""
        if key == ANNOUNCED_STOP and not self._at_door:
            self._stop()
        elif key in OPENS and not self._at_door:
            self._threads.open(OPENS[key])
        else:
            self._threads.start("" if key == ANNOUNCED_STOP else key)

    def _press(self, press: Press) -> None:
        threads = self._threads
        if press.conversation == OPEN:
            self._open(press.key)
            return
        row = threads.find_id(press.conversation)
        asked = None if row is None else threads.state(row).asked
        if row is not None and asked is None and lock_of(row):
            # What stood there was sealed with a key that is destroyed: it begins again.
            threads.show(row)
        elif row is None or (asked is None and row.flow != "menu"):
            self._answered_already()
        elif press.key in {MENU, PERSON} and not self._at_door:
            threads.open("menu" if press.key == MENU else "person")
        elif asked is not None and asked.serial != press.serial and row.flow != "menu":
            self._answered_already()
        elif press.key in CONTROLS.values():
            threads.deliver(row, Control(press.key))
        elif asked is None:
            # A menu whose last answer opened something else: its buttons stay good for ever.
            threads.show(row)
            threads.said.pop()
            threads.deliver(threads.front(), Pressed(press.key))
        else:
            threads.deliver(row, Pressed(press.key))

    def _answered_already(self) -> None:
        self._threads.tell(_("That one is already answered."))
        if not self._threads.rows:
            self._threads.open("menu")

    def _text(self, text: Text, row: Row) -> None:
        threads = self._threads
        words = cut(clean_text(text.words), MAX_JOINED)
        if text.serial is not None and not self._is_on_table(text):
            threads.tell(_("That one is already answered."))
            threads.show(row)
            return
        row = threads.find_id(text.conversation) or row
        code = code_asked_for(threads, row, words)
        name = lone_word(words, self._spelled)
        if (code or name) and self._is_option(row, words):
            # A label on the table wins, and is held against what was typed only where it must be.
            code = name = None
        if code is not None and not self._at_door:
            threads.news(code)
        elif not self._at_door and tries_out(threads, words):
            threads.show(row)
        elif name is None:
            self._typed(row, words)
        elif name.startswith("use "):
            self._use_language(name.removeprefix("use "))
        elif name in CONTROLS:
            threads.deliver(row, Control(CONTROLS[name]))
        elif self._at_door:
            self._take_at_the_door(Command(name))
        else:
            self._command(name)

    def _is_option(self, row: Row, words: str) -> bool:
        table = self._threads.table(row)
        return table is not None and takes(self._threads.state(row), table, words, self._reader)

    def _edit(self, words: str) -> None:
        threads, actor = self._threads, self._actor
        words = cut(clean_text(words), MAX_WORDS)
        before = [(row.id, threads.state(row).answers) for row in threads.rows]
        if threads.amend(words):
            files.reword(threads, before, words)
            return
        missed = next(
            (row for row in threads.rows if threads.state(row).missed == threads.source), None
        )
        if missed is not None and threads.source:
            # It was not understood as it stood, or only in part: what it says now is the answer.
            self._text(Text(words), self._undone(missed))
            return
        threads.tell(
            edits.add_edit(threads.connection, actor.outside, actor.person, threads.source, words)
            or _("We cannot tell which answer you changed. Please write it once more.")
        )

    def _undone(self, row: Row) -> Row:
        """A conversation without what its last message chose, so that a number counts on the
        screen that the message was typed at."""
        threads = self._threads
        state = threads.state(row)
        before = undone(state)
        if before is state or threads.rows[0].id != row.id:
            return row
        place = len(threads.said)
        threads.put_beside(row, before)
        del threads.said[place:]
        return threads.find_id(row.id) or row

    def _typed(self, row: Row, words: str) -> None:
        threads = self._threads
        if threads.state(row).asked is None:
            # Nothing is on the table: what was typed answers the menu as if it had been shown.
            threads.show(row)
            if lock_of(row):
                return  # It answered what was sealed with a key that is destroyed, not the menu.
            threads.said.pop()
            row = threads.front()
        before = len(threads.said)
        if small_talk.nods(threads, row, words) or threads.deliver(row, Typed(words)):
            return
        area = self._area_named(words)
        if area is not None:
            # The word of a poster, typed by hand where nothing else was asked that it answers.
            del threads.said[before:]
            if first_words.keep_place(threads, row, area):
                return
            if row.flow == "there" or (FLOWS[row.flow].lasting and row.flow != "report"):
                threads.open("there", area)
            else:
                threads.start(area)
        elif row.flow == "menu" and tells(words):
            del threads.said[before:]
            first_words.keep(threads, Typed(words))

    def _area_named(self, words: str) -> str | None:
        wanted = bare(words)
        areas = self._reader.country.places_by_key()
        return next((area for area in areas if wanted and bare(area) == wanted), None)

    def _is_on_table(self, text: Text) -> bool:
        row = self._threads.find_id(text.conversation)
        if row is None:
            return text.conversation == ""
        asked = self._threads.state(row).asked
        return asked is None or asked.serial == text.serial

    def _take_shared(self, given: Location | Contact | Attachment | Album) -> None:
        threads = self._threads
        row = waiting_for(threads, given) or threads.front()
        if row.flow == "menu" and not isinstance(given, Contact):
            taken = first_words.keep(threads, given)
        else:
            taken = threads.deliver(row, given)
        if not taken and isinstance(given, Attachment | Album):
            caption = "\n".join(file.caption for file in files_of(given))
            take_words(threads, threads.front(), caption, asked=True)

    def _stop(self) -> None:
        threads = self._threads
        threads.tell_all(
            residents.stopped(threads.connection, self._actor.outside, self._actor.person)
        )
        small_talk.tell_unsent(threads)

    def _decline(self) -> None:
        """Who wants to be left alone before having agreed is erased, as by a No."""
        threads = self._threads
        threads.leave()
        threads.tell_all(
            residents.decline(
                threads.connection, self._actor.outside, self._actor.keys, self._actor.person
            )
        )

    def _use_language(self, language: str) -> None:
        self._actor.use_language(language)
        self._threads.show(self._threads.front())
