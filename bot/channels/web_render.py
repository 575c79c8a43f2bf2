"""Operations become words: one entry of the inbox each, the whole of it in one language."""

from __future__ import annotations

from datetime import datetime

from bot.channels.web_words import FROM_TEAM, OWN_DATA, VOTE_RESULT
from bot.domain.announcements import NO_MORE, Content, Version
from bot.domain.inbox import Entry, InboxChange, ShownButton
from bot.domain.messages import Label, Message, Name, Value, Verbatim, _
from bot.domain.operations import (
    Announce,
    Ask,
    Button,
    Echo,
    InTopic,
    Invite,
    Operation,
    OwnData,
    PutOut,
    Say,
    Show,
    Tell,
    Wipe,
)
from bot.i18n import Speech

_VALUE = _("{value}")


def change(operation: Operation, language: str, speech: Speech, at: datetime) -> InboxChange:
    """What an operation does to the inbox: an entry more, buttons put out, or all gone."""
    match operation:
        case PutOut() | Wipe():
            return operation
        case InTopic(operation=inner):
            return change(inner, language, speech, at)
        case Invite(line):
            return render(Tell(line), language, speech, at)
        case Tell() | Say() | Show() | Echo() | Ask() | OwnData() | Announce():
            return render(operation, language, speech, at)


def render(
    operation: Tell | Say | Show | Echo | Ask | OwnData | Announce,
    language: str,
    speech: Speech,
    at: datetime,
) -> Entry:
    """The entry to keep, not yet numbered."""
    match operation:
        case Tell(line, fleeting, lock, link):
            wording = speech.wording((line,), language)
            text = wording.texts[0]
            gone = fleeting or lock != ""
            page = f"{link}?language={wording.language}" if link else ""
            return Entry(0, at, False, text, wording.language, fleeting=gone, lock=lock, link=page)
        case Say():
            return _said(operation, language, speech, at)
        case Show(picture, line, lock):
            wording = speech.wording((line,), language)
            [text] = wording.texts
            media = (("photo", picture),)
            return Entry(
                0,
                at,
                False,
                text,
                wording.language,
                media=media,
                fleeting=lock != "",
                lock=lock,
                alt=text,
            )
        case Echo(words, label, media, fleeting, lock):
            text = words if label is None else speech.text(label, language)
            gone = fleeting or lock != ""
            return Entry(0, at, True, text, language, media=media, fleeting=gone, lock=lock)
        case OwnData():
            [text] = speech.texts((OWN_DATA,), language)
            return Entry(0, at, False, text, language, link="mydata")
        case Ask():
            return _asked(operation, language, speech, at)
        case Announce():
            return _announced(operation, language, speech, at)


def said_by_people(entry: Entry) -> bool:
    """Whether these are the words of a person, whose language may not be the resident's."""
    return not entry.mine and not entry.conversation and bool(entry.summary)


def _said(said: Say, language: str, speech: Speech, at: datetime) -> Entry:
    """Somebody's words as they are. Who says them, and in which language, stands beside."""
    [who] = speech.texts((said.who or FROM_TEAM,), language)
    versions = dict(said.versions)
    spoken = language if language in versions else said.versions[0][0]
    foreign = "" if spoken == language else dict(speech.languages()).get(spoken, spoken)
    return Entry(0, at, False, versions[spoken], spoken, summary=((who, foreign),))


def _announced(announce: Announce, language: str, speech: Speech, at: datetime) -> Entry:
    """An announcement, whose buttons stay good for as long as it stands there."""
    content, button = announce.content, announce.button
    version = content.within(language)
    labels: list[Label] = [NO_MORE] if button is None else [NO_MORE, button.label]
    stop, *opens = speech.texts(labels, version.language)
    shown = [
        ShownButton(f"open {button.key}", label, button.emoji)
        for button, label in zip([button] if button else [], opens, strict=True)
    ]
    return Entry(
        0,
        at,
        False,
        version.text,
        version.language,
        media=(("photo", version.picture),) if version.picture else (),
        alt=version.alt,
        opens=(*shown, *(() if announce.asked else (ShownButton("stop", stop, "🔕"),))),
        out=_out(content, version, speech),
    )


def _out(content: Content, version: Version, speech: Speech) -> tuple[str, str]:
    """The link under an announcement: elsewhere, or to a page of ours."""
    if content.link is not None:
        return version.label, content.link.url
    if not content.page:
        return "", ""
    [label] = speech.texts((VOTE_RESULT,), version.language)
    return label, f"{content.page}?language={version.language}"


def _asked(ask: Ask, language: str, speech: Speech, at: datetime) -> Entry:
    labels: list[Label] = [ask.line]
    shown = (*ask.buttons, *ask.controls)
    for button in shown:
        labels.append(button.label)
        labels.append(button.description or Name(""))
    for name, value in ask.summary:
        labels += (name, _label(value))
    wording = speech.wording(labels, language)
    line, *rest = wording.texts
    texts = iter(rest)
    buttons = [_button(button, next(texts), next(texts)) for button in shown]
    return Entry(
        0,
        at,
        False,
        line,
        wording.language,
        conversation=ask.conversation,
        serial=ask.serial,
        open=True,
        buttons=tuple(buttons[: len(ask.buttons)]),
        controls=tuple(buttons[len(ask.buttons) :]),
        wants=ask.wants,
        summary=tuple((next(texts), next(texts)) for _pair in ask.summary),
        fleeting=ask.fleeting or ask.lock != "",
        lock=ask.lock,
    )


def _button(button: Button, label: str, description: str) -> ShownButton:
    return ShownButton(button.key, label, button.emoji, description, button.ticked)


def _label(value: Value) -> Label:
    """A value as something that can be said. Somebody's own words are said as they are."""
    match value:
        case Message() | Name():
            return value
        case str():
            return Name(value)
        case Verbatim(text):
            return Name(text)
        case _:
            return _VALUE(value=value)
