"""What a resident typed, held against the options on the table: numbers, emoji, labels, typos."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.flows.named import Named, Names, bare, fold, pictured
from bot.flows.numbers import ordinal, spelled_in
from bot.flows.plainer import plainer

TYPOS_FROM = 5
"""A label shorter than this must be typed without a mistake: `si` and `no` are one sign apart."""

LETTERS_A_TYPO = 5
"""One slip is forgiven for so many letters of a label, two for twice as many, and no more."""

FILLER_WORDS = 2
"""So many words may stand around a label (`the market please`) before it is a sentence."""

PART_FROM = 4
"""Letters from which a part of several labels (`rubbish` of `rubbish around it`) asks which."""

LABELS_IN_A_ROW = 6
"""Words that are tried as labels said one after the other; whatever is longer is a sentence."""

WORD_FROM = 3
"""Letters from which a word of one label alone may mean it (`big` of `big or middling`)."""

LEAST_COUNTED = 2
"""So few options are not told apart by a number in words: a lone button is no `one`."""

MOST_PARTS = 10
"""A part of more labels than a list holds asks nothing: `villa`, `north`."""

_COMMA = re.compile(r"([,;،.!\n])")


@dataclass(frozen=True, slots=True)
class Match:
    """The options a text may mean: one is an answer, several are a question, none is neither."""

    keys: tuple[str, ...]
    certain: bool = False
    """By number, emoji or whole label; else forgiving a typo or a filler word."""
    part: bool = False
    """By words that only one label has: enough to go on with, and for no consent."""
    spelled: bool = False
    """By a number in words, which may be a label that is not on the screen."""


def match(text: str, options: Sequence[Named], numbered: Sequence[str]) -> Match:
    """Which of the options a text means.

    `numbered` are the keys as they are numbered on the screen, from 1. A text that is a number
    chooses by it and by nothing else. What is said with courtesy is as certain as without.
    """
    names = options if isinstance(options, Names) else Names(options)
    if (found := _as_it_stands(text, names, numbered)) is not None:
        return found
    wanted = bare(text)
    readings = tuple(plainer(wanted, names.courtesies, names.counters))
    for plain in readings:
        found = _as_it_stands(plain, names, numbered)
        if found is not None and found.certain:
            return found
    for said in (wanted, *readings):
        if len(keys := _of_one_mind(said.split(), names)) == 1:
            return Match(tuple(keys), True)
    return (
        _as_printed(text, names, numbered)
        or _spelled(wanted, names, numbered)
        or _set_apart(text, names)
        or _nearly(wanted, names)
    )


def _as_it_stands(text: str, names: Names, numbered: Sequence[str]) -> Match | None:
    """By its number, its emoji or a whole label; None where it is none of them."""
    number = ordinal(text)
    if number is not None:
        return Match((numbered[number - 1],), True) if 1 <= number <= len(numbered) else Match(())
    if all(sign.isnumeric() for sign in text.strip()):
        return Match(())  # a superscript or a circled number is neither a number nor a label
    picture = pictured(text)
    if picture:
        # Without letters an alias may be an emoji, too.
        by_picture = names.by_emoji if fold(text) else names.by_picture
        once = picture[0] if picture == picture[0] * len(picture) else picture
        for sign in (picture, once):
            if by_emoji := by_picture.get(sign, ()):
                return Match(by_emoji, len(by_emoji) == 1)
    for wanted, by_text in ((fold(text), names.by_fold), (bare(text), names.by_bare)):
        if not wanted:
            return Match(())
        if same := by_text.get(wanted, ()):
            return Match(same, len(same) == 1)
    return None


def _of_one_mind(words: Sequence[str], names: Names, denied: bool = False) -> set[str]:
    """The options that nothing but their labels are said of: `yes of course`. A denial may be of
    what stands beside it: `no, take it back` is not what `no take it back` is, but `no not yet`
    denies twice."""
    keys: set[str] = set()
    if len(words) > LABELS_IN_A_ROW:
        return keys
    denied = denied or not names.denials.isdisjoint(words)
    for end in range(1, len(words) + 1):
        if denied and names.denials.isdisjoint(words[:end]):
            continue
        label = set(names.by_bare.get(" ".join(words[:end]), ()))
        rest = label if end == len(words) else label and _of_one_mind(words[end:], names, denied)
        keys |= label & rest
    return keys


def _as_printed(text: str, options: Names, numbered: Sequence[str]) -> Match | None:
    """A whole line of the screen, `2. No`: the option of its number, where its label says the
    same, and nothing where it says another; None for a text that is no such line."""
    first, *rest = text.split(maxsplit=1)
    number = ordinal(first)
    if number is None or not rest or not 1 <= number <= len(numbered):
        return None
    key, named = numbered[number - 1], match(rest[0], options, ()).keys
    if key in named:
        return Match((key,), True)
    return Match(()) if named else None


def _spelled(wanted: str, names: Names, numbered: Sequence[str]) -> Match | None:
    """By a number in words, where several are numbered; `tres` may be `Tres Cruces`, too."""
    if len(numbered) < LEAST_COUNTED:
        return None
    number = spelled_in(wanted, names.spelled, names.courtesies, names.before_words)
    if number is None or number > len(numbered):
        return None
    meant = {numbered[number - 1], *names.labelled(wanted)}
    keys = tuple(key for key in numbered if key in meant)
    return Match(keys, len(keys) == 1, spelled=True)


def _set_apart(text: str, names: Names) -> Match | None:
    """A label that is a denial, with a few words behind a comma: `no, it leaks`. Without one it
    may deny those words: `no idea what it is` is no No."""
    first, comma, rest = (*_COMMA.split(text, maxsplit=1), "", "")[:3]
    label, behind = bare(first), bare(rest).split()
    if not comma or label not in names.denials or not 0 < len(behind) <= FILLER_WORDS:
        return None
    denied = any(f" {denial} " in f" {' '.join(behind)} " for denial in names.denials)
    keys = names.by_bare.get(label, ())
    return Match(keys) if keys and not denied else None


def _nearly(wanted: str, options: Names) -> Match:
    if any(wanted in item.opposites for item in options):
        return Match(())
    words = wanted.split()
    within = [
        key
        for key, labels in options.bare_texts
        if any(
            0 < len(words) - len(label) <= FILLER_WORDS
            and not options.denials.issuperset(label)
            and _stands_in(label, words, options.denials)
            for _whole, label in labels
        )
    ]
    if within:
        return Match(tuple(within))
    letters = len("".join(words))
    parts = {
        key
        for key, labels in options.bare_texts
        if letters >= PART_FROM
        and any(_is_part(words, label, options.denials) for _whole, label in labels)
    }
    if len(parts) > MOST_PARTS:
        parts = set()
    no_slip = any(sign.isdigit() for sign in wanted)
    slips = {
        key: _TOO_MANY
        if no_slip
        else min(
            (_slips(wanted, label, options.denials) for label, _words in labels),
            default=_TOO_MANY,
        )
        for key, labels in options.bare_texts
    }
    least = min(slips.values(), default=_TOO_MANY)
    alike = {key for key, count in slips.items() if count == least < _TOO_MANY}
    meant = alike | parts
    if len(meant) <= 1 and not alike:
        alone = [
            item.key
            for item in options
            if any(_is_part(words, bare(label).split(), options.denials) for label in item.labels)
        ]
        one = letters >= WORD_FROM and len(alone) == 1 and meant <= {*alone}
        return Match(tuple(alone), part=True) if one else Match(())
    return Match(tuple(key for key in slips if key in meant))


_TOO_MANY = 99


def _slips(wanted: str, label: str, denials: frozenset[str] = frozenset()) -> int:
    """Typing mistakes between the two (a swap of neighbours is one), or too many. What denies the
    label is no mistake, also where both are written as one word."""
    allowed = min(2, len(label) // LETTERS_A_TYPO) if len(label) >= TYPOS_FROM else 0
    if allowed == 0 or abs(len(wanted) - len(label)) > allowed:
        return _TOO_MANY
    count = int(OSA.distance(wanted, label, score_cutoff=allowed))
    if count > allowed or any(_denies(wanted, label, denial) for denial in denials):
        return _TOO_MANY
    return count


def _denies(wanted: str, label: str, denial: str) -> bool:
    """Whether a text that is nearly a label has a denial that the label has not."""
    if f" {denial} " in f" {wanted} ":
        return f" {denial} " not in f" {label} "
    rest = wanted.removeprefix(denial)
    if rest == wanted or label.startswith(denial):
        return False
    # It may stand in the place of letters: "siungi mkono" beside "liunge mkono".
    return any(_slips(rest, label[at:]) < _TOO_MANY for at in range(len(denial) + 1))


def _stands_in(label: list[str], words: list[str], denials: frozenset[str]) -> bool:
    """Whether the whole label stands among more words, none of which denies it."""
    return len("".join(label)) >= 3 and _within(label, words, denials)


def _is_part(words: list[str], label: list[str], denials: frozenset[str]) -> bool:
    """Whether the words stand together in a longer label: `rubbish` in `rubbish around it`. What
    the rest of it denies is its opposite: `write to me` in `do not write to me`."""
    return len(words) < len(label) and _within(words, label, denials)


def _within(some: list[str], words: list[str], denials: frozenset[str]) -> bool:
    """Whether some words stand together among others, of which none is a denial."""
    for start in range(len(words) - len(some) + 1):
        end = start + len(some)
        if words[start:end] == some:
            beside = f" {' '.join(words[:start])} | {' '.join(words[end:])} "
            if not any(f" {denial} " in beside for denial in denials):
                return True
    return False
