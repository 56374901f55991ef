"""The chart above the snapshots: those that the filters chose, day by day, one figure at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Max, Min, QuerySet

from metrics.charts.parts import Card
from metrics.histogram import from_json
from metrics.models import Snapshot
from metrics.query import Point
from metrics.query.tally import Tally, value
from metrics.registry import Figure, get_figure
from metrics.web.address import Params
from metrics.web.cards.trend import Trend, opener
from metrics.web.links import Links
from metrics.web.question import read_question
from metrics.web.shown import shown_as
from metrics.zone import days_between, end_of

MOST_DAYS: Final = 120
_FIELDS: Final = ("day", "is_provisional", "count", "numerator", "denominator", "undecided")
_MORE: Final = ("unmeasured", "total", "histogram")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the filters say: a figure, one of its variants, a dimension and a value of it; "" is
    the main variant, everything, and all values together."""

    figure: str
    variant: str = ""
    dimension: str = ""
    segment: str = ""


def chosen_card(rows: QuerySet[Snapshot], chosen: Chosen, *, now: datetime) -> Card | None:
    """Draw the newest days of the chosen snapshots; None where there are none. Two queries."""
    figure = get_figure(chosen.figure)
    variant = figure.variant(chosen.variant)
    drawn = rows.filter(figure=figure.key, variant=variant, dimension=chosen.dimension).order_by()
    ends = drawn.aggregate(first=Min("day"), last=Max("day"))
    if ends["last"] is None:
        return None
    first = max(ends["first"], ends["last"] - timedelta(days=MOST_DAYS - 1))
    steps = _steps(figure, variant, drawn.filter(day__gte=first), first, ends["last"])
    links = _links(first, ends["last"], chosen, now=now)
    trend = Trend(
        figure=figure,
        variant=variant,
        bucket="day",
        steps=steps,
        before=[None] * len(steps),
        opener=opener(links, figure, variant),
    )
    page = links.page(show=shown_as(figure, variant).text)
    return trend.card(key="chosen", csv_href=links.chart_file("trend"), href=page)


def _steps(
    figure: Figure, variant: str, rows: QuerySet[Snapshot], first: date, last: date
) -> list[Point]:
    """A step per day; one without snapshots has nothing counted."""
    tallies: Mapping[date, Tally] = defaultdict(Tally)
    provisional: set[date] = set()
    for day, is_provisional, *numbers, histogram in rows.values_list(*_FIELDS, *_MORE):
        names = (*_FIELDS[2:], *_MORE[:-1])
        counts = dict(zip(names, numbers, strict=True))
        tallies[day].add(Tally(histogram=from_json(histogram), **counts))
        if is_provisional:
            provisional.add(day)
    return [
        Point(
            day,
            day,
            value(figure, variant, tallies[day], waiting=None, at=end_of(day)),
            day in provisional,
        )
        for day in days_between(first, last)
    ]


def _links(start: date, end: date, chosen: Chosen, *, now: datetime) -> Links:
    """Addresses of the metrics page that ask what the snapshots answer."""
    asked = {"from": [start.isoformat()], "to": [end.isoformat()], "show": [chosen.figure]}
    if chosen.dimension and chosen.segment:
        asked[chosen.dimension] = [chosen.segment]
    return Links(read_question(Params.read(asked), now=now))
