"""How much there is: what came in, what was done, what is open, and who worked."""

from __future__ import annotations

from typing import Final

from metrics.definitions.sources import CANCELLED, RECEIVED, RESOLVED, STAYS
from metrics.registry import Better, CountOf, Figure, HeldOf, Kind, always
from tickets.choices import OPEN_STATUSES, CancelReason, Status

BACKLOG: Final = Figure(
    key="backlog",
    name="Backlog",
    sentence="How many tickets were open at the end of the day, and how old they were.",
    unit="tickets",
    kind=Kind.LEVEL,
    better=Better.DOWN,
    source=STAYS,
    measures={
        "": HeldOf(frozenset(OPEN_STATUSES)),
        **{
            status.value: HeldOf(frozenset({status}))
            for status in Status
            if status in OPEN_STATUSES
        },
    },
    counted_on="end of day",
    population="Tickets in an open status at that instant: a stock, never created less resolved.",
    parts={"count": "Open at the end of the last day of the period, by status and level."},
    maturity="Taken once after the day has ended and never rewritten, but for imported history.",
    empty="None for a day that has not come yet; 0 is counted, and none.",
    variant_names={
        "": "All open",
        **{status.value: str(status.label) for status in Status if status in OPEN_STATUSES},
    },
)

CREATED: Final = Figure(
    key="created",
    name="Created",
    sentence="How many tickets were received, whatever became of them.",
    unit="tickets",
    kind=Kind.COUNT,
    better=Better.NEITHER,
    source=RECEIVED,
    measures={"": CountOf(always())},
    counted_on="day received",
    population="All tickets.",
    parts={"count": "Received."},
    empty="0.",
)

RESOLVED_VOLUME: Final = Figure(
    key="resolved",
    name="Resolved",
    sentence="How many tickets were resolved, each on the day of its last resolution.",
    unit="tickets",
    kind=Kind.COUNT,
    better=Better.NEITHER,
    source=RESOLVED,
    measures={"": CountOf(always(last_resolved_at__isnull=False))},
    counted_on="day resolved (last resolution)",
    population="Tickets that are resolved or closed.",
    parts={"count": "Resolved last on the day."},
    maturity="A reopen takes a ticket out of its day.",
    empty="0.",
)

CANCELLED_VOLUME: Final = Figure(
    key="cancelled",
    name="Cancelled",
    sentence="How many tickets were cancelled: spam, duplicates, merged, withdrawn, mistakes.",
    unit="tickets",
    kind=Kind.COUNT,
    better=Better.NEITHER,
    source=CANCELLED,
    measures={
        "": CountOf(always(is_cancelled=True)),
        **{
            reason.value: CountOf(always(is_cancelled=True, cancel_reason=reason))
            for reason in CancelReason
        },
    },
    counted_on="day cancelled",
    population="Cancelled tickets.",
    parts={"count": "Cancelled on the day; by reason, those cancelled for it."},
    empty="0.",
    split_by="reason",
    variant_names={
        "": "All cancelled",
        **{reason.value: str(reason.label) for reason in CancelReason},
    },
    version=2,
)

TOUCH_TIME: Final = Figure(
    key="touch_time",
    name="Workload",
    sentence="How much time tickets were in progress, per agent and level.",
    unit="s",
    kind=Kind.TOTAL,
    better=Better.NEITHER,
    source=STAYS,
    measures={
        "calendar": HeldOf(frozenset({Status.IN_PROGRESS})),
        "business": HeldOf(frozenset({Status.IN_PROGRESS}), is_business=True),
    },
    counted_on="each day that it lasted, cut at midnight",
    population="Stretches in which a ticket was in progress with one holder.",
    parts={"count": "The part of each stretch that falls into the day."},
    variant_names={"calendar": "Calendar time", "business": "Business time"},
)
