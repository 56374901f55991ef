"""How available services were, of the time that was agreed with customers."""

from __future__ import annotations

from typing import Final

from metrics.definitions.sources import OUTAGES, RESTORED
from metrics.registry import AgreedOf, Better, Figure, Kind, ValueOf, always, value_of

AVAILABILITY: Final = Figure(
    key="availability",
    name="Availability",
    sentence="How much of the agreed service time services were available.",
    unit="% of time",
    kind=Kind.RATE,
    better=Better.UP,
    source=OUTAGES,
    measures={"": AgreedOf()},
    counted_on="day",
    population="Services on the days for which an availability target is agreed, from the desk's "
    "first ticket on. Numerator and denominator are seconds. The running day counts up to now.",
    parts={
        "numerator": "Agreed service time less outage.",
        "denominator": "Agreed service time: that of the calendar, or round the clock.",
        "missed": "Outage within agreed time: the major incidents that told of it. Outages of one "
        "service that overlap count once; a service that is only degraded is available.",
    },
    maturity="An outage that is entered, ended or corrected later changes its days.",
)

RESTORE_TIME: Final = Figure(
    key="restore_time",
    name="Time to restore",
    sentence="How long services were down until they were restored.",
    unit="s",
    kind=Kind.DISTRIBUTION,
    better=Better.DOWN,
    source=RESTORED,
    measures={
        "": ValueOf(value_of("seconds"), always(is_down=True, ended_on__isnull=False)),
    },
    counted_on="day restored",
    population="Outages of services that were down and are restored, by the wall clock.",
    parts={"count": "From when the service went down until it was restored."},
    maturity="An outage that is entered or corrected later changes its day.",
)
