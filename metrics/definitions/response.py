"""How long customers wait for us: to be picked up, and to be answered."""

from __future__ import annotations

from typing import Final

from metrics.definitions.sources import RECEIVED, TURNS
from metrics.registry import Better, Figure, Kind, ValueOf, WaitingOf, always, value_of

CLOCKS: Final = {"calendar": "Calendar time", "business": "Business time"}

_NOT_PICKED_UP: Final = WaitingOf(
    always(is_open=True, picked_up_at__isnull=True), since="received_at"
)
_NOT_ANSWERED: Final = WaitingOf(
    always(answered_at__isnull=True, ticket__facts__is_open=True), since="asked_at"
)

TTFR: Final = Figure(
    key="ttfr",
    name="Time to first response",
    sentence="How long tickets lay before an agent picked them up.",
    unit="s",
    kind=Kind.DISTRIBUTION,
    better=Better.DOWN,
    source=RECEIVED,
    measures={
        "calendar": ValueOf(
            value_of("ttfr_seconds"), always(ttfr_seconds__isnull=False), _NOT_PICKED_UP
        ),
        "business": ValueOf(
            value_of("ttfr_business_seconds"),
            always(ttfr_business_seconds__isnull=False),
            _NOT_PICKED_UP,
        ),
    },
    counted_on="day received",
    population="Tickets that an agent picked up; those still waiting stand beside it.",
    parts={
        "count": "Receipt to the first move out of New by an agent; 0 where it was logged during a "
        "live contact. Robots never pick up.",
        "waiting": "Open and not picked up yet: how many, and the age of the oldest.",
    },
    maturity="Provisional while tickets of the day still wait.",
    variant_names=CLOCKS,
    version=2,
)

RESPONSE_TIME: Final = Figure(
    key="response_time",
    name="Average response time",
    sentence="How long customers waited for an answer, each time that it was our turn.",
    unit="s",
    kind=Kind.DISTRIBUTION,
    better=Better.DOWN,
    source=TURNS,
    measures={
        "calendar": ValueOf(
            value_of("response_seconds"), always(response_seconds__isnull=False), _NOT_ANSWERED
        ),
        "business": ValueOf(
            value_of("response_business_seconds"),
            always(response_business_seconds__isnull=False),
            _NOT_ANSWERED,
        ),
    },
    counted_on="day of the customer's turn",
    population="Customer turns that were answered by an agent's message or a live contact; turns "
    "of open tickets that are not answered yet stand beside it. Turns, not tickets.",
    parts={
        "count": "From the first unanswered message of the customer to the answer.",
        "waiting": "Not answered yet, on an open ticket: how many, and since when.",
    },
    maturity="Provisional while turns of the day still wait.",
    variant_names=CLOCKS,
    version=2,
)
