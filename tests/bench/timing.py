"""Times calls and says it in a line."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each call, in the order they ran; one process, one at a time."""

    seconds: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Calls a second."""
        return len(self.seconds) / sum(self.seconds)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """Only one in twenty took longer."""
        return sorted(self.seconds)[int(0.95 * (len(self.seconds) - 1))]


def measure(call: Callable[[], object], *, times: int, warm_up: int = 3) -> Timing:
    """Call it a few times unmeasured, then `times` times."""
    for _ in range(warm_up):
        call()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return Timing(tuple(found))
