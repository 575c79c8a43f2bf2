"""What residents decide about themselves: language, consent, STOP, being forgotten, a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot.domain.codes import CODE_SIGNS, REQUEST_LENGTH, REQUEST_PREFIX
from bot.domain.country import Country
from bot.domain.inbound import Away, Back, Inbound
from bot.domain.messages import _
from bot.domain.operations import Wipe
from bot.domain.outcomes import Done, Outcome
from bot.domain.outside import Outside
from bot.domain.residents import PRE_CONSENT_HOURS, PRIVATE_OPEN, AskPerson
from bot.keys import Keys, KeysError
from bot.services import announcements, votes
from storage import addresses, due, later, outbox, person_requests, residents
from storage.addresses import Person
from storage.database import Connection

Known = TypeVar("Known")

ADDRESS = "address"
"""The keys' purpose for addresses: sealed, and hashed to be found again."""

FILE = "file"
"""And for what a channel calls a file that is still to be fetched."""

NO_CONSENT, FAREWELL = "no consent", "farewell"
"""Kinds of due work: erase who never agreed; drop an address once its last line was sent."""

LEFT_OPEN = "left open"
"""A kind of due work: close what shows something private and was not closed by hand."""

FAREWELL_AFTER = timedelta(minutes=10)
"""So long a farewell stands on the page of somebody who was forgotten."""

CLEAN_FILES = "clean files"
"""The task that makes sure that erased things are gone from the files too."""

BLOCKED = "blocked"
"""Why what was owed to an address was given up."""


def secret_fits(connection: Connection, keys: Keys) -> bool | None:
    """Whether these keys open what is sealed; None where nothing is. Who once ran with another
    secret by mistake has both."""
    sealed = addresses.some_sealed(connection)
    return any(_opens(keys, *one) for one in sealed) if sealed else None


def _opens(keys: Keys, bot: str, cipher: bytes, key_id: str) -> bool:
    try:
        keys.open(ADDRESS, cipher, key_id, bot.encode())
    except KeysError:
        return False
    return True


def meet(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    country: Country,
    *,
    bot: str,
    channel: str,
    address: str,
    language: str,
) -> Person:
    """The person behind an address; a new pseudonym for one that was never met.

    Two first messages may come together: both meet the same person.
    """
    person = _hold_person(connection, keys, bot, address)
    if person is not None and person.blocked:
        # Who writes can be written to.
        addresses.set_blocked(connection, person.address_id, None)
        return replace(person, blocked=False, back=True)
    if person is not None:
        return person
    now = outside.clock()
    hash = keys.find(ADDRESS, f"{bot}:{address}")
    address_id = addresses.add_address(
        connection,
        id=outside.new_id(),
        bot=bot,
        hash=hash,
        cipher=keys.seal(ADDRESS, address.encode(), bot.encode()),
        key_id=keys.key_id,
        now=now,
    )
    person = addresses.hold_person(connection, bot, hash)
    if person is not None:
        return person
    due.drop(connection, FAREWELL, address_id)
    resident_id = outside.new_id()
    addresses.add_resident(
        connection,
        id=resident_id,
        profile_id=outside.new_id(),
        address_id=address_id,
        country=country.key,
        language=language,
        channel=channel,
        pilot=not country.live,
        now=now,
    )
    due.put(connection, NO_CONSENT, resident_id, now + timedelta(hours=PRE_CONSENT_HOURS))
    person = addresses.find_person(connection, bot, hash)
    if person is None:
        raise LookupError("a person who was just met is gone")
    return person


def _by_any_key(
    find: Callable[[Connection, str, bytes], Known | None],
    connection: Connection,
    keys: Keys,
    bot: str,
    address: str,
) -> Known | None:
    """What stands under an address, whichever key it was hashed with."""
    found = (find(connection, bot, hash) for hash in keys.find_any(ADDRESS, f"{bot}:{address}"))
    return next((known for known in found if known is not None), None)


def find_person(connection: Connection, keys: Keys, bot: str, address: str) -> Person | None:
    """The person behind an address that is known."""
    return _by_any_key(addresses.find_person, connection, keys, bot, address)


def _hold_person(connection: Connection, keys: Keys, bot: str, address: str) -> Person | None:
    """`find_person`, held until the transaction ends: it is their turn."""
    return _by_any_key(addresses.hold_person, connection, keys, bot, address)


def find_address(connection: Connection, keys: Keys, bot: str, address: str) -> str | None:
    """The id of an address that is known."""
    return _by_any_key(addresses.find_address, connection, keys, bot, address)


def reach(
    connection: Connection, outside: Outside, keys: Keys, inbound: Inbound, event: Away | Back
) -> Person | None:
    """Somebody blocked the bot: what is owed to them is given up, and nothing new is begun. Or
    they took that back: who it is that had blocked it."""
    found = find_address(connection, keys, inbound.bot, inbound.address)
    if found is None:
        return None
    person = find_person(connection, keys, inbound.bot, inbound.address)
    match event:
        case Away():
            addresses.set_blocked(connection, found, outside.clock())
            outbox.give_up_all(connection, found, BLOCKED)
            announcements.blocked(connection, outside, found)
        case Back():
            addresses.set_blocked(connection, found, None)
            return person if person is not None and person.blocked else None
    return None


def agree(connection: Connection, outside: Outside, person: Person, version: str) -> Outcome:
    """Keep that consent was given: the version of the text, the language, the time."""
    addresses.give_consent(
        connection,
        id=outside.new_id(),
        resident_id=person.resident_id,
        version=version,
        language=person.language,
        channel=person.channel,
        now=outside.clock(),
    )
    due.drop(connection, NO_CONSENT, person.resident_id)
    return Done((_("Thank you. You can leave at any time: write “forget me”."),))


def decline(connection: Connection, outside: Outside, keys: Keys, person: Person) -> Outcome:
    """Consent was refused: the one row there was is erased."""
    _erase(connection, outside, keys, person)
    return Done((Wipe(), _("That is fine. We keep nothing. Goodbye!")), gone=True)


def forget(connection: Connection, outside: Outside, keys: Keys, person: Person) -> Outcome:
    """Erase address, words and the ballots of open votes, and keep counts."""
    _erase(connection, outside, keys, person)
    return Done((Wipe(), _("Done. We have forgotten you. Goodbye!")), gone=True)


def _erase(connection: Connection, outside: Outside, keys: Keys, person: Person) -> None:
    votes.forget_voter(connection, keys, person.resident_id)
    residents.forget(connection, person.resident_id, person.address_id)
    due.drop(connection, NO_CONSENT, person.resident_id)
    due.put(connection, FAREWELL, person.address_id, outside.clock() + FAREWELL_AFTER)
    later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)


def erase_again(
    connection: Connection, keys: Keys, erased_of: Callable[[Iterable[str]], Sequence[str]]
) -> int:
    """In a database of before, erase whoever has been erased since. How many.

    Nobody is told: they were, then.
    """
    again = [id for ids in residents.read_ids(connection) for id in erased_of(ids)]
    for resident_id in again:
        votes.forget_voter(connection, keys, resident_id)
        person = addresses.person_of(connection, resident_id)
        residents.forget(connection, resident_id, person.address_id if person else None)
        due.drop(connection, NO_CONSENT, resident_id)
        if person is not None:
            addresses.drop_address(connection, person.address_id)
    if again:
        later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)
    return len(again)


def leave_soon(connection: Connection, outside: Outside, conversation_id: str) -> None:
    """A conversation stands at something private: whoever leaves it open leaves it for an hour."""
    due.put(connection, LEFT_OPEN, conversation_id, outside.clock() + PRIVATE_OPEN)


def ask_person(
    connection: Connection, outside: Outside, country: Country, person: Person, asked: AskPerson
) -> Outcome:
    """Keep that a person is wanted, with a number that staff answer to."""
    while not person_requests.add(
        connection,
        id=outside.new_id(),
        code=f"{REQUEST_PREFIX}-{outside.draw(CODE_SIGNS, REQUEST_LENGTH)}",
        country=country.key,
        resident_id=person.resident_id,
        words=asked.words,
        language=person.language,
        at=outside.clock(),
        demo=person.demo,
    ):
        pass
    return Done((_("Thank you. A person of our team will answer you here."),))


def use_language(connection: Connection, person: Person, language: str) -> Outcome:
    addresses.use_language(connection, person.resident_id, language)
    return Done()


def state_age(connection: Connection, person: Person, adult: bool) -> None:
    """Keep what somebody stated of their age. Of who is under age no name, number, exact point
    or voice stays that was kept before."""
    addresses.state_age(connection, person.resident_id, adult)
    if not adult:
        residents.make_coarse(connection, person.resident_id)
        later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)


def stopped(connection: Connection, outside: Outside, person: Person) -> Outcome:
    """STOP: we begin nothing by ourselves any more."""
    addresses.set_stopped(connection, person.resident_id, outside.clock())
    announcements.stopped(connection, outside, person.resident_id)
    return Done((_("You will get no more news from us. Write “start” to get it again."),))


def started(connection: Connection, person: Person) -> Outcome:
    """START: news again, and announcements for who had asked for no message."""
    if not addresses.set_quiet(connection, person.resident_id, False) and not person.stopped:
        return Done()
    addresses.set_stopped(connection, person.resident_id, None)
    return Done((_("Welcome back. You get our news again."),))
