"""A histogram of durations that can be added to another: percentiles of any period from its days.

Buckets grow by a constant factor, so that whatever a bucket holds is known to 0.5 % of itself,
also after any number of merges; 0 has a bucket of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import Final

ACCURACY: Final = 0.005
GROWTH: Final = (1 + ACCURACY) / (1 - ACCURACY)
ZERO: Final = -10_000
"""The bucket of 0 and of what is too short to matter, below a millisecond."""

_LOG_GROWTH: Final = math.log(GROWTH)
_SHORTEST: Final = 0.001

Histogram = dict[int, int]


def bucket_of(value: float) -> int:
    """The bucket that holds a duration; the durations of a bucket are `GROWTH` apart at most."""
    return math.ceil(math.log(value) / _LOG_GROWTH) if value >= _SHORTEST else ZERO


def middle_of(bucket: int) -> float:
    """The duration that stands for a bucket: no more than `ACCURACY` from any that it holds."""
    return 0.0 if bucket == ZERO else 2 * GROWTH**bucket / (GROWTH + 1)


def histogram(values: Iterable[float]) -> Histogram:
    """Count durations by bucket."""
    found: Histogram = {}
    for value in values:
        bucket = bucket_of(value)
        found[bucket] = found.get(bucket, 0) + 1
    return found


def add(target: Histogram, other: Mapping[int, int]) -> None:
    """Add the counts of `other` to `target`."""
    for bucket, count in other.items():
        target[bucket] = target.get(bucket, 0) + count


def percentiles(found: Mapping[int, int], shares: Iterable[float]) -> list[float | None]:
    """The durations below which these shares (0 to 1) lie, by linear interpolation between ranks;
    None where nothing was counted. Right to `ACCURACY`."""
    buckets = sorted(found)
    ends = list(accumulate(found[bucket] for bucket in buckets))
    if not ends or not ends[-1]:
        return [None for _ in shares]

    def at_rank(rank: int) -> float:
        return middle_of(next(b for b, end in zip(buckets, ends, strict=True) if rank < end))

    return [_between(at_rank, share * (ends[-1] - 1)) for share in shares]


def exact_percentiles(ascending: list[float], shares: Iterable[float]) -> list[float | None]:
    """The same of the durations themselves, given in ascending order: exact."""
    if not ascending:
        return [None for _ in shares]
    return [_between(ascending.__getitem__, share * (len(ascending) - 1)) for share in shares]


def _between(at_rank: Callable[[int], float], rank: float) -> float:
    """Interpolate between the two ranks around a fractional one."""
    below = math.floor(rank)
    low = at_rank(below)
    if rank == below:
        return float(low)
    high = at_rank(below + 1)
    return float(low + (high - low) * (rank - below))


def to_json(found: Mapping[int, int]) -> dict[str, int]:
    """As a snapshot stores it."""
    return {str(bucket): found[bucket] for bucket in sorted(found)}


def from_json(stored: Mapping[str, int]) -> Histogram:
    """Read what `to_json` wrote."""
    return {int(bucket): count for bucket, count in stored.items()}
