"""The charts of the page: each asks the one query service and is drawn by metrics/charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from metrics.charts.parts import Card
from metrics.web.answers import Answers
from metrics.web.cards.ages import ages_card
from metrics.web.cards.arrivals import arrivals_card
from metrics.web.cards.between import between_card
from metrics.web.cards.crossed import crossed_card
from metrics.web.cards.lengths import lengths_card
from metrics.web.cards.levels import levels_card
from metrics.web.cards.policies import policies_card
from metrics.web.cards.segments import segments_card
from metrics.web.cards.trend import trend_card
from metrics.web.question import Question

CARDS: Final[Mapping[str, Callable[[Answers], Card]]] = {
    "policies": policies_card,
    "trend": trend_card,
    "segments": segments_card,
    "crossed": crossed_card,
    "levels": levels_card,
    "between": between_card,
    "arrivals": arrivals_card,
    "lengths": lengths_card,
    "ages": ages_card,
}
"""By the anchor that an address names them with, in the order of the page."""


def cards_for(question: Question) -> tuple[str, ...]:
    """The charts that a question has: a second policy, or segment, only where one is asked for."""
    absent = {"policies"} if question.other is None else set()
    absent |= {"crossed"} if question.across is None else set()
    return tuple(name for name in CARDS if name not in absent)
