"""How sure a figure of answers is: between which values it would lie, had everybody answered. Pure.

Intervals of 95 %, in the unit of the figure. Both stay within the scale and have a width even where
all answers are alike, which the textbook's formula does not.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

Z: Final = 1.959964
"""The quantile of the normal distribution that leaves 2.5 % on either side."""

Bounds = tuple[float, float]


def of_share(numerator: int, denominator: int) -> Bounds | None:
    """Return the bounds of a share in per cent: the score interval (Wilson 1927). None
    without answers."""
    if not denominator:
        return None
    share, square = numerator / denominator, Z * Z
    middle = share + square / (2 * denominator)
    spread = Z * sqrt(share * (1 - share) / denominator + square / (4 * denominator**2))
    whole = 1 + square / denominator
    low, high = (middle - spread) / whole, (middle + spread) / whole
    return 100 * min(share, max(0.0, low)), 100 * max(share, min(1.0, high))


def of_index(promoters: int, detractors: int, answers: int) -> Bounds | None:
    """Return the bounds of the difference of two shares of the same answers, −100 to +100: the
    adjusted Wald interval that adds three answers, ¾ at each end (Rocks 2016, "Interval estimation
    for the Net Promoter Score", The American Statistician 70). None without answers."""
    if not answers:
        return None
    n = answers + 3
    up, down = (promoters + 0.75) / n, (detractors + 0.75) / n
    middle, value = up - down, (promoters - detractors) / answers
    spread = Z * sqrt((up + down - middle**2) / n)
    low, high = max(-1.0, middle - spread), min(1.0, middle + spread)
    return 100 * min(value, low), 100 * max(value, high)
