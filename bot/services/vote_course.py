"""The course of a vote, as organisers and the clock take it: opened, corrected, ended, published.

What ends a vote is one transaction, which counts, draws the order of the ballots by lot and drops
the sealed ones. What no transaction can (the log, old pages, the key) is cleaned after it, again
and again until it is done; nothing is published before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.messages import Message, Name, Verbatim, _
from bot.domain.operations import Operation, Say
from bot.domain.outcomes import NotAllowed
from bot.domain.outside import Outside
from bot.domain.vote_changes import differing, differing_texts
from bot.domain.votes import CHANGES, Status, Vote
from bot.keys import Keys, NotOpened
from bot.keys.votes import KeyLost, VoteKey
from bot.services import codes
from bot.services.audit_lines import note
from bot.services.news import hold_at_once, tell_all
from bot.services.vote_results import result_news, result_of
from bot.services.votes import BALLOT, UNREADABLE, ballot_aad, read_ballot, receipt_code
from storage import ballots, due, facts, later, votes
from storage.codes import VOTE
from storage.database import Connection
from storage.errors import is_away

logger = logging.getLogger(__name__)

VOTE_CLOSES = "vote closes"
"""A kind of due work: the last moment of a vote has come."""

RESULT_LATE = "vote result late"
"""A kind of due work: the day is over by which a vote's result was promised."""

END_VOTES = "end votes"
"""The task that closes what is due and cleans what has ended."""

SYSTEM = "system"
"""Who closes a vote by the clock."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of it: how many residents were told, and what else there is to say to staff."""

    code: str
    told: int = 0
    notes: tuple[str, ...] = ()


Tell = Callable[[Connection, Vote, Sequence[Message | Operation], datetime], int]
"""Tells everybody who took part in a vote; how many."""


def tell_participants(
    connection: Connection, vote: Vote, said: Sequence[Message | Operation], now: datetime
) -> int:
    """Owe something to everybody who took part."""
    return tell_all(connection, ballots.voters(vote.code), said, now)


def draw_code(connection: Connection, outside: Outside, country: Country) -> str:
    """A code of the country that nothing has, from now on a vote's."""
    return codes.draw_code(connection, outside, country, VOTE)


def open_vote(
    connection: Connection, outside: Outside, keys: Keys, actor: str, vote: Vote
) -> Changed | NotAllowed:
    """Announce a vote that has its code; its key must be there. It takes ballots between its
    dates, and closes by itself."""
    now = outside.clock()
    if vote.closes <= now:
        return NotAllowed(f"It closes on {vote.closes:%Y-%m-%d %H:%M}, which is past.")
    if not keys.votes.has(vote.code):
        return NotAllowed(f"The key of {vote.code} is not in {keys.votes.folder}.")
    if not votes.add_vote(connection, vote, now):
        return NotAllowed(f"There is a vote {vote.key} already.")
    due.put(connection, VOTE_CLOSES, vote.code, vote.closes)
    if vote.result_due is not None:
        due.put(connection, RESULT_LATE, vote.code, vote.result_due)
    note(connection, outside, actor, "vote open", vote.code, vote.key)
    return Changed(vote.code)


def correct_vote(
    connection: Connection, outside: Outside, actor: str, standing: Vote, file: Vote
) -> Changed | NotAllowed:
    """Put the texts of a changed file in the place of an open vote's. Nothing else may differ:
    ballots were cast on it."""
    held = votes.hold_vote(connection, standing.code)
    if held is None or held.status is not Status.OPEN:
        return NotAllowed(f"{standing.code} is not open any more.")
    fixed = differing(held, file)
    if fixed:
        return NotAllowed(
            f"{held.code} is open, so only its texts may change. Also changed: {', '.join(fixed)}."
        )
    changed = differing_texts(held, file)
    if not changed:
        return Changed(held.code, notes=("Nothing in the file has changed.",))
    votes.correct_texts(connection, replace(file, code=held.code))
    for what in changed:
        note(connection, outside, actor, "vote correct", held.code, what)
    return Changed(held.code, notes=tuple(f"Corrected: {what}." for what in changed))


def withdraw_option(
    connection: Connection, outside: Outside, actor: str, code: str, key: str, reason: Name
) -> Changed | NotAllowed:
    """Take an option out of an open vote. Everybody who took part is told, since who chose it is
    not known; they may change their vote."""
    vote = _hold(connection, code)
    if vote is None or vote.status is not Status.OPEN:
        return NotAllowed(f"{code} is not open, so nothing can be withdrawn from it.")
    option = vote.option(key)
    if option is None:
        keys = ", ".join(option.key for option in vote.options)
        return NotAllowed(f"{code} has no option {key}. It has: {keys}.")
    if option.withdrawn is not None:
        return NotAllowed(f"{key} was withdrawn already.")
    if sum(other.withdrawn is None for other in vote.options) == 1:
        return NotAllowed(f"{key} is the last option: withdraw the whole vote.")
    now = outside.clock()
    votes.withdraw_option(connection, code, key, reason, now)
    line = _("In the vote {code}, the option “{option}” was withdrawn. You may change your vote.")
    said = (line(code=Verbatim(code), option=option.label), _say(reason))
    told = tell_participants(connection, vote, said, now)
    note(connection, outside, actor, "vote withdraw", code, f"option {key}, told {told}")
    return Changed(code, told)


def withdraw_vote(
    connection: Connection, outside: Outside, actor: str, code: str, reason: Name
) -> Changed | NotAllowed:
    """Give a vote up before its end. Its ballots are erased unread; who took part is told."""
    vote = _hold(connection, code)
    refusal = _refusal(vote, code, Status.WITHDRAWN)
    if vote is None or refusal is not None:
        return refusal or NotAllowed(f"There is no vote {code}.")
    now = outside.clock()
    ballots.drop_ballots(connection, code)
    line = _("The vote {code} was withdrawn. No vote in it is counted, and all are erased.")
    told = tell_participants(connection, vote, (line(code=Verbatim(code)), _say(reason)), now)
    _end(connection, vote, Status.WITHDRAWN, now, reason=reason)
    note(connection, outside, actor, "vote withdraw", code, f"told {told}")
    return Changed(code, told)


def close_vote(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    actor: str,
    code: str,
    reason: Name | None = None,
    opened: Opened | None = None,
) -> Changed | NotAllowed:
    """Close a vote and count it. Before its last moment that needs a reason, which is told to
    everybody who took part; it cannot be undone.

    `opened` are ballots that were opened before (`open_ballots`): everybody waits for the others.
    """
    now = outside.clock()
    found = votes.find_vote(connection, code)
    early = found is not None and now < found.closes
    vote = _hold(connection, code) if early else votes.hold_vote(connection, code)
    refusal = _refusal(vote, code, Status.CLOSED)
    if vote is None or refusal is not None:
        return refusal or NotAllowed(f"There is no vote {code}.")
    if now < vote.opens:
        return NotAllowed(f"{code} opens later, so nobody could vote: withdraw the whole vote.")
    if early and reason is None:
        return NotAllowed(
            f"{code} is open until {vote.closes:%Y-%m-%d %H:%M}. To close it early needs a reason "
            'in each language: --reason LANGUAGE="WORDS"'
        )
    try:
        key = keys.votes.read(code)
    except KeyLost:
        return NotAllowed(
            f"The key of {code} is not in {keys.votes.folder}: it cannot be counted."
        )
    count = _count(connection, outside, key, code, opened or {})
    told = 0
    if early and reason is not None:
        line = _("The vote {code} was closed before its date. Your vote counts.")
        told = tell_participants(connection, vote, (line(code=Verbatim(code)), _say(reason)), now)
    _end(connection, vote, Status.CLOSED, now, early=early, reason=reason if early else None)
    detail = f"{counted(count, 'ballot')}{', early' if early else ''}, told {told}"
    note(connection, outside, actor, "vote close", code, detail)
    return Changed(code, told, (f"{counted(count, 'ballot was', 'ballots were')} counted.",))


Opened = Mapping[tuple[bytes, bytes], tuple[str, str]]
"""By mark and sealed ballot: what it says, and the code that its voter can look up."""


def open_ballots(key: VoteKey, code: str, ballots: Iterable[tuple[bytes, bytes]]) -> Opened:
    """Open a vote's ballots, each with its mark."""
    return {
        (mark, sealed): (_open_ballot(key, code, mark, sealed), receipt_code(key.receipt(mark)))
        for mark, sealed in ballots
    }


def _open_ballot(key: VoteKey, code: str, mark: bytes, sealed: bytes) -> str:
    try:
        return ",".join(read_ballot(key.open(BALLOT, sealed, ballot_aad(code, mark))))
    except (NotOpened, ValueError):
        logger.error("a ballot of the vote %s is damaged", code)
        return UNREADABLE


def _count(
    connection: Connection, outside: Outside, key: VoteKey, code: str, opened: Opened
) -> int:
    """Keep what every ballot says in an order drawn by lot, and apart from that the codes in their
    own order. How many."""
    sealed = ballots.read_ballots(connection, code)
    late = open_ballots(key, code, [one for one in sealed if one not in opened])
    found = [opened.get(one) or late[one] for one in sealed]
    chosen = shuffled(outside, (choices for choices, _code in found))
    ballots.add_counted(connection, code, chosen, sorted(code for _choices, code in found))
    ballots.drop_ballots(connection, code)
    return len(found)


def shuffled(outside: Outside, items: Iterable[str]) -> list[str]:
    """In an order that chance alone decides (each gets a random number of 128 bits)."""
    drawn = [(outside.random(16), item) for item in items]
    drawn.sort(key=lambda pair: pair[0])
    return [item for _number, item in drawn]


def _end(
    connection: Connection,
    vote: Vote,
    status: Status,
    now: datetime,
    *,
    early: bool = False,
    reason: Name | None = None,
) -> None:
    turnout = ballots.turnout(connection, vote.code)
    votes.set_status(
        connection, vote.code, status, now, early=early, reason=reason, turnout=turnout
    )
    ballots.rewrite_parts(connection, vote.code)
    due.drop(connection, VOTE_CLOSES, vote.code)
    if status is not Status.CLOSED:
        due.drop(connection, RESULT_LATE, vote.code)
    later.kick(connection, END_VOTES, dedupe=END_VOTES)


def votes_due(connection: Connection, outside: Outside) -> list[str]:
    """Votes whose last moment is past, also long ago."""
    if facts.restored(connection) is not None:
        return []
    return votes.to_close(connection, outside.clock())


def close_due(
    connection: Connection,
    outside: Outside,
    keys: Keys,
    opened: Mapping[str, Opened] | None = None,
) -> list[str]:
    """Close every vote that is due. The codes of those closed: one that fails, as where its key
    cannot be read, holds up no other. `opened` are ballots by vote, as for `close_vote`."""
    closed = []
    for code in votes_due(connection, outside):
        known = (opened or {}).get(code)
        try:
            with later.apart(connection):
                outcome = close_vote(connection, outside, keys, SYSTEM, code, opened=known)
        except Exception as error:
            if is_away(error):
                raise
            logger.exception("the vote %s is over and could not be closed", code)
            continue
        match outcome:
            case Changed():
                closed.append(code)
            case NotAllowed(why) if _is_open(connection, code):
                logger.error("a vote is over and cannot be closed: %s", why)
            case NotAllowed():
                pass  # Another process was quicker.
    return closed


def _is_open(connection: Connection, code: str) -> bool:
    vote = votes.find_vote(connection, code)
    return vote is not None and vote.status is Status.OPEN


def publish_vote(
    connection: Connection, outside: Outside, actor: str, code: str, tell: Tell = tell_participants
) -> Changed | NotAllowed:
    """Publish the result of a closed and cleaned vote, and tell everybody who took part."""
    vote = _hold(connection, code)
    refusal = _refusal(vote, code, Status.PUBLISHED)
    if vote is None or refusal is not None:
        return refusal or NotAllowed(f"There is no vote {code}.")
    if vote.cleaned_at is None:
        return NotAllowed(f"{code} is not cleaned yet: try again in a minute.")
    now = outside.clock()
    votes.set_status(connection, code, Status.PUBLISHED, now)
    due.drop(connection, RESULT_LATE, code)
    result = result_of(connection, vote)
    votes.set_winners(connection, code, result.winners)
    told = tell(connection, vote, result_news(result), now)
    note(connection, outside, actor, "vote publish", code, f"told {told}")
    return Changed(code, told)


def note_late(connection: Connection, outside: Outside, code: str) -> None:
    """The promised day of a result is over: whoever answers for the vote stands in the audit log.
    Lists show it until the result is published."""
    vote = votes.find_vote(connection, code)
    if vote is not None and vote.owes_result(outside.clock()):
        logger.warning("the result of the vote %s is late", code)
        note(connection, outside, SYSTEM, RESULT_LATE, code, f"owner: {vote.owner}")


def end_again(
    connection: Connection, ended_of: Callable[[Iterable[str]], Sequence[str]], now: datetime
) -> list[str]:
    """In a database of before, no vote is open that has ended since. The codes of those.

    Its key is destroyed and its count is not here, so it stays without one. Nobody is told.
    """
    still_open = [vote.code for vote in votes.list_votes(connection, (), [Status.OPEN])]
    again = list(ended_of(still_open))
    for code in again:
        votes.set_status(connection, code, Status.LOST, now)
        ballots.drop_ballots(connection, code)
        due.drop(connection, VOTE_CLOSES, code)
        due.drop(connection, RESULT_LATE, code)
    if again:
        later.kick(connection, END_VOTES, dedupe=END_VOTES)
    return again


def _hold(connection: Connection, code: str) -> Vote | None:
    """A vote and who is told of it at once, people first, as in a resident's turn: two who wait
    for each other never get on."""
    hold_at_once(connection, ballots.voters(code))
    return votes.hold_vote(connection, code)


def _refusal(vote: Vote | None, code: str, then: Status) -> NotAllowed | None:
    if vote is None:
        return NotAllowed(f"There is no vote {code}.")
    if then in CHANGES[vote.status]:
        return None
    if vote.status is then:
        return NotAllowed(f"{code} was {then.value} already.")
    if vote.status is Status.OPEN and then is Status.PUBLISHED:
        return NotAllowed(f"{code} is open until {vote.closes:%Y-%m-%d %H:%M}: publish it then.")
    # That it is lost is found by a restore alone.
    may = [status.value for status in CHANGES[vote.status] if status is not Status.LOST]
    allowed = ", ".join(may) or "nothing"
    return NotAllowed(
        f"{code} is {vote.status.value}: it cannot become {then.value}. It may become: {allowed}."
    )


def _say(reason: Name) -> Say:
    return Say(reason.spellings)
