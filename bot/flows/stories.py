"""What the story of a problem and the story of an idea have alike."""

from __future__ import annotations

from typing import Any

from bot.domain.messages import Message, _
from bot.domain.reports import Told
from bot.flows.questions import Photos, Say, Story


async def keep_no_voice(
    asked: Story[Any], told: Told, typed: Story[Told], please: Message
) -> tuple[str, Told]:
    """What is kept of who is under age and spoke: their words, or what is `typed` where they said
    none (`please` asks for it). The key of the story that stands, and what it tells."""
    asked.lose_voice(anew=not told.text)
    if told.text:
        await Say(
            "words-stay", _("We keep no voice notes from people under 18. What you wrote stays.")
        )
        return asked.key, Told(told.text, photos=told.photos)
    await Say("no-voice", please)
    return typed.key, await typed


async def more_photos(
    told: Told | None, most: int, line: Message, *, story: str, optional: bool = True
) -> tuple[str, ...]:
    """Those of the story and whatever else is shown when asked by `line`, so many at most."""
    taken = told.photos if told is not None else ()
    if most <= len(taken):
        return taken
    more = await Photos(
        "photos",
        line,
        most=most - len(taken),
        story=story,
        optional=optional,
        label=_("Photos"),
    )
    return (*taken, *(more or ()))
