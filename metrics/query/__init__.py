"""The one service behind tile, chart, drill-down, export, API and report.

- `figures(keys, scope, policy=DEFAULT, *, is_exact=False) -> dict[str, FigureValue]`
- `series(key, scope, policy=DEFAULT, *, bucket="day"|"week"|"month", variant="") -> list[Point]`
- `breakdown(key, scope, policy=DEFAULT, *, by) -> list[SegmentValue]`
- `tickets(key, scope, policy=DEFAULT, *, part, user, variant="") -> TicketQuerySet`
- `flow(scope) -> list[Flow]`, `arrivals(scope) -> Arrivals`
- `backlog_ages(scope) -> list[AgeBucket]`
- `payload(figure_value) -> dict`: the JSON of a figure, the same in the report and in the API
"""

from metrics.query.drilldown import parts_of, tickets
from metrics.query.flow import arrivals, backlog_ages, flow
from metrics.query.payload import payload, value_payload
from metrics.query.scope import Scope
from metrics.query.service import breakdown, breakdowns, figures, series
from metrics.query.values import (
    AgeBucket,
    Arrivals,
    Count,
    Distribution,
    FigureValue,
    Flow,
    Level,
    Point,
    Rate,
    SegmentValue,
    Total,
    Value,
    Waiting,
)
from metrics.segments import SNAPSHOT_SEGMENTS, Segment

__all__ = [
    "SNAPSHOT_SEGMENTS",
    "AgeBucket",
    "Arrivals",
    "Count",
    "Distribution",
    "FigureValue",
    "Flow",
    "Level",
    "Point",
    "Rate",
    "Scope",
    "Segment",
    "SegmentValue",
    "Total",
    "Value",
    "Waiting",
    "arrivals",
    "backlog_ages",
    "breakdown",
    "breakdowns",
    "figures",
    "flow",
    "parts_of",
    "payload",
    "series",
    "tickets",
    "value_payload",
]
