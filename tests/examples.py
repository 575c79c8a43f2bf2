"""How many examples a property test tries: the same few each time, or many fresh ones on demand.

A number in `@settings` goes before any profile, so that `make fuzz` would be told nothing by it.
"""

from __future__ import annotations

import os

from hypothesis import settings

from tests.conftest import EXAMPLES


def examples(usual: int) -> settings:
    """`usual` many, the same in every run; as many fresh ones as `BARAZA_TEST_EXAMPLES` says."""
    wanted = os.environ.get(EXAMPLES)
    return settings(
        max_examples=int(wanted) if wanted else usual, deadline=None, derandomize=not wanted
    )
