"""Whom a turn concerns: countries with their words, and the door to each resident's turn."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.conversation.carry_out import Actor
from bot.conversation.pieces import Waiting, join, piece_of, rest_of
from bot.conversation.protected import has_protected
from bot.conversation.returning import ask_owed, is_amid, put_all_aside, put_aside
from bot.conversation.threads import Threads
from bot.conversation.turn import Turn
from bot.conversation.words import control_words
from bot.domain.country import Country
from bot.domain.inbound import Away, Back, Called, Inbound, Input, Moved
from bot.domain.messages import Label
from bot.domain.outside import Outside
from bot.i18n import Speech
from bot.keys import Keys
from bot.services import groups, residents
from bot.services.news import tell_resident
from bot.services.stuck import SORRY
from storage import addresses, conversations, media, pieces
from storage.database import Connection
from storage.errors import is_away
from storage.later import apart
from storage.media import Waiting as WaitingFile

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CountryReader:
    """What questions need to read answers, for one country on one day."""

    country: Country
    today: date
    speech: Speech

    def labels(self, label: Label) -> frozenset[str]:
        return self.speech.labels(label)

    def ended(self, texts: Iterable[str]) -> frozenset[str]:
        return self.speech.ended(texts)


class Conversations:
    """All conversations of all countries that this process serves. Holds no state of any."""

    def __init__(
        self,
        countries: Mapping[str, Country],
        speeches: Mapping[str, Speech],
        keys: Keys,
        outside: Outside,
    ) -> None:
        self._countries = countries
        self._speeches = speeches
        self._keys = keys
        self._outside = outside
        self._readers: dict[str, CountryReader] = {}
        self._words = {key: control_words(speeches[key]) for key in countries}

    def take_turn(self, connection: Connection, inbound: Inbound) -> None:
        """Take one update in one transaction. The same update again changes nothing.

        Raises `KeyError` for a country that is not served here.
        """
        country = self._countries[inbound.country]
        speech = self._speeches[inbound.country]
        now = self._outside.clock()
        if not conversations.note_update(connection, inbound.bot, inbound.update, now):
            return
        language = speech.choose(inbound.language) or country.languages[0]
        match inbound.input:
            case Called() | Away() | Back() | Moved() as event if inbound.group:
                groups.take(connection, self._outside, self._keys, inbound, event, language)
                return
            case Away() | Back() as event:
                back = residents.reach(connection, self._outside, self._keys, inbound, event)
                if back is not None:
                    self._ask_owed(connection, country, back.resident_id)
                return
            case Called() | Moved():
                return
            case said:
                pass
        person = residents.meet(
            connection,
            self._outside,
            self._keys,
            country,
            bot=inbound.bot,
            channel=inbound.channel,
            address=inbound.address,
            language=language,
        )
        if person.back:
            put_all_aside(self._threads(connection, country, person))
        if not inbound.in_pieces or not self._waits(connection, country, person, inbound, said):
            turn = self._turn(connection, country, person)
            turn.take(said, inbound.echo, inbound.ref, inbound.topic)
        if person.back:
            self._ask_owed(connection, country, person.resident_id)

    def _ask_owed(self, connection: Connection, country: Country, resident_id: str) -> None:
        """What was owed to who comes back, unless they said STOP or were forgotten."""
        person = addresses.person_of(connection, resident_id)
        if person is not None and not person.stopped:
            ask_owed(self._threads(connection, country, person))

    def _waits(
        self,
        connection: Connection,
        country: Country,
        person: addresses.Person,
        inbound: Inbound,
        said: Input,
    ) -> bool:
        """Take what waited for its rest, with the rest where this is it. False where this is
        something of its own, which is to be taken now."""
        waiting = Waiting(connection, self._keys, self._outside, person)
        before = waiting.take()
        rest = rest_of(before, said, inbound.ref, inbound.topic)
        if before and rest is None:
            self._turn(connection, country, person).take_pieces(before)
        piece = piece_of(said, inbound.ref, inbound.topic)
        if piece is not None and has_protected(country, said):
            piece = None  # It is kept nowhere, and what belongs to it goes with it.
        if piece is not None and (rest or self._turn(connection, country, person).may_wait()):
            waiting.put(join(before if rest else [], piece))
            return True
        if rest is not None:
            self._turn(connection, country, person).take_pieces(join(before, rest))
        return rest is not None

    def take_waited(self, connection: Connection) -> bool | datetime | None:
        """Take what has waited for a rest that did not come. True when there was some, else when
        there will be. What cannot be taken is dropped, and its sender told so."""
        now = self._outside.clock()
        resident_id = pieces.find_due(connection, now)
        if resident_id is None:
            return pieces.next_due(connection)
        person = addresses.person_of(connection, resident_id)
        if person is None or person.country not in self._countries:
            pieces.take(connection, resident_id)
            return True
        if not pieces.is_due(connection, resident_id, now):
            return True
        try:
            with apart(connection):
                before = Waiting(connection, self._keys, self._outside, person).take()
                self._turn(connection, self._countries[person.country], person).take_pieces(before)
        except Exception as error:
            if is_away(error):
                raise
            # Neither may it hold up all others, nor what its sender says next.
            logger.exception("what waited for its rest could not be taken")
            pieces.take(connection, resident_id)
            tell_resident(connection, resident_id, (SORRY,), now, even_if_stopped=True)
        return True

    def begin(self, connection: Connection, resident_id: str, flow: str, argument: str) -> bool:
        """Start a conversation that we begin, such as `Is it fixed?`. Whether it began: nothing
        is begun with who was forgotten, said STOP, or lives in a country that is not served
        here. Who blocked the bot is asked when they come back, who is amid something after it."""
        person = addresses.person_of(connection, resident_id)
        if person is None or person.stopped or person.country not in self._countries:
            return False
        country = self._countries[person.country]
        threads = self._threads(connection, country, person)
        if person.blocked or is_amid(threads):
            put_aside(threads, argument)
            return False
        turn = self._turn(connection, country, person)
        turn.begin(flow, argument)
        return True

    def lose_file(
        self, connection: Connection, lost: WaitingFile, state: str, reason: str
    ) -> None:
        """A file that was to be fetched ends in `state`: whoever sent it is told."""
        person = addresses.person_of(connection, lost.resident_id or "")
        if person is None or person.country not in self._countries:
            media.give_up(connection, lost.id, state, reason)
            return
        turn = self._turn(connection, self._countries[person.country], person)
        turn.lose_file(lost, state, reason)

    def _turn(self, connection: Connection, country: Country, person: addresses.Person) -> Turn:
        actor = Actor(connection, self._outside, country, person, self._keys)
        return Turn(actor, self._reader(country, actor.today()), self._words[country.key])

    def _threads(
        self, connection: Connection, country: Country, person: addresses.Person
    ) -> Threads:
        actor = Actor(connection, self._outside, country, person, self._keys)
        return Threads(actor, self._reader(country, actor.today()))

    def _reader(self, country: Country, today: date) -> CountryReader:
        """One for a whole day: what is worked out of its words is remembered by it."""
        known = self._readers.get(country.key)
        if known is None or known.today != today:
            known = CountryReader(country, today, self._speeches[country.key])
            self._readers[country.key] = known
        return known
