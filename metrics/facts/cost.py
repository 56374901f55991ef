"""The cost of a resolution: each level that held the ticket adds its cost per ticket. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from metrics.facts.levels import levels_until_resolution
from metrics.facts.replay import Replay


def cost_of(replay: Replay, costs: Mapping[int, Decimal]) -> Decimal | None:
    """Add up the levels that held the ticket until its last resolution, each once.

    None where it is not resolved, or where the cost of one of its levels is not known.
    """
    levels = set(levels_until_resolution(replay))
    if not levels or not levels <= costs.keys():
        return None
    return sum((costs[level] for level in levels), Decimal(0))
