"""What residents know by a code, whatever kind of thing it is."""

from __future__ import annotations

from datetime import date

from bot.domain.country import Country
from bot.domain.messages import Message
from bot.domain.residents import OpenFlow
from bot.services import ideas, reports
from storage import codes
from storage.addresses import Person
from storage.database import Connection

_NEWS = {codes.REPORT: reports.tell_news, codes.IDEA: ideas.tell_news}


def tell_news(
    connection: Connection, country: Country, person: Person, code: str, today: date
) -> tuple[tuple[Message, ...], OpenFlow | None]:
    """What may be told of a matter to whoever types its code, on the country's day `today`, and
    where they can do more with it.

    A code that nobody has is answered as one that the resident may learn nothing of.
    """
    kind = codes.kind_of(connection, code) or codes.REPORT
    return _NEWS[kind](connection, country, person, code, today)
