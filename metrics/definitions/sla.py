"""Promises kept: how many, and how much time was left or over. Internal targets stand apart."""

from __future__ import annotations

from typing import Final

from metrics.definitions.sources import TARGETS
from metrics.registry import Better, Figure, Kind, RateOf, ValueOf, WaitingOf, always, value_of
from tickets.choices import LEVEL_TARGETS, TargetKind, TargetState

MET: Final = TargetState.MET
BREACHED: Final = TargetState.BREACHED
JUDGED: Final = (MET, BREACHED)

# What customers were promised; "" is all of it together.
KINDS: Final = {
    "": tuple(kind for kind in TargetKind if kind not in LEVEL_TARGETS),
    **{kind.value: (kind,) for kind in TargetKind},
}
NAMES: Final = {
    "": "All promises to customers",
    **{kind.value: str(kind.label) for kind in TargetKind},
}

SLA: Final = Figure(
    key="sla",
    name="SLA compliance",
    sentence="How many promises about time were kept.",
    unit="%",
    kind=Kind.RATE,
    better=Better.UP,
    source=TARGETS,
    measures={
        name: RateOf(
            numerator=always(kind__in=kinds, state=MET),
            denominator=always(kind__in=kinds, state__in=JUDGED),
        )
        for name, kinds in KINDS.items()
    },
    counted_on="day met, or day due where it was missed",
    population="Targets of service level policies that were met or missed; each turn and each "
    "resolution cycle is one. Tickets that never were an issue (spam, duplicate, merged, "
    "mistake) and targets that ended without a verdict are out.",
    parts={
        "numerator": "Met: what was promised was done by the time it was due.",
        "denominator": "Met, or missed: due and not done, also where it still is not done.",
    },
    maturity="A late entry, or a corrected calendar, can show that a target was met.",
    variant_names=NAMES,
)

SLA_LEFT: Final = Figure(
    key="sla_left",
    name="Time left",
    sentence="How much time was left where a promise was kept.",
    unit="s",
    kind=Kind.DISTRIBUTION,
    better=Better.UP,
    source=TARGETS,
    measures={
        name: ValueOf(value_of("left_seconds"), always(kind__in=kinds, state=MET))
        for name, kinds in KINDS.items()
    },
    counted_on="day met",
    population="Targets that were met. Seconds are on each promise's own clock.",
    parts={"count": "The promised time less the time spent."},
    variant_names=NAMES,
)

SLA_OVER: Final = Figure(
    key="sla_over",
    name="Time over",
    sentence="How late it was where a promise was missed.",
    unit="s",
    kind=Kind.DISTRIBUTION,
    better=Better.DOWN,
    source=TARGETS,
    measures={
        name: ValueOf(
            value_of("over_seconds"),
            always(kind__in=kinds, state=BREACHED, over_seconds__isnull=False),
            WaitingOf(
                always(kind__in=kinds, state=BREACHED, over_seconds__isnull=True), since="due_at"
            ),
        )
        for name, kinds in KINDS.items()
    },
    counted_on="day due",
    population="Targets that were missed and done since; those that still are not done stand "
    "beside it. Seconds are on each promise's own clock.",
    parts={
        "count": "The time spent less the promised time.",
        "waiting": "Missed and not done yet: how many, and since when the first of them is due, "
        "by the wall clock.",
    },
    maturity="Provisional while what was due on the day is not done.",
    variant_names=NAMES,
    version=2,
)
