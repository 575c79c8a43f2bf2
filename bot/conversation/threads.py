"""The conversations of one resident within a turn: in front, parked, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import shown
from bot.conversation.carry_out import Actor, OnlyLooking
from bot.conversation.links import CODE_MOST, OPENS, has
from bot.conversation.states import States, lock_of
from bot.conversation.words import GO_ON, NOT_KNOWN, POSTER_HINT, UNSENT, WORDS_UNSENT
from bot.domain.codes import fold_code
from bot.domain.inbound import Attachment
from bot.domain.messages import Message, _
from bot.domain.operations import InTopic, Operation, PutOut, Tell
from bot.domain.outcomes import Outcome, Refused
from bot.flows import FLOWS
from bot.flows.ahead import pared
from bot.flows.amending import amend, join, sources_of, takes_back
from bot.flows.engine import Control, OnTable, advance, reopen
from bot.flows.engine import Turn as Advanced
from bot.flows.first_words import FIRST_WORDS, begun_with
from bot.flows.poster import placed
from bot.flows.questions.asked import Given, Reader, Unclear
from bot.flows.replay import World
from bot.flows.state import Kept, State, replace
from bot.services import edits, matters, news, phones, residents, vote_news
from storage import alerts, conversations, media
from storage.conversations import Row
from storage.media import Home


class Threads:
    """Loaded with a turn and gone with it. `said` grows, and is owed when the turn is over."""

    def __init__(self, actor: Actor, reader: Reader) -> None:
        self.actor = actor
        self.reader = reader
        self.said: list[Operation] = []
        self.source = ""
        """What the channel calls the message that this turn takes."""
        self.topic = ""
        """The part of the chat that it came from."""
        self.lock = ""
        """The key of a conversation that took part in this turn and is sealed, if one did."""
        self.connection = actor.connection
        self.rows = conversations.conversations_of(actor.connection, actor.person.resident_id)
        self._states = States(actor.keys)
        self._tables: dict[Row, OnTable | None] = {}
        """What was worked out of a stored state already: a turn asks for it again and again."""

    def find(self, flow: str, subject: str = "") -> Row | None:
        return next((row for row in self.rows if (row.flow, row.subject) == (flow, subject)), None)

    def find_id(self, id: str) -> Row | None:
        return next((row for row in self.rows if row.id == id), None)

    def front(self) -> Row:
        """The foreground; the menu where there is none."""
        if self.rows:
            return self.rows[0]
        return self._put(Row(self.actor.outside.new_id(), "menu", "", b"", 0), State("menu"))

    def start(self, code: str) -> None:
        """The code of a poster, of a report or an idea, or the word of a flow, scanned or typed;
        '' for none.

        Before consent it waits in the conversation at the door.
        """
        country = self.reader.country
        door = self.find("welcome")
        if door is not None or not self.actor.person.consented:
            row = door or Row(self.actor.outside.new_id(), "welcome", "", b"", 0)
            self.show(self._put(row, replace(self.state(row), args=code[:CODE_MOST] or None)))
            return
        number = fold_code(code, country.prefix)
        area = code.casefold()
        vote = vote_news.find_vote(self.connection, country, number or area)
        if not code:
            self.show_menu()
        elif vote is not None:
            self.open("vote", vote.code)
        elif area in country.places_by_key():
            self._start_at(area)
        elif area in OPENS and has(country, OPENS[area]):
            self.open(OPENS[area])
        elif number is not None:
            if self.find(FIRST_WORDS) is None:
                self.open("menu")
                self.said.pop()
            self.news(number)
        else:
            self.show_menu(NOT_KNOWN)

    def show_menu(self, line: Message | None = None) -> None:
        """The menu, and above it what is begun and not sent."""
        drafts = [(self.find(flow), unsent) for flow, unsent in UNSENT.items()]
        waiting = [unsent for row, unsent in drafts if row is not None and self.begun(row)]
        if line is not None or not waiting:
            self.tell(line or POSTER_HINT)
        for unsent in waiting:
            self.tell(unsent.at_start)
        self.open("menu")

    def _start_at(self, area: str) -> None:
        report = self.find("report")
        if report is not None and self.begun(report):
            self.open("poster", area)
            return
        if report is not None:
            self.give_up(report)
        self.open("report", answers=placed(area))

    def begun(self, draft: Row) -> bool:
        """Whether anything was told, beside what a poster said."""
        state = self.state(draft)
        return bool(state.partial) or any(
            kept.value is not None and kept not in placed(_area_of(kept)) for kept in state.answers
        )

    def open(self, flow: str, argument: object = None, answers: tuple[Kept, ...] = ()) -> None:
        """Open a flow, or go on with the lasting one that is under way."""
        entry = FLOWS[flow]
        subject = argument if isinstance(argument, str) else ""
        told = self.find(FIRST_WORDS)
        along = () if told is None else begun_with(flow, self.state(told).answers)
        for other in list(self.rows):
            if other is told and (along or entry.aside):
                continue
            left = not FLOWS[other.flow].lasting and other.flow not in {flow, "menu"}
            # What is protected leaves no draft behind, whatever it stands in.
            if left or self.is_fleeting(other):
                self.give_up(other)
        row = self.find(flow, subject)
        if row is not None and entry.lasting and self.state(row).answers:
            title = entry.title or Message(flow)
            self.tell(GO_ON(title=title))
            self.show(row)
            return
        serial = 0
        if row is not None:
            self._put_out(row)
            serial = self.state(row).serial
        else:
            row = Row(self.actor.outside.new_id(), flow, subject, b"", 0)
        if told is not None and along:
            # What was told before anything was asked turns out to be this.
            media.move_draft_media(self.connection, told.id, row.id)
            self.give_up(told)
        keys = {kept.key for kept in answers}
        along = tuple(kept for kept in along if kept.key not in keys)
        begun = (*answers, *pared(entry, self.reader.country, answers, along))
        state = State(flow, argument, begun, serial=serial)
        self.show(self._put(row, state))

    def table(self, row: Row) -> OnTable | None:
        """The question on a conversation's table, where it has been shown."""
        if row not in self._tables:
            asked = self.state(row).asked
            seen = None if asked is None else self._advance(row, None, OnlyLooking(self.actor))
            self._tables[row] = None if seen is None else seen[1].table
        return self._tables[row]

    def is_fleeting(self, row: Row) -> bool:
        """Whether a conversation stands at something that is to leave no trace."""
        asked = self.state(row).asked
        return asked is not None and asked.fleeting

    def state(self, row: Row) -> State:
        """A conversation's state; empty for one that was never shown."""
        return self._states.read(row)

    def show(self, row: Row) -> None:
        """The question on the table, once more."""
        self._after(row, *self._advance(row, None))

    def deliver(self, row: Row, given: Given | Control) -> bool:
        """Let a conversation take what was given. Whether it was understood."""
        before, turn = self._advance(row, given)
        self._after(row, before, turn)
        return turn.understood

    def amend(self, words: str) -> bool:
        """Put changed words in the place of the answer that their message was. Whether it was
        one of a conversation that is still under way."""
        for row in self.rows:
            state = self.state(row)
            self.actor.conversation_id = row.id
            entry, country = FLOWS[row.flow], self.reader.country
            turn = amend(entry, country, state, self.source, words, self.reader, self.actor)
            match turn:
                case None:
                    continue
                case Unclear():
                    self.tell(_("We could not use that change. Your earlier answer stays."))
                case _ if turn.state.answers != state.answers:
                    self._amended(row, state, turn)
            return True
        return False

    def join(self, row: Row, refs: Sequence[str], files: Sequence[Attachment]) -> bool:
        """Put late files of an album into the answer that the others are. Whether there is one."""
        state = self.state(row)
        self.actor.conversation_id = row.id
        entry, country = FLOWS[row.flow], self.reader.country
        turn = join(entry, country, state, refs, files, self.reader, self.actor)
        if turn is not None:
            self._beside(row, state, turn)
        return turn is not None

    def _amended(self, row: Row, before: State, turn: Advanced) -> None:
        self.tell(_("We changed your answer."))
        self._beside(row, before, turn)

    def _beside(self, row: Row, before: State, turn: Advanced) -> None:
        """Keep a changed answer; another question is shown only where it leads to one."""
        table, asked = turn.table, before.asked
        if table is None or asked is None or table.serial != asked.serial:
            self._after(row, before, turn)
            return
        # The same question still stands there: it needs no second showing.
        self.said += shown.lines(turn.lines, lock_of(row))
        self._put(row, turn.state)

    def put_beside(self, row: Row, state: State) -> None:
        """Change a conversation beside its course; the one in front shows what it comes to."""
        kept = self._states.put(row, state)
        now = self.actor.outside.clock()
        conversations.put_conversation(self.connection, self.actor.person.resident_id, kept, now)
        self.rows = [kept if other.id == row.id else other for other in self.rows]
        if self.rows[0].id == row.id:
            self.show(kept)

    def news(self, code: str, picked: bool = False) -> None:
        """What may be told of a report or an idea, or the vote; and what one can do with it, but
        for a code that is typed in the middle of telling something."""
        country, person = self.reader.country, self.actor.person
        if vote_news.find_vote(self.connection, country, code) is not None:
            self.open("vote", code)
            return
        lines, then = matters.tell_news(self.connection, country, person, code, self.reader.today)
        for line in lines:
            self.tell(line)
        front = self.front()
        if then is not None and (picked or not FLOWS[front.flow].lasting):
            self.open(then.flow, then.args)
        else:
            self.show(front)

    def tell(self, line: Message, at: int | None = None) -> None:
        """Say a line, after everything else or before what was said from `at` on."""
        self.said.insert(len(self.said) if at is None else at, Tell(line))

    def tell_all(self, outcome: Outcome) -> None:
        if isinstance(outcome, Refused):
            self.tell(outcome.line)
            return
        for line in outcome.lines:
            self.said.append(Tell(line) if isinstance(line, Message) else line)

    def owe(self, priority: int) -> None:
        """Owe all that was said to the resident, in order."""
        now = self.actor.outside.clock()
        said = self.said
        if self.topic:
            said = [InTopic(self.topic, operation) for operation in said]
        news.owe(self.connection, self.actor.person, said, now, priority, self.actor.keys)

    def _put(self, row: Row, state: State) -> Row:
        """Keep a conversation, in the foreground."""
        if takes_back(self.state(row), state):
            phones.clean_drafts(self.connection)
        highest = max((other.foreground for other in self.rows if other.id != row.id), default=0)
        place = row.foreground if row.foreground > highest else highest + 1
        kept = replace(self._states.put(row, state), foreground=place)
        now = self.actor.outside.clock()
        conversations.put_conversation(self.connection, self.actor.person.resident_id, kept, now)
        self.rows = [kept, *(other for other in self.rows if other.id != row.id)]
        return kept

    def _drop(self, row: Row) -> None:
        """A conversation that is over: its draft's files and alerts are settled with it."""
        if takes_back(self.state(row), State(row.flow)):
            phones.clean_drafts(self.connection)
        conversations.drop_conversation(self.connection, row.id)
        alerts.settle_alerts(self.connection, row.id, "not sent", None)
        media.drop_draft_media(self.connection, row.id)
        self.rows = [other for other in self.rows if other.id != row.id]

    def give_up(self, row: Row) -> None:
        """Drop a conversation in its middle, with what it asks."""
        self._put_out(row)
        self._drop(row)

    def leave(self, but: Row | None = None) -> None:
        """Put out whatever is still asked, of someone who is erased."""
        for row in self.rows:
            if but is None or row.id != but.id:
                self._put_out(row)
        self.rows = []

    def _put_out(self, row: Row) -> None:
        asked = self.state(row).asked
        if asked is not None:
            self.said.append(PutOut(row.id, asked.serial))

    def _advance(
        self, row: Row, given: Given | Control | None, world: World | None = None
    ) -> tuple[State, Advanced]:
        state = self.state(row)
        self.actor.conversation_id = row.id
        entry = FLOWS[row.flow]
        country, known = self.reader.country, world or self.actor
        turn = advance(entry, country, state, given, self.reader, known, self.source)
        return state, turn

    def _after(self, row: Row, before: State, turn: Advanced) -> None:
        """Keep what a turn came to, and say it."""
        lock = lock_of(row)
        self.lock = self.lock or lock
        self.actor.log(row.flow, turn.noted)
        serial = None if turn.table is None else turn.table.serial
        # Where nothing is told between, the next question puts out the one before it.
        told = turn.table is None or turn.lines
        if before.asked is not None and before.asked.serial != serial and told:
            self.said.append(PutOut(row.id, before.asked.serial))
        self.said += shown.lines(turn.lines, lock)
        if turn.table is None:
            self._end(row, turn)
        else:
            kept = self._put(row, turn.state)
            self.said.append(shown.ask(kept.id, turn.table, lock))
            if turn.table.question.fleeting:
                residents.leave_soon(self.connection, self.actor.outside, kept.id)

    def _end(self, row: Row, turn: Advanced) -> None:
        if turn.end is None or turn.end.cancelled:
            self._drop(row)
            self.tell(_("Cancelled. Nothing was sent."))
            self._go_on()
            return
        outcome = self.actor.carry_out(turn.end.result)
        if isinstance(outcome, Refused):
            self.tell(outcome.line)
            self.show(self._put(row, reopen(turn.state, outcome.reopen)))
            return
        if outcome.report or outcome.idea:
            home = Home(outcome.report or None, outcome.idea or None, outcome.comment)
            sources = sources_of(turn.state.answers)
            edits.note_sources(
                self.connection, self.actor.outside, self.actor.person, home, sources
            )
        if outcome.gone:
            self.leave(but=row)
        elif row.flow == "menu":
            # The menu's buttons stay good for ever: its conversation is never dropped.
            self._put(row, State("menu", serial=turn.state.serial))
        elif row.flow == FIRST_WORDS:
            self._put(row, turn.state)  # What it opens takes it along.
        else:
            self._drop(row)
        self.tell_all(outcome)
        if outcome.then is not None:
            self._open_then(outcome.then.flow, outcome.then.args)
        elif row.flow == "welcome" and not outcome.gone:
            self.start(turn.state.args if isinstance(turn.state.args, str) else "")
        elif not outcome.gone:
            self._go_on()

    def _open_then(self, flow: str, args: object) -> None:
        if flow == "news" and isinstance(args, str):
            self.news(args, picked=True)
        elif flow == "poster" and isinstance(args, str):
            self._start_at(args)
        elif flow == "report" and isinstance(args, str):
            draft = self.find("report")
            if draft is not None:
                self.give_up(draft)
            self._start_at(args)
        else:
            self.open(flow, args)

    def _go_on(self) -> None:
        """Back to what is parked, or the menu."""
        waits = (row for row in self.rows if FLOWS[row.flow].lasting or row.flow == FIRST_WORDS)
        parked = next(waits, None)
        if parked is None:
            self.open("menu")
            return
        if parked.flow == FIRST_WORDS:
            self.tell(WORDS_UNSENT)
        title = FLOWS[parked.flow].title
        if title is not None:
            self.tell(_("Now back to {title}.")(title=title))
        self.show(parked)


def _area_of(kept: Kept) -> str:
    return str(kept.value.get("area")) if isinstance(kept.value, dict) else ""
