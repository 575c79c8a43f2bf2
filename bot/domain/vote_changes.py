"""What of a vote's file differs from the vote as it stands."""

from __future__ import annotations

from bot.domain.votes import Option, Vote


def differing(standing: Vote, file: Vote) -> list[str]:
    """What is fixed while a vote is open, and differs in its file."""
    found = [
        name
        for name in (
            *("key", "country", "opens", "closes", "zone", "method", "tie", "most", "seats"),
            *("least", "pot", "currency", "within_pot", "blank", "who", "ask_area"),
            # Of before there were promises.
            *(("result_days",) if standing.result_days is not None else ()),
        )
        if getattr(standing, name) != getattr(file, name)
    ]
    before = [option.key for option in standing.options]
    after = [option.key for option in file.options]
    if before != after:
        added = [key for key in after if key not in before]
        gone = [key for key in before if key not in after]
        found += [f"the new option {key}" for key in added]
        found += [f"the missing option {key}" for key in gone]
        if not added and not gone:
            found.append("the order of the options")
    costs = {option.key: option.cost for option in standing.options}
    found += [
        f"the cost of {option.key}"
        for option in file.options
        if option.key in costs and costs[option.key] != option.cost
    ]
    return found


def differing_texts(standing: Vote, file: Vote) -> list[str]:
    """The texts that differ, one entry each, for the audit log."""
    found = [
        name
        for name in ("question", "about", "owner")
        if getattr(standing, name) != getattr(file, name)
    ]
    for option in file.options:
        before = standing.option(option.key)
        if before is not None and _texts(before) != _texts(option):
            found.append(f"the texts of {option.key}")
    return found


def _texts(option: Option) -> tuple[object, ...]:
    return option.label, option.text, option.emoji, option.picture
