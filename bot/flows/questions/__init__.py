"""Everything a conversation may await."""

from bot.flows.questions.agreement import Consent, Review
from bot.flows.questions.amounts import Day, Number
from bot.flows.questions.asked import Asked, Do, Fact, Keep, Question, Quote, Say, Within
from bot.flows.questions.choice import Choice, Many, Rating
from bot.flows.questions.languages import LanguageChoice
from bot.flows.questions.options import Fixed, Option
from bot.flows.questions.photos import Photos
from bot.flows.questions.told import Ahead
from bot.flows.questions.ways import WayToAnswer
from bot.flows.questions.where import Where
from bot.flows.questions.words import Story, Text
from bot.flows.questions.yes_no import Sure, YesNo, yes_or_no

__all__ = [
    "Ahead",
    "Asked",
    "Choice",
    "Consent",
    "Day",
    "Do",
    "Fact",
    "Fixed",
    "Keep",
    "LanguageChoice",
    "Many",
    "Number",
    "Option",
    "Photos",
    "Question",
    "Quote",
    "Rating",
    "Review",
    "Say",
    "Story",
    "Sure",
    "Text",
    "WayToAnswer",
    "Where",
    "Within",
    "YesNo",
    "yes_or_no",
]
