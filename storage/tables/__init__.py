"""The tables. Typed declarations, used with Core statements; migrations make them.

Ids of things are time-ordered text that we make; running numbers are for what must keep an order.
Internal ids never leave: residents and staff see a report's `code`.
"""

from storage.tables.announcements import AnnouncedPicture, Announcement, Delivery, Walk
from storage.tables.base import Base
from storage.tables.ideas import Idea, IdeaComment, IdeaUpdate, Supporter
from storage.tables.matters import Addition, Alert, Backer, Code, Media, Report, ReportUpdate
from storage.tables.people import Address, Consent, Group, PersonRequest, Profile, Resident
from storage.tables.talk import (
    Conversation,
    Inbox,
    Interaction,
    Outbox,
    Piece,
    Prompt,
    SeenUpdate,
    Source,
    StuckUpdate,
)
from storage.tables.votes import (
    Ballot,
    CountedBallot,
    CountedCode,
    TookPart,
    Vote,
    VoteOption,
)
from storage.tables.work import (
    Audit,
    ChatPause,
    Due,
    Meta,
    Schedule,
    SendBudget,
    Task,
    Telling,
    Untold,
)

__all__ = [
    "Addition",
    "Address",
    "Alert",
    "AnnouncedPicture",
    "Announcement",
    "Audit",
    "Backer",
    "Ballot",
    "Base",
    "ChatPause",
    "Code",
    "Consent",
    "Conversation",
    "CountedBallot",
    "CountedCode",
    "Delivery",
    "Due",
    "Group",
    "Idea",
    "IdeaComment",
    "IdeaUpdate",
    "Inbox",
    "Interaction",
    "Media",
    "Meta",
    "Outbox",
    "PersonRequest",
    "Piece",
    "Profile",
    "Prompt",
    "Report",
    "ReportUpdate",
    "Resident",
    "Schedule",
    "SeenUpdate",
    "SendBudget",
    "Source",
    "StuckUpdate",
    "Supporter",
    "Task",
    "Telling",
    "TookPart",
    "Untold",
    "Vote",
    "VoteOption",
    "Walk",
]
