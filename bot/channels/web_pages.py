"""Pages and their pieces, made from templates that escape whatever they are given."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.channels.web_limits import SHOWN_ENTRIES, Limits
from bot.channels.web_render import said_by_people
from bot.channels.web_words import words_of
from bot.domain.country import Country
from bot.domain.inbound import MAX_WORDS
from bot.domain.inbox import Entry
from bot.domain.messages import Message
from bot.domain.vote_results import Result
from bot.i18n import Speech
from bot.i18n.languages import accepted
from bot.services.vote_notice import Listed, Notice
from bot.services.vote_sheet import Sheet

HERE = Path(__file__).parent
STATIC = "/static/chat"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Asset(NamedTuple):
    type: str
    data: bytes


class Assets:
    """The files that pages load, under names that change with what is in them."""

    def __init__(self, folder: Path = HERE / "static") -> None:
        self.files: dict[str, Asset] = {}
        self.urls: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix not in _TYPES:
                continue
            data = path.read_bytes()
            name = f"{path.stem}.{hashlib.sha256(data).hexdigest()[:10]}{path.suffix}"
            self.files[name] = Asset(f"{_TYPES[path.suffix]}; charset=utf-8", data)
            self.urls[path.name] = f"{STATIC}/{name}"


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says, in the one language that has it all."""

    language: str
    direction: str
    texts: Mapping[str, str]


class _State(msgspec.Struct):
    """What a page must know beside new entries."""

    open: list[int]
    fleeting: list[int]
    language: str | None
    mode: str
    tools: str


class Pages:
    """Makes the pages of all countries. `random_text` gives nonces."""

    def __init__(
        self,
        countries: Mapping[str, Country],
        speeches: Mapping[str, Speech],
        limits: Limits,
        random_text: Callable[[], str],
        demo: bool = False,
    ) -> None:
        self.assets = Assets()
        self._countries = countries
        self._speeches = speeches
        self._limits = limits
        self._demo = demo
        self._words: dict[tuple[str, str], Words] = {}
        self._messages = {key: words_of(country, limits) for key, country in countries.items()}
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters["coded"] = coded
        environment.globals |= {
            "asset": self.assets.urls,
            "nonce": random_text,
            "limits": limits,
            "max_words": MAX_WORDS,
            "said_by_people": said_by_people,
        }
        self._templates = {
            name: environment.get_template(f"{name}.html")
            for name in (
                "chat",
                "welcome",
                "countries",
                "leave",
                "notice",
                "entry",
                "tools",
                "votes",
                "vote",
                "vote_before",
            )
        }

    def words(self, country: str, language: str) -> Words:
        known = self._words.get((country, language))
        if known is None:
            speech, messages = self._speeches[country], self._messages[country]
            wording = speech.wording(tuple(messages.values()), language)
            texts = dict(zip(messages, wording.texts, strict=True))
            direction = speech.direction(wording.language)
            known = Words(wording.language, direction, texts)
            self._words[country, language] = known
        return known

    def chat(
        self, country: str, language: str, entries: Sequence[Entry], whole: bool, came_for: str
    ) -> str:
        """The conversation. `whole` shows all of a long one; what a link came for is offered, not
        opened: a page that is only looked at changes nothing."""
        shown = entries if whole else entries[-SHOWN_ENTRIES:]
        return self._page(
            "chat",
            country,
            language,
            entries=shown,
            earlier=len(shown) < len(entries),
            last=entries[-1].number if entries else 0,
            news=_news(shown),
            waiting=bool(entries) and entries[-1].mine,
            came_for=came_for,
            **_composer(entries),
        )

    def welcome(self, country: str, language: str, token: str, payload: str, ended: bool) -> str:
        return self._page("welcome", country, language, token=token, payload=payload, ended=ended)

    def leave(self, country: str, language: str) -> str:
        return self._page("leave", country, language)

    def notice(self, country: str, language: str, message: Message) -> str:
        """A page that says one thing and leads back to the chat."""
        line = self._speeches[country].text(message, language)
        return self._page("notice", country, language, line=line)

    def votes(self, country: str, language: str, votes: Sequence[Listed]) -> str:
        """All votes, each with its question and where it stands."""
        return self._page("votes", country, language, votes=votes)

    def vote(self, result: Result, sheet: Sheet) -> str:
        """A result: in words, as a picture, as a table, and what is needed to count again."""
        vote = result.vote
        count = ["baraza", "tally", f"{vote.code}.pb", "--method", vote.method, "--tie", vote.tie]
        if vote.seats > 1:
            count += ["--seats", str(vote.seats)]
        return self._page(
            "vote", vote.country, sheet.language, sheet=sheet, vote=vote, command=shlex.join(count)
        )

    def notice_of_vote(self, country: str, notice: Notice) -> str:
        """A vote that has no result yet."""
        return self._page("vote_before", country, notice.language, notice=notice)

    def choose(
        self, accept: str | None, message: Message | None = None, came_for: str = ""
    ) -> str:
        """The countries, each in the visitor's language where it has it, else in its own. With one
        line above, where somebody came for something that is not there; `came_for` goes along to
        the country that is chosen."""
        choices = []
        for key, country in self._countries.items():
            speech = self._speeches[key]
            language = speech.accept(accept) or country.languages[0]
            wording = speech.wording((country.name, country.programme), language)
            choices.append((key, wording, speech.direction(wording.language)))
        nearest, language = self._nearest(accept)
        words = self.words(nearest, language)
        line = self._speeches[nearest].text(message, language) if message else ""
        return self._templates["countries"].render(
            words=words, t=words.texts, choices=choices, line=line, came_for=came_for
        )

    def _nearest(self, accept: str | None) -> tuple[str, str]:
        """The country that has the language wanted most, and that language; else the first's."""
        for wanted in accepted(accept or ""):
            for key in self._countries:
                if language := self._speeches[key].choose(wanted):
                    return key, language
        first = next(iter(self._countries))
        return first, self._countries[first].languages[0]

    def entry(self, country: str, language: str, entry: Entry) -> str:
        """One bubble, as the page has it."""
        words = self.words(country, language)
        return self._templates["entry"].render(
            entry=entry, **self._common(country, language, words)
        )

    def state(self, country: str, language: str, entries: Sequence[Entry]) -> str:
        """JSON of what is open now, with the composer's tools for the newest question."""
        words = self.words(country, language)
        composer = _composer(entries)
        tools = self._templates["tools"].render(
            **composer, **self._common(country, language, words)
        )
        state = _State(
            open=[entry.number for entry in entries if entry.open],
            fleeting=[entry.number for entry in entries if entry.fleeting],
            language=language_of(entries),
            mode=str(composer["mode"]),
            tools=tools,
        )
        return msgspec.json.encode(state).decode()

    def _page(self, template: str, country: str, language: str, **more: object) -> str:
        words = self.words(country, language)
        return self._templates[template].render(**self._common(country, language, words), **more)

    def _common(self, country: str, language: str, words: Words) -> dict[str, object]:
        speech = self._speeches[country]
        value = self._countries[country]
        return {
            "words": words,
            "t": words.texts,
            "url": f"/{country}",
            "chosen": language,
            "direction": speech.direction,
            "languages": speech.languages(),
            "programme": speech.text(value.programme, language),
            "prefix": value.prefix,
            "pilot": not value.live,
            "demo": self._demo,
        }


def coded(text: str, prefix: str) -> Markup:
    """The text, escaped, with each public code set apart: people copy it, so it never breaks."""
    code = rf"\b({re.escape(prefix)}-[A-Z0-9]{{4,8}})\b"
    # Split before it is escaped: what stands in the text can then be no markup of ours.
    parts = re.split(code, text)
    return Markup("").join(
        Markup('<b class="code">{}</b>').format(part) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )


def language_of(entries: Sequence[Entry]) -> str | None:
    """The language the bot spoke last, which is the resident's; None before it spoke."""
    spoken = (e.language for e in reversed(entries) if not e.mine and not said_by_people(e))
    return next(spoken, None)


def _news(entries: Sequence[Entry]) -> int:
    """The first entry after the resident's own last one, or after the question that has stood
    open since, where reading goes on; 0 for none."""
    found = 0
    for entry in reversed(entries):
        if entry.mine or (entry.open and found):
            break
        found = entry.number
    return found


def _composer(entries: Sequence[Entry]) -> dict[str, object]:
    """What the form below the conversation offers: what the newest open question wants."""
    question = next((entry for entry in reversed(entries) if entry.open), None)
    wants = question.wants if question else ()
    return {
        "question": question,
        "wants": wants,
        "mode": _mode(wants),
    }


def _mode(wants: Sequence[str]) -> str:
    """Which keys a phone shows to write with."""
    if "contact" in wants:
        return "tel"
    return "decimal" if "number" in wants and "text" not in wants else "text"
