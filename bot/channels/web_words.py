"""What the page itself says, around the conversation. Few words: they are translated by people."""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.web_limits import Limits
from bot.domain.country import Country
from bot.domain.messages import Message, _, ngettext

SKIP = _("Go to the newest message")
CONVERSATION = _("Conversation")
YOU = _("You:")
YOUR_ANSWER = _("Your answer")
YOUR_PHOTO = _("Your photo")
YOUR_VOICE = _("Your voice note")
FROM_TEAM = _("From the team")
# i18n: button
OWN_DATA = _("Open my data")
LANGUAGES = _("Languages")
WRITE = _("Write here")
# i18n: button
SEND = _("Send")
# i18n: button
START = _("Start")
# i18n: button
MENU = _("Menu")
# i18n: button
MY_THINGS = _("My things")
# i18n: button
HELP = _("Help")
# i18n: button
PRIVACY = _("Privacy")
# i18n: button
LEAVE = _("End chat")
# i18n: button
ADD_PHOTO = _("Add a photo")
# i18n: button
ADD_VOICE = _("Add a sound file")
# i18n: button
RECORD = _("Record voice")
# i18n: button
STOP_AND_SEND = _("Stop and send")
# i18n: button
DISCARD = _("Throw away")
# i18n: button
SHARE_PLACE = _("Share my location")
# i18n: button
OPEN_LINK = _("Open the link")
DAY = _("Day")
TICKED = _("Chosen")
EARLIER = _("Show earlier messages")
REFRESH = _("Show new messages")
PHOTO_LIMIT = _("Photos: up to {file} MB each, {all} MB at a time.")
VOICE_LIMIT = ngettext("Voice: up to {n} second.", "Voice: up to {n} seconds.", 90)

PILOT = _("This is a trial. Its words are not fully checked yet.")
DEMO = _("This is a demo. Nobody reads what you send here.")
RUN_BY = _("Run by {organisation}.")
WELCOME = _("Tell us what needs fixing where you live. It is free, and you need no name.")
WELCOME_STEPS = _("You write, we ask a few short questions, and you get a number for news.")
WELCOME_COOKIE = _("When you press “Start”, this browser remembers your chat for 30 days.")
CHOOSE = _("Where do you live?")

LEAVE_TITLE = _("End this chat?")
LEAVE_TEXT = _("The chat is removed from this browser. Nobody who uses it after you can read it.")
LEAVE_REPORTS = _("What you reported stays with the team. With its number you can ask for news.")
LEAVE_FORGET = _("To have the team forget what you sent as well, choose that here.")
# i18n: button
LEAVE_YES = _("End and remove")
# i18n: button
LEAVE_NO = _("Go on chatting")
# i18n: button
FORGET = _("Forget me")
ENDED = _("The chat is ended and removed from this browser.")
EMPTY = _("There is nothing here yet. Press “Start”, or just write.")

VOTES = _("Votes")
VOTES_NONE = _("There is no vote yet.")
VOTE_RESULT = _("Result of the vote")
VOTE_TABLE = _("All options")
VOTE_OPTION = _("Option")
VOTE_VOTES = _("How many")
VOTE_COST = _("Cost")
VOTE_VERDICT = _("Result")
VOTE_AREAS = _("Who took part, by area")
VOTE_AREA = _("Area")
VOTE_PEOPLE = _("People")
VOTE_AGAIN = _("Count it again")
VOTE_AGAIN_TEXT = _("Here are all ballots. Nobody can tell from them who voted how.")
VOTE_COMMAND = _("With this command anybody counts them again and sees every step:")
# i18n: button
VOTE_PB = _("Ballots for counting")
# i18n: button
VOTE_CSV = _("Ballots as a table")
# i18n: button
VOTE_CODES = _("Counted codes")
VOTE_CODES_TEXT = _("Look for the code that you got when you voted: then your vote was counted.")

SENDING = _("Sending…")
RETRYING = _("No connection. We keep trying to send it.")
NOT_SENT = _("It was not sent. Your words are still here: please press “Send” again.")
OFFLINE = _("No connection. New messages come when it is back.")
NO_PLACE = _("We could not find where you are. Please write the place.")
NO_MICROPHONE = _("We cannot use the microphone here. Please write it.")
RECORDING = _("Recording")
FILE_TOO_LARGE = _("This file is too large.")

TOO_LARGE = _("That was too large to send. Please send less or smaller files, one at a time.")
TOO_FAST = ngettext(
    "Please wait {n} second and try again.",
    "Please wait {n} seconds and try again.",
    1,
)
NOT_FROM_HERE = _("That did not come from this page. Please open the chat and try again.")
MALFORMED = _("That did not arrive whole. Please go back and try again.")
NOT_FOUND = _("There is no such page here.")
FAILED = _("Sorry, something went wrong here. Please try again later.")
# i18n: button
TO_CHAT = _("To the chat")

_LASTING: Mapping[str, Message] = {
    name.lower(): value
    for name, value in list(globals().items())
    if isinstance(value, Message)
    and name not in {"PHOTO_LIMIT", "VOICE_LIMIT", "RUN_BY", "TOO_FAST"}
}


def too_fast(seconds: float) -> Message:
    """When to try again: whole seconds, never less than is left."""
    n = max(1, int(-(-seconds // 1)))
    return ngettext(TOO_FAST.source, TOO_FAST.plural, n)


def words_of(country: Country, limits: Limits) -> Mapping[str, Message]:
    """All that a page of this country may say, by name, so that it falls back as a whole."""
    megabyte = 1024 * 1024
    return {
        **_LASTING,
        "photo_limit": PHOTO_LIMIT(
            file=limits.file_bytes // megabyte, all=limits.files_bytes // megabyte
        ),
        "voice_limit": ngettext(VOICE_LIMIT.source, VOICE_LIMIT.plural, limits.voice_seconds),
        "run_by": RUN_BY(organisation=country.organisation),
    }
