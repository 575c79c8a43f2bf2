"""Published ballots in Pabulib's `.pb` form: read strictly, with every oddity named by its line.

The form: Stolicki, Szufa and Talmon, "Pabulib: A Participatory Budgeting Library",
arXiv 2012.06539, and pabulib.org/format.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from bot.counting.ballots import Ballot, Election, Option
from bot.counting.money import NOTHING, Money, read_money

SECTIONS = ("META", "PROJECTS", "VOTES")
VOTE_TYPES = ("approval", "choose-1")

METHOD_OF_RULE: Mapping[str, str] = {
    "greedy": "greedy-skip",
    "greedy-threshold": "greedy-skip",
    "greedy-no-skip": "greedy-stop",
}
"""Our method for a rule that a file names. Other rules are counted only where one is asked for."""

WITHDRAWN_COST = 999_999_999
"""The cost by which these files say that a project was withdrawn after the voting began."""

CELL_MOST = 1_000_000
"""Signs of one cell. The longest ballots of real files have some thousands."""


class PabulibError(ValueError):
    """The file cannot be counted; `line` says where, 0 for the file as a whole."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        super().__init__(f"line {line}: {problem}" if line else problem)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is not as it should be and changes nothing about who can be counted."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Published:
    """A file that was read. `selected` is its own list of winners; None where it has none."""

    meta: Mapping[str, str]
    election: Election
    selected: frozenset[str] | None
    oddities: tuple[Oddity, ...]

    @property
    def method(self) -> str | None:
        """The method that the file's own rule means."""
        return METHOD_OF_RULE.get(self.meta.get("rule", ""))


@dataclass(slots=True)
class _Section:
    columns: Sequence[str] = ()
    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)


def read_pabulib(text: str) -> Published:
    """Read a whole file. Raises `PabulibError` for the first thing that makes it uncountable.

    A ballot longer than the file's own `max_length` counts as it stands: whoever published it took
    it. An option named twice on one ballot counts once; one that is no project counts for nothing.
    """
    sections = _split(text)
    meta = {row.get("key", ""): row.get("value", "") for _line, row in sections["META"].rows}
    oddities: list[Oddity] = []
    options, selected = _read_projects(sections["PROJECTS"], oddities)
    kind = meta.get("vote_type", "")
    if kind not in VOTE_TYPES:
        raise PabulibError(
            0, f"vote_type {kind!r} is not counted here, only approval and choose-1"
        )
    ballots = list(_read_ballots(sections["VOTES"], {option.key for option in options}, oddities))
    election = Election(
        options,
        ballots,
        pot=_amount(meta, "budget", sections["META"]),
        least=_whole(meta, "min_project_score_threshold", sections["META"]),
    )
    _compare(sections["PROJECTS"], meta, election, oddities)
    return Published(meta, election, selected, tuple(sorted(oddities, key=lambda one: one.line)))


def _split(text: str) -> dict[str, _Section]:
    """The three sections, each with its header and its rows by column."""
    found: dict[str, _Section] = {}
    begins: dict[str, int] = {}
    here: _Section | None = None
    line = 0
    for line, row in _rows(text):
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) == 1 and cells[0].upper() in SECTIONS:
            name = cells[0].upper()
            if name in found:
                raise PabulibError(line, f"a second section {name}")
            here = found[name] = _Section()
            begins[name] = line
        elif here is None:
            raise PabulibError(line, "the file does not begin with META")
        elif not here.columns:
            here.columns = tuple(cell.lower() for cell in cells)
        else:
            here.rows.append((line, dict(zip(here.columns, cells, strict=False))))
    for number, name in enumerate(SECTIONS):
        if name not in found:
            after = (begins[other] for other in SECTIONS[number:] if other in begins)
            raise PabulibError(min(after, default=line), f"there is no section {name}")
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(CELL_MOST)
    # `splitlines` would also break a name at signs that only look like a line's end.
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    at = 1
    try:
        for row in reader:
            yield at, row
            at = reader.line_num + 1
    except csv.Error as error:
        raise PabulibError(at, f"no readable row ({error})") from None


def _read_projects(
    section: _Section, oddities: list[Oddity]
) -> tuple[list[Option], frozenset[str] | None]:
    _need(section, "PROJECTS", "project_id", "cost")
    options: list[Option] = []
    lines: dict[str, int] = {}
    for line, row in section.rows:
        key = row.get("project_id", "")
        if not key:
            raise PabulibError(line, "a project without project_id")
        if key in lines:
            raise PabulibError(line, f"project {key} stands in line {lines[key]} already")
        lines[key] = line
        cost = _money(line, row.get("cost", ""))
        withdrawn = cost == WITHDRAWN_COST
        options.append(Option(key, row.get("name", ""), NOTHING if withdrawn else cost, withdrawn))
        if cost == 0 or withdrawn:
            odd = "was withdrawn" if withdrawn else "costs nothing"
            oddities.append(Oddity(line, f"project {key} {odd}"))
    if not options:
        raise PabulibError(0, "there is no project")
    if "selected" not in section.columns:
        return options, None
    # Other numbers mark what was funded for another reason than the rule; the comment says which.
    chosen = {row["project_id"] for _line, row in section.rows if row.get("selected") == "1"}
    return options, frozenset(chosen)


def _read_ballots(section: _Section, known: set[str], oddities: list[Oddity]) -> Iterator[Ballot]:
    _need(section, "VOTES", "voter_id", "vote")
    voters = Counter(row.get("voter_id", "") for _line, row in section.rows)
    more = {voter for voter, times in voters.items() if times > 1}
    if more:
        told = f"voter_id that stand there more than once: {len(more)}; all counted"
        oddities.append(Oddity(0, told))
    for line, row in section.rows:
        chosen = [key.strip() for key in row.get("vote", "").split(",") if key.strip()]
        ballot = tuple(dict.fromkeys(chosen))
        if len(ballot) < len(chosen):
            oddities.append(Oddity(line, "a project is named twice; it counts once"))
        strangers = [key for key in ballot if key not in known]
        if strangers:
            oddities.append(Oddity(line, f"{', '.join(strangers)[:80]}: no such project"))
        yield ballot


def _compare(
    section: _Section, meta: Mapping[str, str], election: Election, oddities: list[Oddity]
) -> None:
    """What the file says of itself, against what stands in it."""
    for name, real in (
        ("num_projects", len(election.options)),
        ("num_votes", len(election.ballots)),
    ):
        if name in meta and meta[name] != str(real):
            oddities.append(Oddity(0, f"{name} says {meta[name][:20]}, and there are {real}"))
    most = "1" if meta["vote_type"] == "choose-1" else meta.get("max_length", "")
    if most.isdecimal():
        longer = sum(len(ballot) > int(most) for ballot in election.ballots)
        if longer:
            told = f"ballots that choose more than the file allows, {most}: {longer}; all counted"
            oddities.append(Oddity(0, told))
    counted = Counter(key for ballot in election.ballots for key in ballot)
    for line, row in section.rows:
        told, real = row.get("votes", ""), counted[row["project_id"]]
        if told and told != str(real):
            oddities.append(
                Oddity(line, f"project {row['project_id']}: votes says {told[:20]}, not {real}")
            )


def _need(section: _Section, name: str, *columns: str) -> None:
    missing = [column for column in columns if column not in section.columns]
    if missing:
        raise PabulibError(0, f"{name} has no column {missing[0]}")


def _amount(meta: Mapping[str, str], name: str, section: _Section) -> Money | None:
    return _money(_line(section, name), meta[name]) if meta.get(name) else None


def _whole(meta: Mapping[str, str], name: str, section: _Section) -> int:
    amount = _amount(meta, name, section) or NOTHING
    return -(-amount.numerator // amount.denominator)


def _line(section: _Section, key: str) -> int:
    return next((line for line, row in section.rows if row.get("key") == key), 0)


def _money(line: int, text: str) -> Money:
    try:
        return read_money(text)
    except ValueError as error:
        raise PabulibError(line, str(error)) from None
