"""How much work random tests put in: `TEST_EFFORT=10 make test` tries ten times as many.

Usually each run tries the same examples; with more effort each run tries others.
"""

from __future__ import annotations

import os
from typing import Final

EFFORT: Final = int(os.environ.get("TEST_EFFORT", "1"))


def examples(number: int) -> int:
    """Return how many examples a property is tried with, where usually `number` are enough."""
    return number * EFFORT
