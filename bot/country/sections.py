"""The other parts of a country file: numbers to call, consent, and plain settings."""

from __future__ import annotations

import zoneinfo
from dataclasses import Field, fields, replace
from typing import Any, ClassVar, Protocol, TypeVar

from bot.country.limits import (
    DAYS_MOST,
    EMERGENCY_KINDS,
    EMERGENCY_NUMBER,
    LANGUAGE,
    OPTION_GRAPHEMES,
    PHONE_NUMBER,
    PREFIX,
    REGION,
)
from bot.country.tables import Table, unknown
from bot.domain.country import (
    ANSWERS,
    HERE,
    Consent,
    EmergencyNumber,
    HelpLine,
    ReportFlow,
    Similarity,
)


class Settings(Protocol):
    """A dataclass of numbers and switches that all have a default."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


S = TypeVar("S", bound=Settings)


def read_settings(table: Table, kind: type[S], *, least: int = 0) -> S:
    """Each field by its name, of the type of its default; numbers are at least `least`, and whole
    ones, which most are days, at most `DAYS_MOST`. Lists are left to who knows what may stand in
    them."""
    given: dict[str, bool | float] = {}
    for field in fields(kind):
        if isinstance(field.default, bool):
            given[field.name] = table.yes(field.name, field.default)
        elif isinstance(field.default, int):
            given[field.name] = table.whole(field.name, field.default, least=least, most=DAYS_MOST)
        elif isinstance(field.default, float):
            given[field.name] = table.number(field.name, field.default, least=least)
    table.close()
    return kind(**given)


def read_report(table: Table) -> ReportFlow:
    """What a report is asked, with the ways that residents may be answered."""
    answer = _read_answers(table)
    return replace(read_settings(table, ReportFlow), answer=answer)


def read_similarity(table: Table) -> Similarity:
    """When two reports, or two ideas, may be the same thing."""
    similarity = read_settings(table, Similarity)
    for name in ("alike", "ideas_alike"):
        if getattr(similarity, name) > 1:
            table.wrong(name, f"`{name}` is a share: 1 is the same words, 0.5 half of them")
    return similarity


def _read_answers(table: Table) -> tuple[str, ...]:
    if "answer" in table and isinstance(table.raw["answer"], bool):
        instead = 'write ["here", "none"] for true, and nothing for false'
        table.wrong("answer", f"`answer` is a list of the ways that there are: {instead}")
        return ()
    ways = table.texts("answer")
    for way in dict.fromkeys(ways):
        if way not in ANSWERS:
            table.wrong("answer", unknown(way, ANSWERS))
        elif ways.count(way) > 1:
            table.wrong("answer", f"`{way}` stands twice in `answer`")
    if ways and HERE not in ways:
        table.wrong("answer", f"`{HERE}` must be among `answer`: the chat is always there")
    return ways


def read_prefix(table: Table) -> str:
    prefix = table.text("prefix")
    if prefix and not PREFIX.fullmatch(prefix):
        table.wrong("prefix", "`prefix` must be 2 to 4 capital letters, without O and I")
    return prefix


def read_region(table: Table) -> str:
    region = table.text("region")
    if region and not REGION.fullmatch(region):
        table.wrong("region", "`region` must be the two capital letters of ISO 3166, like KE")
    return region


def read_timezone(table: Table) -> str:
    name = table.text("timezone")
    if name and not _has_zone(name):
        table.wrong("timezone", f"`{name}` is not a time zone, like America/Montevideo")
    return name


def _has_zone(name: str) -> bool:
    """Whether the time zone exists. Where this machine knows none at all, any is believed."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return not zoneinfo.available_timezones()
    return True


def read_languages(table: Table, name: str) -> tuple[str, ...]:
    languages = table.texts(name, required=True)
    for code in languages:
        if not LANGUAGE.fullmatch(code):
            table.wrong(name, f"`{code}` is not the code of a language, like sw or pt-BR")
    if len(set(languages)) < len(languages):
        table.wrong(name, f"`{name}` has a language twice")
    return languages


def read_emergency(table: Table) -> tuple[EmergencyNumber, ...]:
    read: dict[str, EmergencyNumber] = {}
    for item in table.tables("emergency"):
        line = EmergencyNumber(item.text("kind"), item.text("number"), item.text("source"))
        item.close()
        if line.kind and line.kind not in EMERGENCY_KINDS:
            item.wrong("kind", unknown(line.kind, EMERGENCY_KINDS))
        if line.kind in read:
            item.wrong("kind", f"`{line.kind}` has a number already")
        if line.number and not EMERGENCY_NUMBER.fullmatch(line.number):
            item.wrong("number", f"“{line.number}” is not an emergency number: 2 to 6 digits")
        read[line.kind] = line
    for kind in EMERGENCY_KINDS:
        if kind not in read:
            table.found.miss(("emergency",), f"there is no [[emergency]] of the kind `{kind}`")
    return tuple(read.values())


def read_help_lines(table: Table) -> tuple[HelpLine, ...]:
    read: dict[str, HelpLine] = {}
    for item in table.tables("help_lines"):
        line = HelpLine(
            key=item.key("help line", read),
            label=item.message("label", most=OPTION_GRAPHEMES),
            number=item.text("number"),
            source=item.text("source"),
            tested=item.day_or_none("tested"),
            hours=item.message_or_none("hours"),
        )
        item.close()
        if line.number and not PHONE_NUMBER.fullmatch(line.number):
            item.wrong("number", f"“{line.number}” is not a number that can be called")
        read[line.key] = line
    return tuple(read.values())


def read_consent(table: Table) -> Consent:
    consent = Consent(
        version=table.text("version"),
        notices=table.messages("notices"),
        question=table.message("question"),
        more=table.messages("more"),
    )
    table.close()
    return consent


def read_reviewers(table: Table, languages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Language and the name of who signed it."""
    for language, _ in table.entries():
        if language not in languages:
            table.wrong(language, f"`{language}` is not one of the country's `languages`")
    return tuple((language, table.text(language)) for language in table.raw)
