"""The charts of the page: each asks the one query service and is drawn by metrics/charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from metrics.charts.parts import Card
from metrics.web.cards.ages import ages_card
from metrics.web.cards.arrivals import arrivals_card
from metrics.web.cards.between import between_card
from metrics.web.cards.levels import levels_card
from metrics.web.cards.segments import segments_card
from metrics.web.cards.trend import trend_card
from metrics.web.links import Links

CARDS: Final[Mapping[str, Callable[[Links], Card]]] = {
    "trend": trend_card,
    "segments": segments_card,
    "levels": levels_card,
    "between": between_card,
    "arrivals": arrivals_card,
    "ages": ages_card,
}
"""By the anchor that an address names them with, in the order of the page."""
