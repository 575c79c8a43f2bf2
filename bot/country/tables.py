"""A table of a country file under reading: each value is asked for by name and type."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date, time

from bot.country.limits import KEY, LANGUAGE, PROMPT_UNITS, graphemes
from bot.country.problems import Findings, Key
from bot.domain.folding import shows_nothing
from bot.domain.inbound import utf16_units
from bot.domain.messages import Message, Name
from bot.domain.placeholders import names, sampled, take_apart, whole


class Table:
    """What is asked for is known; what nobody asked for is named by `close`.

    A value that is missing or of the wrong type is named and replaced by an empty one, so that
    reading goes on and finds the rest. Such a country is never handed out.
    """

    def __init__(self, raw: object, at: Key, found: Findings) -> None:
        self.at = at
        self.found = found
        self.asked: set[str] = set()
        self.raw: Mapping[str, object] = {}
        if isinstance(raw, dict):
            self.raw = raw
        else:
            found.add(at, f"`{at[-1]}` must be a table of names and values")

    def __contains__(self, name: str) -> bool:
        self.asked.add(name)
        return name in self.raw

    def _take(self, name: str) -> object:
        self.asked.add(name)
        return self.raw.get(name)

    def wrong(self, name: str, text: str) -> None:
        self.found.add((*self.at, name), text)

    def miss(self, name: str) -> None:
        inside = "at the top of the file" if not self.at else "here"
        self.found.miss(self.at, f"`{name}` is missing {inside}")

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty; required where there is no default."""
        value = self._take(name)
        if value is None:
            if default is None:
                self.miss(name)
            return default or ""
        if not isinstance(value, str):
            self.wrong(name, f'`{name}` must be a text in quotes, "like this"')
            return ""
        if shows_nothing(value):
            self.wrong(name, f"`{name}` is empty")
        elif value != value.strip():
            self.wrong(name, f"`{name}` begins or ends with a blank")
        return value

    def key(self, kind: str, known: Container[str]) -> str:
        """The `key` of a thing of this kind, such as `place`; `known` are those of the others."""
        key = self.text("key")
        if key and not KEY.fullmatch(key):
            self.wrong("key", f"the key `{key}` may hold a-z, 0-9 and - or _ between them")
        if key and key in known:
            self.wrong("key", f"the key `{key}` is another {kind}'s already")
        return key

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        values = self._list(name, required=required)
        if not all(isinstance(value, str) and not shows_nothing(value) for value in values):
            self.wrong(name, f'`{name}` must be a list of texts, ["like", "this"]')
        return tuple(value for value in values if isinstance(value, str))

    def message(
        self, name: str, *, most: int | None = None, placeholders: tuple[str, ...] = ()
    ) -> Message:
        """A sentence to residents; `most` signs where it is a label, else what fits a prompt."""
        text = self.text(name)
        self._measure((*self.at, name), f"`{name}`", text, most, placeholders)
        return Message(text)

    def message_or_none(self, name: str, *, most: int | None = None) -> Message | None:
        self.asked.add(name)
        return self.message(name, most=most) if name in self.raw else None

    def messages(self, name: str, *, most: int | None = None) -> tuple[Message, ...]:
        """A list of sentences, required and not empty."""
        texts = self.texts(name, required=True)
        for index, text in enumerate(texts):
            self._measure((*self.at, name, index), f"this line of `{name}`", text, most, ())
        return tuple(map(Message, texts))

    def _measure(
        self, at: Key, what: str, text: str, most: int | None, placeholders: tuple[str, ...]
    ) -> None:
        parts = take_apart(text)
        fields = names(parts)
        if not whole(parts):
            self.found.add(at, f"{what} has a curly bracket that belongs to no {{placeholder}}")
        for field in sorted(fields.difference(placeholders)):
            self.found.add(at, f"{what} has the placeholder {{{field}}}, which nothing fills")
        for field in sorted(set(placeholders) - fields) if text else ():
            self.found.add(at, f"{what} must say {{{field}}}")
        filled = sampled(text)
        if most is not None and (signs := graphemes(filled)) > most:
            self.found.add(at, f"{what} has {signs} signs; {most} fit")
        elif most is None and (units := utf16_units(filled)) > PROMPT_UNITS:
            self.found.add(at, f"{what} has {units} signs; {PROMPT_UNITS} fit one message")

    def name(self, name: str) -> Name:
        """A proper noun: a text, or `{ text = "…", sw = "…" }` where a language spells it so."""
        value = self._take(name)
        if not isinstance(value, dict):
            return Name(self.text(name))
        table = self.table(name)
        spellings = {
            language: table.text(language) for language in table.raw if language != "text"
        }
        for language in spellings:
            if not LANGUAGE.fullmatch(language):
                table.wrong(language, f"`{language}` is not the code of a language")
        return Name(table.text("text"), tuple(spellings.items()))

    def yes(self, name: str, default: bool) -> bool:
        value = self._take(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(name, f"`{name}` must be true or false, without quotes")
            return default
        return value

    def whole(self, name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
        value = self.number(name, default, least=least, most=most)
        if value != int(value):
            self.wrong(name, f"`{name}` must be a whole number")
        return int(value)

    def whole_or_none(self, name: str, *, least: int = 0) -> int | None:
        self.asked.add(name)
        return self.whole(name, least, least=least) if name in self.raw else None

    def number(self, name: str, default: float, *, least: float = 0, most: float = 1e9) -> float:
        value = self._take(name)
        if value is None:
            return default
        # In Python true is a number, in a country file it is a mistake; so is TOML's `nan`.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            self.wrong(name, f"`{name}` must be a number, without quotes")
            return default
        if value < least:
            self.wrong(name, f"`{name}` must be {least} or more")
            return default
        if value > most:
            self.wrong(name, f"`{name}` is over {most:.0f}")
            return default
        return value

    def day_or_none(self, name: str) -> date | None:
        value = self._take(name)
        if value is None:
            return None
        day = read_day(value)
        if day is None:
            self.wrong(name, f"`{name}` must be a date like 2026-12-31")
        return day

    def time(self, name: str) -> time:
        """A time of day as "21:00"."""
        value = self._take(name)
        if value is None:
            self.miss(name)
        elif isinstance(value, time):
            return value
        elif (moment := _read_time(value)) is not None:
            return moment
        else:
            self.wrong(name, f'`{name}` must be a time of day like "21:00"')
        return time()

    def table(self, name: str, *, required: bool = True) -> Table:
        value = self._take(name)
        if value is None:
            if required:
                self.miss(f"[{name}]" if not self.at else name)
            value = {}
        return Table(value, (*self.at, name), self.found)

    def tables(self, name: str) -> Iterator[Table]:
        for index, value in enumerate(self._list(name)):
            yield Table(value, (*self.at, name, index), self.found)

    def values(self, name: str) -> list[object]:
        return self._list(name)

    def _list(self, name: str, *, required: bool = False) -> list[object]:
        value = self._take(name)
        if value is None or value == []:
            if required:
                self.miss(name)
            return []
        if not isinstance(value, list):
            self.wrong(name, f"`{name}` must be a list, [in, square, brackets]")
            return []
        return value

    def entries(self) -> Iterator[tuple[str, object]]:
        """Every name and value, where the names are the file's own (dates, languages)."""
        self.asked.update(self.raw)
        yield from self.raw.items()

    def close(self) -> None:
        """Name what nobody asked for."""
        for name in self.raw:
            if name not in self.asked:
                self.wrong(name, unknown(name, self.asked))


def unknown(name: str, known: set[str] | tuple[str, ...]) -> str:
    """That a name is not known, and which one was perhaps meant."""
    # Imported late: it is heavy, and no healthy folder needs it.
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    meant = f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(sorted(known))}"
    return f"`{name}` is not known here{meant}"


def read_day(value: object) -> date | None:
    """A date as TOML has it, or as a text; None for anything else."""
    # A TOML date with a time is a `datetime`, which is a `date` too.
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _read_time(value: object) -> time | None:
    try:
        moment = time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is None else None
