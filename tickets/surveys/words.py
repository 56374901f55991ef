"""What a score is called, for those who give it and those who read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.choices import SurveyKind

CSAT_WORDS: Final[dict[int, Promise | str]] = {
    1: _("Very dissatisfied"),
    2: _("Dissatisfied"),
    3: _("Neither"),
    4: _("Satisfied"),
    5: _("Very satisfied"),
}
LOW, MIDDLE, HIGH = "low", "middle", "high"


def score_words(kind: str, score: int) -> str:
    """Name a score; empty for a recommendation, where only the ends of the scale have names."""
    return str(CSAT_WORDS.get(score, "")) if kind == SurveyKind.CSAT else ""


def band(kind: str, score: int) -> str:
    """Tell low, middle and high scores apart, as the figures do: satisfied is 4 and 5; detractors
    are 0 to 6, promoters 9 and 10."""
    low, high = BANDS[kind]
    if score <= low:
        return LOW
    return HIGH if score >= high else MIDDLE


BANDS: Final[Mapping[str, tuple[int, int]]] = {SurveyKind.CSAT: (2, 4), SurveyKind.NPS: (6, 9)}
"""By kind: the highest low score, and the lowest high one."""

HIGHEST: Final[Mapping[str, int]] = {SurveyKind.CSAT: 5, SurveyKind.NPS: 10}
"""By kind: the best score that can be given."""
