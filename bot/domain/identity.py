"""Work that is done once for each object, such as a country's tree of options."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")

REMEMBERED = 64
"""Objects that a function remembers at a time."""


def once_for_each(make: Callable[[A], R]) -> Callable[[A], R]:
    """A pure function that remembers its result for each object, known by identity.

    Countries are large values: to hash one costs more than what is made of it. The object is kept
    with its result, so that its identity cannot pass to another.
    """
    made: OrderedDict[int, tuple[A, R]] = OrderedDict()

    def known(thing: A) -> R:
        found = made.get(id(thing))
        if found is not None:
            return found[1]
        result = make(thing)
        made[id(thing)] = (thing, result)
        if len(made) > REMEMBERED:
            made.popitem(last=False)
        return result

    return known
