"""The one service behind tile, chart, drill-down, export, API and report.

- `figures(keys, scope, policy=DEFAULT, *, is_exact=False) -> dict[str, FigureValue]`
- `series(key, scope, policy=DEFAULT, *, bucket="day"|"week"|"month", variant="") -> list[Point]`
- `breakdown(key, scope, policy=DEFAULT, *, by) -> list[SegmentValue]`
- `count_days(shown, periods, policy=DEFAULT, *, buckets) -> Counted`: several figures over several
  periods, counted once; `.values(period)` and `.steps(key, period, bucket=…)` read them off
- `tickets(key, scope, policy=DEFAULT, *, part, user, variant="", mark=…) -> TicketQuerySet`;
  `count_tickets(…)` counts them for one who may open all
- `flow(scope) -> list[Flow]`, `arrivals(scope) -> Arrivals`
- `backlog_ages(scope) -> list[AgeBucket]`
- `satisfaction_by_length(scope, policy=DEFAULT, *, is_business) -> list[LengthBucket]`
- `payload(figure_value) -> dict`: the JSON of a figure, the same in the report and in the API;
  `beside(figure_value) -> dict`: what stands beside it under a name of its own
"""

from metrics.query.by_length import LengthBucket, satisfaction_by_length
from metrics.query.collecting import Background
from metrics.query.daily import Counted, count_days, spanning
from metrics.query.drilldown import count_tickets, parts_of, tickets
from metrics.query.flow import arrivals, backlog_ages, flow
from metrics.query.marks import EVERY, Mark, Took
from metrics.query.payload import beside, payload, value_payload
from metrics.query.scope import Scope
from metrics.query.service import (
    ANY_ISSUE,
    breakdown,
    breakdowns,
    figures,
    next_issue_of_any,
    series,
    series_by,
    told_keys,
)
from metrics.query.steps import Bucket
from metrics.query.values import (
    AgeBucket,
    Arrivals,
    Count,
    Distribution,
    FigureValue,
    Flow,
    Index,
    Level,
    Opinion,
    Point,
    Rate,
    SegmentValue,
    Total,
    Value,
    Waiting,
)
from metrics.segments import SNAPSHOT_SEGMENTS, Segment

__all__ = [
    "ANY_ISSUE",
    "EVERY",
    "SNAPSHOT_SEGMENTS",
    "AgeBucket",
    "Arrivals",
    "Background",
    "Bucket",
    "Count",
    "Counted",
    "Distribution",
    "FigureValue",
    "Flow",
    "Index",
    "LengthBucket",
    "Level",
    "Mark",
    "Opinion",
    "Point",
    "Rate",
    "Scope",
    "Segment",
    "SegmentValue",
    "Took",
    "Total",
    "Value",
    "Waiting",
    "arrivals",
    "backlog_ages",
    "beside",
    "breakdown",
    "breakdowns",
    "count_days",
    "count_tickets",
    "figures",
    "flow",
    "next_issue_of_any",
    "parts_of",
    "payload",
    "satisfaction_by_length",
    "series",
    "series_by",
    "spanning",
    "tickets",
    "told_keys",
    "value_payload",
]
