"""How many examples a property test tries: the same few each time, or many fresh ones on demand.

A number in `@settings` goes before any profile, so that `make fuzz` would be told nothing by it.
"""

from __future__ import annotations

import math
import os

from hypothesis import settings

from tests.conftest import EXAMPLES


def examples(usual: int, shares: int = 1) -> settings:
    """`usual` many, the same in every run; as many fresh ones as `BARAZA_TEST_EXAMPLES` says.

    Of a test that stands in several `shares`, so that it ends within the time of one test and the
    cores share it, each tries its part of them.
    """
    wanted = os.environ.get(EXAMPLES)
    many = int(wanted) if wanted else usual
    return settings(max_examples=math.ceil(many / shares), deadline=None, derandomize=not wanted)
