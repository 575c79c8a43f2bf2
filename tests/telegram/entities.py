"""Texts with entities as Telegram takes them: in UTF-16 units, nested, never crossing."""

from __future__ import annotations

from typing import Any

from telegram.constants import MessageLimit

from bot.domain.inbound import utf16_units
from tests.telegram.formatting import read_html, read_markdown
from tests.telegram.refusals import bad

TEXT_MOST = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION_MOST = int(MessageLimit.CAPTION_LENGTH)

Entity = dict[str, Any]

NEVER_NESTED = {"code", "pre"}
"""They hold no other entity, and stand in none but a quotation."""

QUOTATIONS = {"blockquote", "expandable_blockquote"}
"""They do not hold each other."""

LENGTHS_OF_OWN = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
"""Kinds that are nothing without a field of their own."""


def read_text(
    given: dict[str, Any], name: str = "text", entities: str = "entities"
) -> tuple[str, list[Entity]]:
    """The text as it will stand, with its entities. Raises `Refusal`.

    Space at both ends goes, as at Telegram; the limits are counted after the entities are read.
    """
    words = str(given.get(name) or "")
    if "\x00" in words:
        words = words.replace("\x00", "")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    mode = str(given.get("parse_mode") or "").lower()
    match mode:
        case "":
            found = [dict(entity) for entity in given.get(entities) or []]
        case "html":
            words, found = read_html(words)
        case "markdownv2":
            words, found = read_markdown(words)
        case "markdown":
            raise bad("this server does not know the old Markdown")
        case _:
            raise bad("unsupported parse_mode")
    _check(words, found)
    return _trimmed(words, found)


def check_length(words: str, most: int, empty: str, long: str) -> None:
    """Raises `Refusal` for a text that is empty or too long, in Telegram's words for its kind."""
    if not words and empty:
        raise bad(empty)
    if utf16_units(words) > most:
        raise bad(long)


def _check(words: str, entities: list[Entity]) -> None:
    whole = utf16_units(words)
    edges = _edges(words)
    if len(entities) > int(MessageLimit.MESSAGE_ENTITIES):
        raise bad("can't parse entities: too many entities")
    for entity in entities:
        start, length = int(entity["offset"]), int(entity["length"])
        if start < 0 or length < 0 or start + length > whole or length == 0:
            raise bad(f"entity beginning at UTF-16 offset {start} ends after the end of the text")
        if start not in edges or start + length not in edges:
            raise bad(f"entity at UTF-16 offset {start} begins or ends inside a character")
        needed = LENGTHS_OF_OWN.get(str(entity["type"]))
        if needed and not entity.get(needed):
            raise bad(f"can't parse entities: {entity['type']} without {needed}")
    ordered = sorted(entities, key=lambda item: (item["offset"], -item["length"]))
    around: list[Entity] = []
    for entity in ordered:
        while around and _end(around[-1]) <= entity["offset"]:
            around.pop()
        if around and _end(around[-1]) < _end(entity):
            raise bad(f"can't parse entities: entities at offset {entity['offset']} cross")
        kinds = {str(outer["type"]) for outer in around}
        kind = str(entity["type"])
        if kinds & NEVER_NESTED or (kind in NEVER_NESTED and kinds - QUOTATIONS):
            raise bad(f"can't parse entities: {kind} can't be nested here")
        if kind in QUOTATIONS and kinds & QUOTATIONS:
            raise bad("can't parse entities: blockquotes can't be nested")
        around.append(entity)


def _end(entity: Entity) -> int:
    return int(entity["offset"]) + int(entity["length"])


def _edges(words: str) -> set[int]:
    """UTF-16 offsets between whole characters."""
    at, found = 0, {0}
    for sign in words:
        at += 1 + (ord(sign) > 0xFFFF)
        found.add(at)
    return found


def _trimmed(words: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    bare = words.strip()
    lead = utf16_units(words) - utf16_units(words.lstrip())
    whole = utf16_units(bare)
    kept = []
    for entity in entities:
        start = max(0, int(entity["offset"]) - lead)
        end = min(whole, _end(entity) - lead)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return bare, kept
