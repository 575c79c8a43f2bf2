"""Groups hold no conversations: whoever calls is shown the way to a chat of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec

from bot.domain.inbound import Away, Back, Called, Event, Inbound, Moved
from bot.domain.messages import Message, _
from bot.domain.operations import InTopic, Invite, Operation
from bot.domain.outside import Outside
from bot.domain.owed import dump_operation
from bot.keys import Keys
from bot.services.residents import ADDRESS, find_address
from storage import addresses, groups, outbox
from storage.database import Connection, Database

INVITE_EVERY = timedelta(minutes=30)
"""A group is shown the way at most once in so long, however often the bot is called there."""

_HELLO = _("Hello! To tell us about a problem, write to me in a private chat.")
_NOT_HERE = _("I cannot talk in a group. Please write to me in a private chat.")
# i18n: button
_OPEN = _("Open the chat")


def take(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    inbound: Inbound,
    event: Event,
    language: str,
) -> None:
    """What happened in a group. Nobody there becomes a resident."""
    match event:
        case Called():
            _invite(connection, outside, keys, inbound, _NOT_HERE, language)
        case Back():
            _invite(connection, outside, keys, inbound, _HELLO, language)
        case Away():
            found = find_address(connection, keys, inbound.bot, inbound.address)
            if found is not None and groups.is_group(connection, found):
                groups.drop_group(connection, found)
        case Moved(to):
            move(connection, keys, inbound.bot, inbound.address, to)


def _invite(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    inbound: Inbound,
    line: Message,
    language: str,
) -> None:
    now = outside.clock()
    found = find_address(connection, keys, inbound.bot, inbound.address)
    if found is None:
        found = addresses.add_address(
            connection,
            id=outside.new_id(),
            bot=inbound.bot,
            hash=keys.find(ADDRESS, f"{inbound.bot}:{inbound.address}"),
            cipher=keys.seal(ADDRESS, inbound.address.encode(), inbound.bot.encode()),
            key_id=keys.key_id,
            now=now,
        )
    last = groups.invited_at(connection, found)
    if last is not None and now - last < INVITE_EVERY:
        return
    groups.note_invited(connection, found, now)
    invite: Operation = Invite(line, _OPEN)
    if inbound.topic:
        invite = InTopic(inbound.topic, invite)
    payload = msgspec.json.encode(dump_operation(invite))
    outbox.owe_to(connection, found, None, language, [payload], now)


def move_in(database: Database, keys: Keys) -> Callable[[str, str, str], Awaitable[None]]:
    """`move` for who is told of it outside of a transaction: bot, old address, new address."""

    async def moved(bot: str, old: str, new: str) -> None:
        await database.write(move, keys, bot, old, new)

    return moved


def move(connection: Connection, keys: Keys, bot: str, old: str, new: str) -> None:
    """A group goes by another address from now on; told again, nothing changes."""
    found = find_address(connection, keys, bot, old)
    if found is None or not groups.is_group(connection, found):
        return
    already = find_address(connection, keys, bot, new)
    if already is not None:
        groups.join_addresses(connection, found, already)
        return
    groups.move_address(
        connection,
        found,
        keys.find(ADDRESS, f"{bot}:{new}"),
        keys.seal(ADDRESS, new.encode(), bot.encode()),
        keys.key_id,
    )
