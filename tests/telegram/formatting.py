"""HTML and MarkdownV2 as Telegram parses them, with its own words for what it cannot parse."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from bot.domain.inbound import utf16_units
from tests.telegram.refusals import Refusal, bad

Entity = dict[str, Any]

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "a": "text_link", "tg-emoji": "custom_emoji", "span": "spoiler",
}  # fmt: skip

MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
RESERVED = set("_*[]()~`>#+-=|{}.!")
"""Signs that MarkdownV2 wants escaped wherever they stand for themselves."""

_TAG = re.compile(r"</?([a-zA-Z][\w-]*)?([^<>]*)>?")
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]*)""")


def _wrong(why: str) -> Refusal:
    return bad(f"can't parse entities: {why}")


def _bytes(words: str) -> int:
    return len(words.encode("utf-8", "surrogatepass"))


def read_html(source: str) -> tuple[str, list[Entity]]:
    """Plain words and entities. Raises `Refusal`."""
    out, entities = "", []
    open_tags: list[tuple[str, Entity, int]] = []
    at = 0
    while at < len(source):
        sign = source[at]
        if sign == "&":
            reference = re.match(r"&(#\d+|#x[\da-fA-F]+|lt|gt|amp|quot);", source[at:])
            out += unescape(reference[0]) if reference else "&"
            at += len(reference[0]) if reference else 1
            continue
        if sign != "<":
            out += sign
            at += 1
            continue
        where = _bytes(source[:at])
        tag = _TAG.match(source, at)
        assert tag is not None
        name = (tag[1] or "").lower()
        if not tag[0].endswith(">"):
            raise _wrong(f"Unclosed start tag at byte offset {where}")
        if tag[0].startswith("</"):
            if not open_tags:
                raise _wrong(f"Unexpected end tag at byte offset {where}")
            expected, entity, _start = open_tags.pop()
            if name != expected:
                raise _wrong(
                    f'Unmatched end tag at byte offset {where}, expected "</{expected}>", '
                    f'found "</{name}>"'
                )
            entity["length"] = utf16_units(out) - entity["offset"]
            if entity["length"] and not (entity["type"] == "text_link" and not entity["url"]):
                entities.append(entity)
        else:
            if name not in TAGS:
                raise _wrong(f'Unsupported start tag "{name}" at byte offset {where}')
            entity = {"type": TAGS[name], "offset": utf16_units(out), "length": 0}
            if name == "a":
                href = _HREF.search(tag[2])
                entity["url"] = unescape(href[1]) if href else ""
            open_tags.append((name, entity, where))
        at = tag.end()
    if open_tags:
        name, _entity, where = open_tags[-1]
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{name}"')
    return out, sorted(entities, key=lambda item: (item["offset"], -item["length"]))


def read_markdown(source: str) -> tuple[str, list[Entity]]:
    """Plain words and entities. Raises `Refusal`."""
    out, entities = "", []
    open_marks: list[tuple[str, Entity, int]] = []
    at = 0
    while at < len(source):
        where = _bytes(source[:at])
        sign = source[at]
        if sign == "\\" and at + 1 < len(source) and ord(source[at + 1]) < 127:
            out += source[at + 1]
            at += 2
            continue
        mark = next((two for two in ("__", "||") if source.startswith(two, at)), sign)
        if mark in MARKS:
            at += len(mark)
            if open_marks and open_marks[-1][0] == mark:
                _mark, entity, _start = open_marks.pop()
                entity["length"] = utf16_units(out) - entity["offset"]
                if entity["length"]:
                    entities.append(entity)
            else:
                started = {"type": MARKS[mark], "offset": utf16_units(out), "length": 0}
                open_marks.append((mark, started, where))
            continue
        if sign == "`":
            end = source.find("`", at + 1)
            if end < 0:
                raise _wrong(f"Can't find end of Code entity at byte offset {where}")
            inside = source[at + 1 : end]
            if inside:
                entities.append(
                    {"type": "code", "offset": utf16_units(out), "length": utf16_units(inside)}
                )
            out += inside
            at = end + 1
            continue
        link = re.match(r"\[([^\]]*)\]\(([^)]*)\)", source[at:]) if sign == "[" else None
        if link:
            entities.append(
                {
                    "type": "text_link", "offset": utf16_units(out),
                    "length": utf16_units(link[1]), "url": link[2],
                }
            )  # fmt: skip
            out += link[1]
            at += len(link[0])
            continue
        if sign in RESERVED:
            raise _wrong(
                f"Character '{sign}' is reserved and must be escaped with the preceding '\\'"
            )
        out += sign
        at += 1
    if open_marks:
        mark, entity, where = open_marks[-1]
        raise _wrong(f"Can't find end of {entity['type'].title()} entity at byte offset {where}")
    return out, sorted(entities, key=lambda item: (item["offset"], -item["length"]))
