"""Figures of levels: who could resolve, what moved up, what came back."""

from __future__ import annotations

from typing import Final

from accounts.choices import SupportLevel
from metrics.definitions.sources import ESCALATIONS, RECEIVED, RESOLVED
from metrics.registry import Better, Figure, Kind, RateOf, always

L1: Final = SupportLevel.L1

FLR: Final = Figure(
    key="flr",
    name="First level resolution",
    sentence="How many tickets that came in at L1 were resolved without ever leaving it.",
    unit="%",
    kind=Kind.RATE,
    better=Better.UP,
    source=RESOLVED,
    measures={
        "": RateOf(
            numerator=always(
                last_resolved_at__isnull=False, entry_level=L1, was_above_l1_at_resolution=False
            ),
            denominator=always(last_resolved_at__isnull=False, entry_level=L1),
        )
    },
    counted_on="day resolved (last resolution)",
    population="Resolved tickets that were received at L1.",
    parts={
        "numerator": "Never above L1 up to the last resolution: no escalation, warm or cold, to "
        "L2, L3, field or vendor. The number of contacts does not matter.",
        "denominator": "All of them.",
    },
)

ESCALATION_RATE: Final = Figure(
    key="escalation_rate",
    name="Escalation rate",
    sentence="How many tickets moved up from L1 and, apart, from L2.",
    unit="%",
    kind=Kind.RATE,
    better=Better.DOWN,
    source=RECEIVED,
    measures={
        "from_l1": RateOf(
            numerator=always(entry_level=L1, was_above_l1=True), denominator=always(entry_level=L1)
        ),
        "from_l2": RateOf(
            numerator=always(was_at_l2=True, was_above_l2_after_l2=True),
            denominator=always(was_at_l2=True),
        ),
    },
    counted_on="day received",
    population="From L1: tickets received at L1. From L2: tickets that were ever at L2.",
    parts={
        "numerator": "From L1: those ever above L1. From L2: those above L2 after they were at it.",
        "denominator": "All of them.",
    },
    maturity="Rises as long as tickets of the day are open.",
    variant_names={"from_l1": "From L1", "from_l2": "From L2"},
)

BOUNCE_RATE: Final = Figure(
    key="bounce_rate",
    name="Bounce rate",
    sentence="How many escalations came back down.",
    unit="%",
    kind=Kind.RATE,
    better=Better.DOWN,
    source=ESCALATIONS,
    measures={"": RateOf(numerator=always(is_bounced=True), denominator=always())},
    counted_on="day escalated",
    population="Functional escalations to a higher level. Events, not tickets.",
    parts={
        "numerator": "Those after which the ticket came back to a lower level.",
        "denominator": "All of them.",
    },
    maturity="Rises as long as tickets escalated on the day are open.",
)

L1_CAPABLE: Final = Figure(
    key="l1_capable",
    name="Resolvable at L1",
    sentence="How many tickets that were resolved above L1 could have been resolved there.",
    unit="%",
    kind=Kind.RATE,
    better=Better.DOWN,
    source=RESOLVED,
    measures={
        "": RateOf(
            numerator=always(
                last_resolved_at__isnull=False, resolving_level__gt=L1, is_l1_capable=True
            ),
            denominator=always(
                last_resolved_at__isnull=False, resolving_level__gt=L1, is_l1_capable__isnull=False
            ),
            unmeasured=always(
                last_resolved_at__isnull=False, resolving_level__gt=L1, is_l1_capable__isnull=True
            ),
        )
    },
    counted_on="day resolved (last resolution)",
    population="Tickets resolved above L1.",
    parts={
        "numerator": "L1 could have done it: so says the newest audit of the last resolution or, "
        "without one, the resolver.",
        "denominator": "The resolver or an audit answered.",
        "unmeasured": "Nobody answered (imports).",
    },
)
