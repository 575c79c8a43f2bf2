"""Where an operation stands that is owed to a channel, as it is stored."""

from __future__ import annotations

from sqlalchemy import literal_column

from storage.tables import Outbox

OWED, SENDING, SENT, GIVEN_UP, UNKNOWN = "owed", "sending", "sent", "given up", "unknown"

# Written out, not bound: the index of open rows serves only what names its part.
OPEN = Outbox.state.in_([literal_column(f"'{state}'") for state in (OWED, SENDING)])
"""Whether a row has no end yet."""
