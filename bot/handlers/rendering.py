"""What operations look like at Telegram: texts and keyboards in one language."""

from __future__ import annotations

from bot.domain.announcements import NO_MORE
from bot.domain.inbound import Press
from bot.domain.messages import Label, Message, Name, Value, _
from bot.domain.operations import Announce, Ask, Button, Say, Tell
from bot.handlers.calls import Key, Keyboard, Keys, NoKeys, ShareKey, ShareKeys
from bot.i18n import Speech
from bot.telegram_text import Part, keys_of, parts_of, with_page, write_data

_FROM_TEAM = _("From the team")
_HERE = _("You can also send where you are now, with the button below.")
# i18n: button
_SEND_HERE = _("Send my location")
_NUMBER = _("You can also send your own number, with the button below.")
# i18n: button
_SEND_NUMBER = _("Send my number")
_LOWERED = _("All right.")
_CONTROLS_A_ROW = 2


Rendered = tuple[str, Keyboard | None]


class Rendering:
    """Says things in `language`. `pages` is the public address of the country's, '' for none."""

    def __init__(self, speech: Speech, language: str, pages: str = "") -> None:
        self._speech = speech
        self._language = language
        self._pages = pages

    def say(self, label: Label) -> str:
        return self._speech.text(label, self._language)

    def told(self, tell: Tell) -> str:
        """A line, with the address of its page."""
        wording = self._speech.wording((tell.line,), self._language)
        return with_page(wording.texts[0], self._pages, tell.link, wording.language)

    def said(self, words: Say) -> str:
        """Somebody's words; who reads none of their languages is told which it is."""
        known = dict(words.versions)
        spoken = self._language if self._language in known else words.versions[0][0]
        who = self.say(words.who or _FROM_TEAM)
        names = dict(self._speech.languages())
        name = "" if spoken == self._language else names.get(spoken, spoken)
        return f"{who} ({name}):\n{known[spoken]}" if name else f"{who}:\n{known[spoken]}"

    def question(self, ask: Ask) -> Rendered:
        """Raises `Unfit` for a key that does not fit under a button."""
        # A button of Telegram's has one line: what stands below a label elsewhere goes above them.
        about = [
            f"{number}. {self.say(button.label)}: {self.say(button.description)}"
            for number, button in enumerate(ask.buttons, start=1)
            if button.description is not None
        ]
        rows = [f"• {self.say(name)}: {self._value(value)}" for name, value in ask.summary]
        return "\n".join([self.say(ask.line), *about, *rows]), self._keyboard(ask)

    def share(self, ask: Ask) -> Rendered | None:
        """The offer to send a point or a number, where it is wanted: Telegram has such a button
        only in place of the letters, and a message has one keyboard, so it comes with a line of
        its own."""
        if "location" in ask.wants:
            place = ShareKey(f"📍 {self.say(_SEND_HERE)}", request_location=True)
            return self.say(_HERE), ShareKeys([[place]])
        if "contact" in ask.wants:
            number = ShareKey(f"📞 {self.say(_SEND_NUMBER)}", request_contact=True)
            return self.say(_NUMBER), ShareKeys([[number]])
        return None

    def lowered(self) -> Rendered:
        """What takes that button away."""
        return self.say(_LOWERED), NoKeys()

    def invite(self, line: Message, label: Message, username: str) -> Rendered:
        """The way from a group to a chat with the bot."""
        button = Key(self.say(label), url=f"https://t.me/{username}")
        return self.say(line), Keys([[button]])

    def announced(self, announce: Announce) -> tuple[tuple[Part, ...], Keys | None]:
        """An announcement as messages, and the buttons of the last one."""
        content, button = announce.content, announce.button
        version = content.within(self._language)
        labels = [NO_MORE] if button is None else [NO_MORE, button.label]
        stop, *opens = self._speech.texts(labels, version.language)
        label = f"{button.emoji} {opens[0]}".strip() if button else ""
        rows = [
            [Key(key.text, key.data or None, key.url or None)]
            for key in keys_of(content, version, label, "" if announce.asked else f"🔕 {stop}")
        ]
        return parts_of(content, version, self._pages), Keys(rows) if rows else None

    def _value(self, value: Value) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, Message | Name):
            return self.say(value)
        return self.say(Message("{value}")(value=value))

    def _keyboard(self, ask: Ask) -> Keys | None:
        rows = [
            [self._button(ask, button, number if len(ask.buttons) > 1 else 0)]
            for number, button in enumerate(ask.buttons, start=1)
        ]
        controls = [self._button(ask, button, 0) for button in ask.controls]
        rows += [
            controls[at : at + _CONTROLS_A_ROW] for at in range(0, len(controls), _CONTROLS_A_ROW)
        ]
        return Keys(rows) if rows else None

    def _button(self, ask: Ask, button: Button, number: int) -> Key:
        parts = [
            f"{number}." if number else "",
            "✅" if button.ticked else button.emoji,
            self.say(button.label),
        ]
        data = write_data(Press(ask.conversation, ask.serial, button.key))
        return Key(" ".join(filter(None, parts)), data)
