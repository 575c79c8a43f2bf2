"""Words that work at any time, in any of the country's languages, when they stand alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.files import BYTES_MOST
from bot.domain.identity import once_for_each
from bot.domain.messages import Message, _
from bot.flows.lone_words import Spelled, by_spelling
from bot.flows.named import alternatives
from bot.flows.questions.options import THANKS_WORDS, courtesies
from bot.i18n import Speech

# Alternatives are split by `|`. Each language writes as many as people there would type.
CONTROL_WORDS: Mapping[str, Message] = {
    "menu": _("menu|main menu|home|exit|quit"),
    "start": _("start|start again|start over|restart"),
    "hello": _("hello|hi|hey|hi there|good morning|good afternoon|good evening|salam"),
    "stop": _("stop|unsubscribe|stop messages|no more messages"),
    "back": _("back|go back"),
    "skip": _(
        "skip|none|I don't know|I dont know|don't know|dont know|idk|no idea"
        "|no photo|I have no photo"
    ),
    "cancel": _("cancel|cancel it|cancel this"),
    "repeat": _("repeat|again"),
    "help": _(
        "help|help me|I need help|how does it work|I don't understand|I dont understand"
        "|what does that mean"
    ),
    "language": _("language|change language|change the language"),
    "person": _("person|a person|human|talk to a person|talk to someone|agent"),
    "my": _("my things|my reports|my report|my ideas|what happened to my report"),
    "report": _("report|report a problem|I want to report|problem|a problem|complaint"),
    "vote": _("vote|votes|I want to vote|how do I vote"),
    "idea": _("idea|propose an idea|I have an idea"),
    "ideas": _("ideas|read ideas"),
    "privacy": _(
        "privacy|what is kept|who sees this|who reads this|is it private"
        "|more information|more info"
    ),
    "mydata": _("my data|give me my data|show me my data|what do you know about me"),
    "forget": _(
        "forget me|delete my data|delete|delete me|delete everything|erase me|erase my data"
    ),
    "private": _("private help|danger|I am in danger"),
    "who": _(
        "who are you|who is this|what is this|is it free|is this free"
        "|does it cost anything|are you a robot"
    ),
    "thanks": THANKS_WORDS,
    "bye": _("bye|bye bye|goodbye|good bye|see you|see you later|good night|take care"),
}

WORKS_EVERYWHERE = ("start", "stop")
"""Words that people know from other services, whatever their language."""

_KIND_OF_FILE = _("We cannot take that kind of file. Please send a photo or words.")

UNUSABLE: Mapping[str, Message] = {
    "too_large": _("That file is too large. Please send a smaller one."),
    "too_many_pixels": _("That picture is too large. Please send a smaller one."),
    "too_long": _("That is too long. Please say it in less than two minutes."),
    "video": _("We cannot take videos. Please send a photo."),
    "broken": _("That file is broken. Please send it again."),
    "not_fetched": _("We could not get your file. Please send it again."),
    "empty": _("That file is empty. Please send it again."),
    "document": _KIND_OF_FILE,
    "not_a_photo": _KIND_OF_FILE,
    "cannot_strip": _KIND_OF_FILE,
    "contact": _("We need no phone numbers here. Please do not send other people's."),
}
"""What to say about something that cannot be taken, by its reason code."""

UNUSABLE_ELSE = _("We cannot take that as an answer. Please use words or the buttons.")

_LARGER_THAN = _("That file is too large: {most} MB at most. Please send a smaller one.")


def why_unusable(reason: str, kind: str) -> Message:
    """What to say of a file of this kind, or of what was none (`kind` '')."""
    if reason == "too_large" and kind in BYTES_MOST:
        return _LARGER_THAN(most=BYTES_MOST[kind] // 1024**2)
    return UNUSABLE.get(reason, UNUSABLE_ELSE)


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is told of a draft that waits: to who says STOP, and to who comes back by /start."""

    at_stop: Message
    at_start: Message


UNSENT: Mapping[str, Unsent] = {
    "report": Unsent(
        _("Your report is not sent. Write “report” within a week to go on."),
        _("Your report is not sent yet. To go on, press “Report a problem”."),
    ),
    "idea": Unsent(
        _("Your idea is not sent. Write “idea” within a week to go on."),
        _("Your idea is not sent yet. To go on, write “idea”."),
    ),
}
"""The flows whose drafts are the resident's own words, by name."""


WORDS_UNSENT = _("What you told us is not sent yet. To go on, tell us what it is.")
"""Likewise of what was told at the menu."""

GO_ON = _("Let us go on with {title}.")

NOT_KNOWN = _("We do not know that word. Here is what you can do.")

POSTER_HINT = _("Did you see us on a poster? Type the word written on it.")


def spellings(speech: Speech) -> Mapping[str, Sequence[str]]:
    """Every spelling of every word in the country's languages; languages go by their own names."""
    found = {
        name: list(alternatives(sorted(speech.labels(message))))
        for name, message in CONTROL_WORDS.items()
    }
    for name in WORKS_EVERYWHERE:
        found[name].append(name)
    for code, own in speech.languages():
        found[f"use {code}"] = [own]
    return {name: [*words, *sorted(speech.ended(words))] for name, words in found.items()}


@once_for_each
def control_words(speech: Speech) -> Spelled:
    """Every spelling of every word, as `lone_word` looks them up."""
    return by_spelling(spellings(speech), courtesies(speech))
