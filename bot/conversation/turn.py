"""A resident's turn: what came in, the conversation that takes it, and the answers owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conversation.carry_out import Actor
from bot.conversation.words import UNUSABLE, UNUSABLE_ELSE
from bot.domain.inbound import (
    MAX_WORDS,
    Attachment,
    Command,
    Input,
    Location,
    Press,
    Text,
    Unusable,
    clean_text,
    cut,
)
from bot.domain.messages import Label, Message, _
from bot.domain.operations import Ask, Echo, Operation, PutOut, Tell
from bot.domain.outcomes import Done, Refused
from bot.domain.reports import fold_code
from bot.domain.residents import HandOver, OpenFlow
from bot.flows import FLOWS
from bot.flows.engine import (
    BACK,
    MENU,
    PERSON,
    SKIP,
    STOP,
    Control,
    OnTable,
    advance,
    reopen,
    takes,
)
from bot.flows.engine import Turn as Advanced
from bot.flows.matching import lone_word
from bot.flows.questions.asked import Given, Pressed, Reader, Typed
from bot.flows.state import State, dump_state, load_state
from bot.services import news, reports, residents
from storage import conversations, outbox
from storage import reports as report_rows
from storage.conversations import Row

CONTROLS: Mapping[str, str] = {"back": BACK, "skip": SKIP, "cancel": STOP}
"""Words and buttons that the question on the table answers to."""

OPENS: Mapping[str, str] = {
    "menu": "menu",
    "help": "help",
    "language": "language",
    "person": "person",
    "my": "my",
    "report": "report",
    "privacy": "privacy",
    "forget": "forget",
    "private": "private help",
}
"""Words and commands that open a flow."""


class Turn:
    """One turn of one resident, within its transaction."""

    def __init__(self, actor: Actor, reader: Reader, words: Mapping[str, Sequence[str]]) -> None:
        self._actor = actor
        self._reader = reader
        self._words = words
        self._said: list[Operation] = []
        self._connection = actor.connection
        self._rows = conversations.conversations_of(self._connection, self._resident)

    @property
    def _resident(self) -> str:
        return self._actor.person.resident_id

    def take(self, input: Input, echo: bool) -> None:
        """Take what came in, and owe the answers."""
        front = self._table(self._front()) if self._rows else None
        private = front is not None and front.question.fleeting
        heard = self._echo(input, front) if echo else None
        if self._actor.person.consented:
            self._dispatch(input)
        else:
            self._at_the_door(input)
        if heard is not None:
            private = private or any(
                isinstance(item, Ask) and item.fleeting for item in self._said
            )
            self._said.insert(0, replace(heard, fleeting=private))
        self._owe(outbox.REPLY)

    def begin(self, flow: str, argument: str) -> None:
        """Open a conversation that we begin."""
        self._open(flow, argument)
        self._owe(outbox.NEWS)

    def _owe(self, priority: int) -> None:
        actor = self._actor
        now = actor.outside.clock()
        news.owe(self._connection, actor.person, self._said, now, priority)

    # What came in

    def _at_the_door(self, input: Input) -> None:
        row = self._row("welcome")
        if row is None:
            self._open("welcome")
            return
        match input:
            case Command("language", payload) if payload in self._reader.country.languages:
                self._actor.use_language(payload)
                self._show(row)
            case Command() | Unusable():
                self._show(row)
            case Press():
                self._press(input)
            case Text():
                self._text(input, row)
            case Location() | Attachment():
                self._show(row)

    def _dispatch(self, input: Input) -> None:
        match input:
            case Command(name, payload):
                self._command(name, payload)
            case Press():
                self._press(input)
            case Text():
                self._text(input, self._front())
            case Unusable(reason):
                self._tell(UNUSABLE.get(reason, UNUSABLE_ELSE))
                self._show(self._front())
            case Location():
                self._place_or_file(input)
            case Attachment():
                self._attach(input)

    def _command(self, name: str, payload: str) -> None:
        country = self._reader.country
        if name == "language" and payload in country.languages:
            self._use_language(payload)
        elif name == "start":
            self._tell_all(residents.started(self._connection, self._actor.person))
            self._open("menu")
        elif name == "stop":
            self._stop()
        elif name == "mydata":
            self._tell_all(self._actor.carry_out(HandOver()))
            self._show(self._front())
        elif name in CONTROLS:
            self._control(CONTROLS[name], self._front())
        elif name in OPENS and self._may_open(OPENS[name]):
            self._open(OPENS[name])
        elif name == "repeat":
            self._show(self._front())
        else:
            self._tell(_("We do not know that word. Here is what you can do."))
            self._open("menu")

    def _may_open(self, flow: str) -> bool:
        return flow != "private help" or self._reader.country.private_help

    def _press(self, press: Press) -> None:
        row = next((row for row in self._rows if row.id == press.conversation), None)
        state = None if row is None else load_state(row.state)
        lasting_menu = row is not None and row.flow == "menu"
        if row is None or state is None or state.asked is None:
            self._answered_already()
        elif press.key == MENU and not self._door():
            self._open("menu")
        elif press.key == PERSON and not self._door():
            self._open("person")
        elif state.asked.serial != press.serial and not lasting_menu:
            self._answered_already()
        elif press.key in CONTROLS.values():
            self._control(press.key, row)
        else:
            self._deliver(row, Pressed(press.key))

    def _door(self) -> bool:
        return not self._actor.person.consented

    def _answered_already(self) -> None:
        self._tell(_("That one is already answered."))
        if not self._rows:
            self._open("menu")

    def _text(self, text: Text, row: Row) -> None:
        words = cut(clean_text(text.words), MAX_WORDS)
        if text.serial is not None and not self._is_on_table(text):
            self._tell(_("That one is already answered."))
            self._show(row)
            return
        own = next((item for item in self._rows if item.id == text.conversation), None)
        row = own or row
        table = self._table(row)
        named = table is not None and takes(load_state(row.state), table, words, self._reader)
        if not named and not self._door():
            code = fold_code(words, self._reader.country.prefix)
            if code is not None:
                self._news(code)
                return
        name = None if named else lone_word(words, self._words)
        if name is None:
            self._deliver(row, Typed(words))
        elif name.startswith("use "):
            self._use_language(name.removeprefix("use "))
        elif name in CONTROLS:
            self._control(CONTROLS[name], row)
        elif self._door():
            self._show(row)
        elif name == "start":
            self._command("start", "")
        else:
            self._command(name, "")

    def _is_on_table(self, text: Text) -> bool:
        for row in self._rows:
            if row.id == text.conversation:
                asked = load_state(row.state).asked
                return asked is not None and asked.serial == text.serial
        return text.conversation == ""

    def _place_or_file(self, given: Location | Attachment) -> None:
        row = self._front()
        if row.flow == "menu":
            self._tell(_("To tell us of a problem, press “Report a problem” first."))
            self._show(row)
        else:
            self._deliver(row, given)

    def _attach(self, attachment: Attachment) -> None:
        row = self._front()
        actor = self._actor
        ref = actor.outside.new_id()
        report_rows.add_media(
            self._connection,
            id=ref,
            resident_id=self._resident,
            conversation_id=row.id,
            kind=attachment.kind,
            name=attachment.name,
            type=attachment.type,
            size=attachment.size,
            seconds=attachment.seconds,
            album=attachment.album,
            created_at=actor.outside.clock(),
            demo=actor.person.demo,
        )
        caption = cut(clean_text(attachment.caption), MAX_WORDS)
        self._place_or_file(replace(attachment, ref=ref, caption=caption))
        held = any(ref.encode() in other.state for other in self._rows)
        if not held:
            report_rows.drop_unfiled_media(self._connection, ref)

    def _stop(self) -> None:
        draft = self._row("report")
        self._tell_all(
            residents.stopped(self._connection, self._actor.outside, self._actor.person)
        )
        if draft is not None:
            self._tell(_("Your report is not sent. Write “report” within a week to go on."))

    def _use_language(self, language: str) -> None:
        self._actor.use_language(language)
        self._show(self._front())

    def _news(self, code: str) -> None:
        country, person = self._reader.country, self._actor.person
        lines, own = reports.tell_news(self._connection, country, person, code)
        for line in lines:
            self._tell(line)
        front = self._front()
        if front.flow == "menu" and own:
            self._open("news", code)
        else:
            self._show(front)

    # Conversations

    def _row(self, flow: str, subject: str = "") -> Row | None:
        return next(
            (row for row in self._rows if (row.flow, row.subject) == (flow, subject)), None
        )

    def _front(self) -> Row:
        """The foreground; the menu where there is none."""
        if self._rows:
            return self._rows[0]
        return self._put(Row(self._actor.outside.new_id(), "menu", "", b"", 0), State("menu"))

    def _put(self, row: Row, state: State, front: bool = True) -> Row:
        """Keep a conversation, in the foreground or where it is."""
        highest = max((other.foreground for other in self._rows), default=0)
        place = highest + 1 if front else row.foreground
        kept = replace(row, state=dump_state(state), foreground=place)
        now = self._actor.outside.clock()
        conversations.put_conversation(self._connection, self._resident, kept, now)
        others = [other for other in self._rows if other.id != row.id]
        self._rows = sorted([kept, *others], key=lambda item: -item.foreground)
        return kept

    def _drop(self, row: Row) -> None:
        """A conversation that is over: its draft's files and alerts are settled with it."""
        conversations.drop_conversation(self._connection, row.id)
        report_rows.settle_alerts(self._connection, row.id, "not sent", None)
        report_rows.drop_draft_media(self._connection, row.id)
        self._rows = [other for other in self._rows if other.id != row.id]

    def _open(self, flow: str, argument: object = None) -> None:
        """Open a flow, or go on with the lasting one that is under way."""
        entry = FLOWS[flow]
        subject = argument if isinstance(argument, str) else ""
        for other in list(self._rows):
            if not FLOWS[other.flow].lasting and other.flow not in {flow, "menu"}:
                self._put_out(other)
                self._drop(other)
        row = self._row(flow, subject)
        if row is not None and entry.lasting and load_state(row.state).answers:
            self._tell(
                _("Here is where we were with {title}.")(title=entry.title or Message(flow))
            )
            self._show(row)
            return
        serial = 0
        if row is not None:
            self._put_out(row)
            serial = load_state(row.state).serial
        else:
            row = Row(self._actor.outside.new_id(), flow, subject, b"", 0)
        self._show(self._put(row, State(flow, argument, serial=serial)))

    def _put_out(self, row: Row) -> None:
        asked = load_state(row.state).asked
        if asked is not None and row.flow != "menu":
            self._say(PutOut(row.id, asked.serial))

    def _advance(self, row: Row, given: Given | Control | None) -> tuple[State, Advanced]:
        state = load_state(row.state)
        self._actor.conversation_id = row.id
        entry = FLOWS[row.flow]
        turn = advance(entry, self._reader.country, state, given, self._reader, self._actor)
        return state, turn

    def _table(self, row: Row) -> OnTable | None:
        """The question on a conversation's table, where it has been shown."""
        if load_state(row.state).asked is None:
            return None
        return self._advance(row, None)[1].table

    def _show(self, row: Row) -> None:
        self._after(row, *self._advance(row, None))

    def _deliver(self, row: Row, given: Given) -> None:
        self._after(row, *self._advance(row, given))

    def _control(self, key: str, row: Row) -> None:
        self._after(row, *self._advance(row, Control(key)))

    def _after(self, row: Row, before: State, turn: Advanced) -> None:
        """Keep what a turn came to, and say it."""
        self._log(row, turn)
        serial = None if turn.table is None else turn.table.serial
        if before.asked is not None and before.asked.serial != serial and row.flow != "menu":
            self._say(PutOut(row.id, before.asked.serial))
        for line in turn.lines:
            self._say(Tell(line.message, line.fleeting))
        if turn.table is not None:
            kept = self._put(row, turn.state)
            self._say(_ask(kept.id, turn.table))
            return
        self._end(row, turn)

    def _end(self, row: Row, turn: Advanced) -> None:
        if turn.end is None or turn.end.cancelled:
            self._drop(row)
            self._tell(_("Cancelled. Nothing was sent."))
            self._go_on()
            return
        outcome = self._actor.carry_out(turn.end.result)
        match outcome:
            case Refused(line, key):
                self._tell(line)
                again = self._put(row, reopen(turn.state, key))
                self._show(again)
            case Done(_lines, then, gone):
                if gone:
                    self._rows = []
                elif row.flow == "menu":
                    # The menu's buttons stay good for ever: its conversation is never dropped.
                    self._put(row, State("menu", serial=turn.state.serial))
                else:
                    self._drop(row)
                self._tell_all(outcome)
                if then is not None:
                    self._open_then(then)
                elif not gone:
                    self._go_on()

    def _open_then(self, then: OpenFlow) -> None:
        if then.flow == "news" and isinstance(then.args, str):
            self._news(then.args)
        else:
            self._open(then.flow, then.args)

    def _go_on(self) -> None:
        """Back to what is parked, or the menu."""
        parked = next((row for row in self._rows if FLOWS[row.flow].lasting), None)
        if parked is None:
            self._open("menu")
            return
        title = FLOWS[parked.flow].title
        if title is not None:
            self._tell(_("Now back to {title}.")(title=title))
        self._show(parked)

    # What is said

    def _echo(self, input: Input, front: OnTable | None) -> Echo | None:
        match input:
            case Text(words):
                return Echo(cut(clean_text(words), MAX_WORDS))
            case Press():
                label = self._label(input)
                return None if label is None else Echo(label=label)
            case Location():
                return Echo(label=_("My location"))
            case Attachment():
                return Echo(clean_text(input.caption), media=((input.kind, input.name),))
            case Command() | Unusable():
                return None

    def _label(self, press: Press) -> Label | None:
        row = next((row for row in self._rows if row.id == press.conversation), None)
        table = None if row is None else self._table(row)
        if table is None:
            return None
        buttons = (*table.look.buttons, *table.controls)
        return next((button.label for button in buttons if button.key == press.key), None)

    def _say(self, operation: Operation) -> None:
        self._said.append(operation)

    def _tell(self, line: Message) -> None:
        self._say(Tell(line))

    def _tell_all(self, outcome: Done | Refused) -> None:
        if isinstance(outcome, Refused):
            self._tell(outcome.line)
            return
        for line in outcome.lines:
            self._say(Tell(line) if isinstance(line, Message) else line)

    def _log(self, row: Row, turn: Advanced) -> None:
        person = self._actor.person
        if turn.noted is None or not person.consented:
            return
        conversations.log_interaction(
            self._connection,
            resident_id=self._resident,
            country=person.country,
            flow=row.flow,
            question=turn.noted.key,
            kind=turn.noted.kind,
            choice=turn.noted.choice,
            language=person.language,
            channel=person.channel,
            demo=person.demo,
            now=self._actor.outside.clock(),
        )


def _ask(conversation: str, table: OnTable) -> Ask:
    question, look = table.question, table.look
    return Ask(
        conversation,
        table.serial,
        look.line,
        look.buttons,
        table.controls,
        look.wants,
        look.summary,
        question.fleeting,
    )
