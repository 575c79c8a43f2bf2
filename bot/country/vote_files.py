"""A vote's file, read and checked, becomes the value `bot.domain.votes.Vote`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.counting.money import read_money, write_money
from bot.counting.pabulib import WITHDRAWN_COST
from bot.counting.rules import METHODS
from bot.counting.ties import read_tie_rule
from bot.country.folders import not_among
from bot.country.limits import (
    DESCRIPTION_GRAPHEMES,
    OPTION_GRAPHEMES,
    PROMPT_UNITS,
    as_typed,
    graphemes,
)
from bot.country.markup import find_markup
from bot.country.problems import CountryError, Findings, Key
from bot.country.tables import Table, unknown
from bot.country.toml_text import line_of, lines_by_key, parse
from bot.domain.calendar import YEARS
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.inbound import utf16_units
from bot.domain.messages import Name
from bot.domain.placeholders import names, take_apart
from bot.domain.problems import Problem
from bot.domain.votes import Option, Vote, Who

OPTIONS_LEAST, OPTIONS_MOST = 2, 20
"""More than a screen or two of them, and nobody reads the last ones."""

EMOJI_SIGNS = 2
"""A flag or a person is one sign to a reader and two to some counters."""

AMOUNT_DIGITS = 18
"""Digits of one amount: sums of so many options are exact in 28 (decimal's own precision)."""

RESULT_DAYS, RESULT_DAYS_MOST = 3, 60
"""Days after the close within which the result is promised, where the file says nothing; and the
most that it may say."""

PICTURE_BYTES_MOST = 10 * 1024**2

PICTURE_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How a JPEG and a PNG begin."""

_GROUPED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
"""Forty-two thousand to some, forty-two to others."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_NOWHERE = ZoneInfo("UTC")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a date that could not be read."""


@dataclass(frozen=True, slots=True)
class VoteFile:
    """A sound file. `pictures` are the files of options by their key, still to be kept."""

    vote: Vote
    pictures: Mapping[str, Path]


FOLDER = "votes"
"""Where a country keeps its votes' files."""

SUFFIX = ".toml"


def vote_files(folder: Path) -> list[Path]:
    """The votes of a country's folder, by name."""
    return sorted((folder / FOLDER).glob(f"*{SUFFIX}"))


def load_vote(file: Path, countries: Mapping[str, Country]) -> VoteFile:
    """Read a vote's file. Raises `CountryError` with everything wrong."""
    found, problems = _read(file, countries)
    if found is None or problems:
        raise CountryError(problems)
    return found


def _read(file: Path, countries: Mapping[str, Country]) -> tuple[VoteFile | None, list[Problem]]:
    try:
        text = file.read_text("utf-8").removeprefix("\ufeff")
    except OSError as error:
        return None, [Problem(file, 1, f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(file, line, "not UTF-8: save the file with that encoding")]
    parsed = parse(text)
    problems = [Problem(file, line, mistake) for line, mistake in parsed.mistakes]
    if parsed.values is None:
        return None, problems
    found = Findings()
    vote = _VoteReader(Table(parsed.values, (), found), file.parent, countries).read()
    if found:
        lines = lines_by_key(parsed.text)
        # With a broken line left out, what seems to be missing may well stand there.
        told = found.wrong if parsed.mistakes else found.wrong + found.missing
        problems += [Problem(file, line_of(lines, key), said) for key, said in told]
    return vote, problems


class _VoteReader:
    """Reads one file; what is wrong goes to the findings, and reading goes on."""

    def __init__(self, file: Table, folder: Path, countries: Mapping[str, Country]) -> None:
        self._file = file
        self._found = file.found
        self._folder = folder
        self._countries = countries
        self._country: Country | None = None
        self._pictures: dict[str, Path] = {}
        self._ask_area = False

    def read(self) -> VoteFile:
        file = self._file
        key = file.key("vote", ())
        self._country = self._read_country()
        zone = self._read_zone()
        opens, closes = self._moment("opens", zone), self._moment("closes", zone)
        if opens and closes and opens >= closes:
            file.wrong("closes", "`closes` is not after `opens`")
        method = self._method()
        pot = self._amount(file, "pot") if "pot" in file else None
        who = self._who(zone)
        options = self._options(spends=pot is not None)
        vote = Vote(
            key=key,
            country="" if self._country is None else self._country.key,
            question=self._words(file, "question"),
            options=options,
            opens=opens or _NEVER,
            closes=closes or _NEVER,
            zone=zone.key,
            method=method,
            tie=self._tie(),
            owner=file.text("owner"),
            about=self._words(file, "about") if "about" in file else None,
            who=who,
            most=file.whole("most", 1, least=1),
            seats=file.whole("seats", 1, least=1),
            least=file.whole("least", 0),
            result_days=self._result_days(),
            pot=pot,
            currency=file.text("currency", ""),
            within_pot=file.yes("within_pot", False),
            blank=file.yes("blank", True),
            ask_area=self._ask_area,
        )
        file.close()
        self._check(vote)
        return VoteFile(vote, self._pictures)

    def _read_country(self) -> Country | None:
        name = self._file.text("country")
        if name and name not in self._countries:
            self._file.wrong("country", not_among(self._countries, name))
        return self._countries.get(name)

    def _read_zone(self) -> ZoneInfo:
        default = _NOWHERE.key if self._country is None else self._country.timezone
        name = self._file.text("zone", default)
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._file.wrong("zone", f"`{name}` is not a time zone, like America/Montevideo")
            return _NOWHERE

    def _moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A date and time on the clocks of the zone, such as 2026-12-01T09:00:00."""
        file = self._file
        file.asked.add(name)
        value = file.raw.get(name)
        if value is None:
            file.miss(name)
        elif not isinstance(value, datetime):
            file.wrong(name, f"`{name}` must be day and time like 2026-12-01T09:00:00")
        elif value.tzinfo is not None:
            file.wrong(name, f"`{name}` is read on the clocks of `zone`: leave its own zone out")
        elif value.year not in YEARS:
            file.wrong(name, f"`{name}` is not in a year from {YEARS.start} to {YEARS.stop - 1}")
        else:
            there = value.replace(tzinfo=zone)
            if there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != value:
                file.wrong(name, f"clocks in {zone.key} skip {value}: choose another time")
            return there
        return None

    def _method(self) -> str:
        method = self._file.text("method")
        if method and method not in METHODS:
            self._file.wrong("method", unknown(method, tuple(METHODS)))
        return method

    def _tie(self) -> str:
        tie = self._file.text("tie")
        if tie:
            try:
                read_tie_rule(tie)
            except ValueError as error:
                self._file.wrong("tie", str(error))
        return tie

    def _result_days(self) -> int:
        days = self._file.whole("result_days", RESULT_DAYS)
        if days > RESULT_DAYS_MOST:
            self._file.wrong("result_days", f"`result_days` is over {RESULT_DAYS_MOST}")
        return days

    def _who(self, zone: ZoneInfo) -> Who:
        table = self._file.table("who", required=False)
        areas = table.texts("areas")
        places = {} if self._country is None else self._country.places_by_key()
        for index, area in enumerate(areas):
            if self._country is not None and area not in places:
                self._found.add((*table.at, "areas", index), unknown(area, tuple(places)))
        before = table.day_or_none("registered_before")
        self._ask_area = table.yes("ask_area", False)
        who = Who(
            adult=table.yes("adult", True),
            areas=areas,
            registered_before=None if before is None else datetime.combine(before, time(), zone),
        )
        table.close()
        return who

    def _options(self, *, spends: bool) -> tuple[Option, ...]:
        read: dict[str, Option] = {}
        for table in self._file.tables("options"):
            key = table.key("option", read)
            if key.isdecimal():
                table.wrong("key", f"the key `{key}` would be read as a number of the list")
            if spends and "cost" not in table:
                table.miss("cost")
            cost = self._amount(table, "cost") if "cost" in table else Decimal(0)
            if not spends and cost:
                table.wrong("cost", "a cost needs a `pot` that it is paid from")
            option = Option(
                key=key or f"#{len(read)}",
                label=self._words(table, "label", signs=OPTION_GRAPHEMES),
                text=self._words(table, "text", signs=DESCRIPTION_GRAPHEMES)
                if "text" in table
                else None,
                emoji=table.text("emoji", ""),
                cost=cost,
            )
            if graphemes(option.emoji) > EMOJI_SIGNS:
                table.wrong("emoji", "`emoji` must be one sign")
            self._picture(table, key)
            table.close()
            read[option.key] = option
        if not OPTIONS_LEAST <= len(read) <= OPTIONS_MOST:
            self._found.miss(
                ("options",),
                f"there are {len(read)} [[options]]; {OPTIONS_LEAST} to {OPTIONS_MOST} are right",
            )
        self._compare_labels(read)
        return tuple(read.values())

    def _compare_labels(self, read: Mapping[str, Option]) -> None:
        """Two options that read the same could not be told apart when they are typed."""
        known: dict[tuple[str, str], str] = {}
        for index, (key, option) in enumerate(read.items()):
            for language, words in option.label.spellings:
                label = as_typed(words)
                at: Key = ("options", index, "label", language)
                if label.isdecimal():
                    self._found.add(at, f"“{words}” would be read as a number of the list")
                other = known.setdefault((language, label), key)
                if words and other != key:
                    self._found.add(at, f"“{words}” is what the option {other} is called")

    def _picture(self, table: Table, key: str) -> None:
        name = table.text("picture", "")
        if not name:
            return
        path = self._folder / name
        if not path.is_file():
            table.wrong("picture", f"there is no file {name} beside this one")
        elif path.stat().st_size > PICTURE_BYTES_MOST:
            table.wrong("picture", f"{name} is larger than {PICTURE_BYTES_MOST // 1024**2} MB")
        elif not path.read_bytes().startswith(PICTURE_HEADS):
            table.wrong("picture", f"{name} is no JPEG and no PNG")
        else:
            self._pictures[key] = path

    def _words(self, table: Table, name: str, *, signs: int | None = None) -> Name:
        """A text in every language of the country: `signs` where it is a label, else a prompt."""
        texts = table.table(name)
        languages = () if self._country is None else self._country.languages
        for language, _words in texts.entries():
            if languages and language not in languages:
                texts.wrong(language, f"`{language}` is not one of the country's `languages`")
        read: list[tuple[str, str]] = []
        for language in languages:
            if name in table and language not in texts:
                self._found.miss(texts.at, f"`{name}` is missing in `{language}`")
                continue
            words = texts.text(language) if language in texts else ""
            self._measure((*texts.at, language), words, signs)
            read.append((language, words))
        return Name(read[0][1] if read else "", tuple(read))

    def _measure(self, at: Key, words: str, signs: int | None) -> None:
        if names(take_apart(words)):
            self._found.add(at, "nothing fills a {placeholder} here")
        if signs is not None and (count := graphemes(words)) > signs:
            self._found.add(at, f"{count} signs; {signs} fit")
        elif signs is None and (units := utf16_units(words)) > PROMPT_UNITS:
            self._found.add(at, f"{units} signs; {PROMPT_UNITS} fit one message")
        if marked := find_markup(words):
            self._found.add(at, marked)
        if "\n" in words:
            self._found.add(at, "a line break is no part of one line")

    def _amount(self, table: Table, name: str) -> Decimal:
        """An exact amount: a text such as "1500.20", or a whole number."""
        table.asked.add(name)
        value = table.raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            table.wrong(name, f'write `{name}` in quotes, "1500.20", so that nothing is rounded')
            return Decimal(0)
        if _GROUPED.fullmatch(value.strip()):
            wrong = (
                f"{value!r} may mean two amounts: write it without the point, or with two decimals"
            )
            table.wrong(name, wrong)
            return Decimal(0)
        try:
            amount = write_money(read_money(value))
        except ValueError as error:
            table.wrong(name, str(error))
            return Decimal(0)
        if len(amount.replace(".", "")) > AMOUNT_DIGITS:
            table.wrong(name, f"`{name}` has more than {AMOUNT_DIGITS} digits")
            return Decimal(0)
        if name == "pot" and Decimal(amount) == 0:
            table.wrong(name, "a `pot` of 0 pays for nothing")
        return Decimal(amount)

    def _check(self, vote: Vote) -> None:
        """What is wrong only beside something else."""
        file, count = self._file, len(vote.options)
        spends = vote.method in METHODS and METHODS[vote.method].needs_pot
        if spends and vote.pot is None:
            file.miss("pot")
        if vote.method in METHODS and not spends and vote.pot is not None:
            file.wrong("pot", f"`{vote.method}` spends nothing: choose greedy-skip or greedy-stop")
        if vote.pot is not None and not _CURRENCY.fullmatch(vote.currency):
            if vote.currency:
                file.wrong("currency", "`currency` must be three capital letters, like UYU")
            else:
                file.miss("currency")
        if vote.currency and vote.pot is None:
            file.wrong("currency", "a `currency` needs a `pot`")
        if vote.tie == "cheapest" and vote.pot is None and not spends:
            file.wrong("tie", "nothing has a cost here: choose file, or lot: and a seed")
        if vote.within_pot and vote.pot is None:
            file.wrong("within_pot", "there is no `pot`")
        for index, option in enumerate(vote.options):
            if vote.pot and option.cost > vote.pot:
                self._found.add(("options", index, "cost"), "costs more than the pot: cannot win")
            if option.cost == WITHDRAWN_COST:
                said = f"in the published file {WITHDRAWN_COST} says that it was withdrawn"
                self._found.add(("options", index, "cost"), f"{said}: one more or less will do")
        if vote.most > count >= OPTIONS_LEAST:
            file.wrong("most", f"`most` is {vote.most}, more than {counted(count, 'option')}")
        if vote.method == "plurality" and vote.most > 1:
            file.wrong("most", "with plurality a ballot has one choice; approval takes several")
        if spends and "seats" in file:
            file.wrong("seats", "the pot decides how many win: leave `seats` out")
        elif vote.seats >= count >= OPTIONS_LEAST:
            file.wrong("seats", f"`seats` is {vote.seats}: everything would win")
