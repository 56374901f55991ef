"""The one service behind tile, chart, drill-down, export, API and report.

- `figures(keys, scope, policy=DEFAULT, *, is_exact=False) -> dict[str, FigureValue]`
- `series(key, scope, policy=DEFAULT, *, bucket="day"|"week"|"month", variant="") -> list[Point]`
- `breakdown(key, scope, policy=DEFAULT, *, by) -> list[SegmentValue]`
- `many_series(keys, scope, policy=DEFAULT, *, bucket) -> dict[key, dict[variant, list[Point]]]`
- `tickets(key, scope, policy=DEFAULT, *, part, user, variant="", mark=…) -> TicketQuerySet`;
  `count_tickets(…)` counts them for one who may open all
- `flow(scope) -> list[Flow]`, `arrivals(scope) -> Arrivals`
- `backlog_ages(scope) -> list[AgeBucket]`
- `payload(figure_value) -> dict`: the JSON of a figure, the same in the report and in the API
"""

from metrics.query.drilldown import count_tickets, parts_of, tickets
from metrics.query.flow import arrivals, backlog_ages, flow
from metrics.query.marks import EVERY, Mark
from metrics.query.payload import payload, value_payload
from metrics.query.scope import Scope
from metrics.query.service import breakdown, breakdowns, figures, many_series, series, series_by
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
    "EVERY",
    "SNAPSHOT_SEGMENTS",
    "AgeBucket",
    "Arrivals",
    "Count",
    "Distribution",
    "FigureValue",
    "Flow",
    "Level",
    "Mark",
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
    "count_tickets",
    "figures",
    "flow",
    "many_series",
    "parts_of",
    "payload",
    "series",
    "series_by",
    "tickets",
    "value_payload",
]
