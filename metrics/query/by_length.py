"""Satisfaction by how long it took: answers against their ticket's time to resolution, gross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, Q, Sum, When

from metrics.definitions.feedback import CSAT, SATISFIED
from metrics.policy import DEFAULT, Policy
from metrics.query.counting import rows
from metrics.query.marks import TTR_GROSS, Took
from metrics.query.scope import Scope
from metrics.query.tally import Tally, rate
from metrics.query.values import Rate
from metrics.terms import Terms

_HOUR: Final = 3_600
LENGTHS: Final = (
    ("under 1 hour", 0, _HOUR),
    ("1–4 hours", _HOUR, 4 * _HOUR),
    ("4–8 hours", 4 * _HOUR, 8 * _HOUR),
    ("8–24 hours", 8 * _HOUR, 24 * _HOUR),
    ("24–72 hours", 24 * _HOUR, 72 * _HOUR),
    ("over 72 hours", 72 * _HOUR, None),
)


@dataclass(frozen=True, slots=True)
class LengthBucket:
    """What customers said of tickets that took so long."""

    label: str
    took: Took
    rate: Rate


def satisfaction_by_length(
    scope: Scope, policy: Policy = DEFAULT, *, is_business: bool
) -> list[LengthBucket]:
    """`csat` of the answers of the period, by the time to resolution of their tickets; last, the
    answers about tickets that were reopened and are not resolved now. One query."""
    terms = Terms(policy, scope.as_of)
    answers = rows(CSAT.source, scope).filter(SATISFIED.denominator(terms))
    took = f"{CSAT.source.facts}{TTR_GROSS[is_business]}"
    counted = answers.values_list(_length_of(took)).annotate(
        n=Count("pk"),
        satisfied=Count("pk", filter=SATISFIED.numerator(terms)),
        scores=Sum(SATISFIED.score),
    )
    tallies = {
        length: Tally(numerator=satisfied, denominator=n, total=scores)
        for length, n, satisfied, scores in counted
    }
    return [
        LengthBucket(label, Took(low, high, is_business), rate(CSAT, "", tallies.get(i, Tally())))
        for i, (label, low, high) in enumerate([*LENGTHS, ("not resolved now", None, None)])
    ]


def _length_of(path: str) -> Case:
    """The number of the length that a ticket took; the one after the last where it has none."""
    shorter = [
        When(Q(**{f"{path}__lt": high}), then=i)
        for i, (_, _, high) in enumerate(LENGTHS)
        if high is not None
    ]
    return Case(
        When(Q(**{f"{path}__isnull": True}), then=len(LENGTHS)),
        *shorter,
        default=len(LENGTHS) - 1,
    )
