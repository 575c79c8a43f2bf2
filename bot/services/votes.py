"""Votes as residents meet them: which are open, who may vote, and their ballots."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from bot.domain.codes import CODE_SIGNS
from bot.domain.country import Country
from bot.domain.messages import Verbatim, _
from bot.domain.outcomes import Done, Outcome, Refused
from bot.domain.outside import Outside
from bot.domain.votes import (
    AREA,
    CHOICES,
    FLAW_LINES,
    Barrier,
    CastBallot,
    Status,
    Vote,
    VoteLine,
    Voter,
    barrier_line,
    barrier_of,
    flaw_of,
)
from bot.keys import Keys, NotOpened
from bot.keys.votes import KeyLost
from storage import addresses, ballots, conversations, votes
from storage.addresses import Person
from storage.database import Connection

BALLOT = "ballot"
"""The purpose of the vote's key for what is cast."""

RECEIPT_SIGNS, RECEIPT_GROUP = 8, 4
"""A counted code is two groups of four signs."""

UNREADABLE = "?"
"""Stands for a ballot that was damaged: it counts, as invalid. No option has such a key."""


def open_votes(
    connection: Connection, outside: Outside, country: Country, person: Person
) -> tuple[VoteLine, ...]:
    """The votes that take ballots now, the one that closes first first."""
    now = outside.clock()
    taken = set(ballots.parts_of(connection, person.resident_id, only_open=True))
    return tuple(
        VoteLine(vote.code, vote.key, vote.question, vote.closes, vote.code in taken)
        for vote in votes.open_votes(connection, country.key)
        if vote.takes_ballots(now)
    )


def is_voter(connection: Connection, resident_id: str) -> bool:
    """Whether what somebody says may name a choice: they are choosing, or took part in a vote."""
    choosing = (
        row.state.startswith(conversations.LOCKED)
        for row in conversations.conversations_of(connection, resident_id)
    )
    return any(choosing) or bool(ballots.parts_of(connection, resident_id))


def the_vote(
    connection: Connection, keys: Keys, country: Country, person: Person, name: str
) -> Vote | None:
    """A vote of the country by its code or key; its options in an order of the resident's own."""
    vote = votes.find_vote(connection, name)
    if vote is None or vote.country != country.key:
        return None
    if vote.status is not Status.OPEN:
        return vote
    try:
        key = keys.votes.read(vote.code)
    except KeyLost:
        return vote
    order = key.in_order(person.resident_id, [option.key for option in vote.options])
    by_key = {option.key: option for option in vote.options}
    return replace(vote, options=tuple(by_key[key] for key in order))


def may_vote(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    country: Country,
    person: Person,
    name: str,
    area: str = "",
) -> Barrier | None:
    """Why a resident may not vote now, living in `area` as they say; None where they may."""
    vote = votes.find_vote(connection, name)
    barrier = _barrier(connection, outside, country, person, vote, area)
    # Nothing may be asked whose answer could not be sealed.
    if vote is not None and (barrier is None or barrier.asks) and not keys.votes.has(vote.code):
        return Barrier.KEY_LOST
    return barrier


def _barrier(
    connection: Connection,
    outside: Outside,
    country: Country,
    person: Person,
    vote: Vote | None,
    area: str,
) -> Barrier | None:
    if vote is None or vote.country != country.key:
        return Barrier.NO_VOTE
    registered = addresses.registered_at(connection, person.resident_id)
    voted = ballots.area_said(connection, vote.code, person.resident_id) is not None
    voter = Voter(registered, person.adult, area, voted)
    return barrier_of(vote, country, voter, outside.clock())


def cast(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    country: Country,
    person: Person,
    ballot: CastBallot,
) -> Outcome:
    """Keep a ballot, sealed, in the place of an earlier one of the same resident.

    `Refused` where choosing again helps; else `Done`, with why it was not taken.
    """
    vote = votes.share_vote(connection, ballot.code)
    barrier = _barrier(connection, outside, country, person, vote, ballot.area)
    if barrier is Barrier.AREA_UNKNOWN:
        return Refused(barrier_line(barrier, vote), AREA)
    if vote is None or barrier is not None:
        return Done((barrier_line(barrier or Barrier.NO_VOTE, vote),))
    flaw = flaw_of(vote, ballot.choices)
    if flaw is not None:
        return Refused(FLAW_LINES[flaw], CHOICES)
    try:
        key = keys.votes.read(vote.code)
    except KeyLost:
        return Done((barrier_line(Barrier.KEY_LOST, vote),))
    mark = key.mark(person.resident_id)
    sealed = key.seal(BALLOT, write_ballot(vote, ballot.choices), ballot_aad(vote.code, mark))
    first = ballots.put_ballot(connection, vote.code, mark, sealed)
    area = country.area_for_others(ballot.area) if vote.asks_area else ""
    if not ballot.area:
        area = ballots.area_said(connection, vote.code, person.resident_id) or ""
    ballots.note_part(connection, vote.code, person.resident_id, area)
    line = (
        _("We have your vote. You can change it until {when}: write “vote”.")
        if first
        else _("Your vote is changed. You can change it again until {when}.")
    )
    code = receipt_code(key.receipt(mark))
    return Done(
        (
            line(when=vote.closes),
            _("Your code is {code}. After the vote it will be in the list of counted codes.")(
                code=Verbatim(code)
            ),
            _("The list shows that your vote was counted, and never how you voted."),
        )
    )


def own_ballot(
    connection: Connection, keys: Keys, person: Person, name: str
) -> tuple[str, ...] | None:
    """What a resident has cast and may still change, by key; () for a blank one, None for
    nothing."""
    vote = votes.find_vote(connection, name)
    if vote is None or vote.status is not Status.OPEN:
        return None
    try:
        key = keys.votes.read(vote.code)
        mark = key.mark(person.resident_id)
        sealed = ballots.find_ballot(connection, vote.code, mark)
        if sealed is None:
            return None
        return read_ballot(key.open(BALLOT, sealed, ballot_aad(vote.code, mark)))
    except (KeyLost, NotOpened):
        return None


def forget_voter(connection: Connection, keys: Keys, resident_id: str) -> None:
    """Take somebody's ballots out of the open votes. What was counted belongs to nobody."""
    for code in ballots.parts_of(connection, resident_id, only_open=True):
        vote = votes.share_vote(connection, code)
        if vote is None or vote.status is not Status.OPEN:
            continue
        try:
            mark = keys.votes.read(code).mark(resident_id)
        except KeyLost:
            # Nobody will ever read or count it.
            continue
        ballots.drop_ballot(connection, code, mark)


def write_ballot(vote: Vote, choices: Iterable[str]) -> bytes:
    """Choices in the order of their keys, as long as if all were chosen: neither order nor
    length tells anything once it is sealed."""
    keys = sorted(option.key for option in vote.options)
    chosen = set(choices)
    plain = json.dumps([key for key in keys if key in chosen], separators=(",", ":"))
    return plain.ljust(len(json.dumps(keys, separators=(",", ":")))).encode()


def read_ballot(plain: bytes) -> tuple[str, ...]:
    """Read back what `write_ballot` wrote."""
    return tuple(str(key) for key in json.loads(plain))


def ballot_aad(code: str, mark: bytes) -> bytes:
    """Binds a ballot to its place, so that none can be put in the place of another."""
    return code.encode() + b"\0" + mark


def receipt_code(receipt: bytes) -> str:
    """A counted code such as `7K3F-9QWA`: chance to everybody without the vote's key."""
    number, signs = int.from_bytes(receipt, "big"), []
    for _place in range(RECEIPT_SIGNS):
        number, sign = divmod(number, len(CODE_SIGNS))
        signs.append(CODE_SIGNS[sign])
    groups = range(0, RECEIPT_SIGNS, RECEIPT_GROUP)
    return "-".join("".join(signs[at : at + RECEIPT_GROUP]) for at in groups)
