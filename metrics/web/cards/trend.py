"""One figure over time, with its spread and what can still change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from metrics.charts.parts import Card, Cell, Legend, Link, Table
from metrics.charts.scales import Axis, count_axis, duration_axis, rate_axis
from metrics.charts.series import Point, draw_series
from metrics.query import Distribution, Level, series
from metrics.query import Point as Step
from metrics.query.service import Bucket
from metrics.registry import Figure, get_figure
from metrics.web import wording
from metrics.web.cards.shared import basis, foot, part_of, variant_of, write
from metrics.web.links import Links

_HEIGHT = 330  # as high as the eight segments beside it
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


# The address of the tickets behind a step.
Opener = Callable[[Step], str]


@dataclass(frozen=True)
class Trend:
    """Steps of one variant of a figure, and how each opens. `before` has as many values."""

    figure: Figure
    variant: str
    bucket: Bucket
    steps: Sequence[Step]
    before: Sequence[float | None]
    opener: Opener

    def card(self, *, key: str, csv_href: str, href: str, title: str = "") -> Card:
        """The time series with all that a reader needs to trust it."""
        points = [self._point(*pair) for pair in zip(self.steps, self.before, strict=True)]
        axis = _axis(self.figure, self.variant, points)
        figure = self.figure
        return Card(
            key=key,
            title=title or figure.name,
            sentence=_sentence(figure, self.variant, self.bucket, axis),
            plot=draw_series(
                points, axis=axis, bucket=self.bucket, name=self._name(), height=_HEIGHT
            ),
            table=_table(figure, self.variant, self.steps, points),
            foot=foot(f"counted on the {figure.counted_on}", _total(self.steps)),
            csv_href=csv_href,
            href=href,
            legend=_legend(points, figure),
            empty=f"No {figure.source.noun} to count in this period.",
        )

    def _name(self) -> str:
        if not self.steps:
            return self.figure.name
        first, last = self.steps[0].start, self.steps[-1].end
        days = wording.days(first, last, today=last)
        return f"{self.figure.name} per {self.bucket}, {days}"

    def _point(self, step: Step, before: float | None) -> Point:
        value, variant = step.value, self.variant
        name = wording.step(step.start, step.end, bucket=self.bucket)
        said = write(self.figure, variant, value.value)
        lines = [name, said, basis(self.figure, variant, value)]
        if before is not None:
            lines.append(f"before: {write(self.figure, variant, before)}")
        if step.is_provisional:
            lines.append("can still change")
        return Point(
            start=step.start,
            value=value.value,
            inner=_band(value.median, value.p90) if isinstance(value, Distribution) else None,
            outer=_band(value.median, value.p95) if isinstance(value, Distribution) else None,
            before=before,
            is_provisional=step.is_provisional,
            link=Link(
                href=self.opener(step),
                name=f"{name}: {said}",
                tip="\n".join(line for line in lines if line),
            ),
        )


def trend_card(links: Links) -> Card:
    """The figure that the reader chose, against the same steps of the other period."""
    question = links.question
    figure = get_figure(question.show)
    variant = variant_of(figure, question.clock)
    bucket = question.bucket
    steps = series(figure.key, question.scope, question.policy, bucket=bucket, variant=variant)
    trend = Trend(
        figure=figure,
        variant=variant,
        bucket=bucket,
        steps=steps,
        before=_before(links, figure, variant, len(steps)),
        opener=opener(links, figure, variant),
    )
    return trend.card(
        key="trend", csv_href=links.chart_file("trend"), href=links.fixed_page("trend")
    )


def opener(links: Links, figure: Figure, variant: str) -> Opener:
    """Open the tickets of a step under the question of the page."""
    return lambda step: links.tickets(
        figure.key, part=part_of(figure), variant=variant, start=step.start, end=step.end
    )


def _before(links: Links, figure: Figure, variant: str, number: int) -> list[float | None]:
    """Values of the other period, step by step; cut or filled up to `number`."""
    question = links.question
    values: list[float | None] = []
    if question.before:
        steps = series(
            figure.key, question.before, question.policy, bucket=question.bucket, variant=variant
        )
        values = [step.value.value for step in steps]
    return (values + [None] * number)[:number]


def _band(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _axis(figure: Figure, variant: str, points: list[Point]) -> Axis:
    highest = max((point.highest for point in points), default=0)
    if figure.unit == "%":
        known = [v for point in points for v in (point.value, point.before) if v is not None]
        return rate_axis(min(known, default=0), max(known, default=100))
    if figure.unit == "s":
        return duration_axis(highest, has_days="business" not in variant)
    return count_axis(highest)


def _sentence(figure: Figure, variant: str, bucket: str, axis: Axis) -> str:
    names = {"%": "Per cent", "tickets": "Tickets", "money": "Cost"}
    what = names.get(figure.unit) or f"{_UNITS[axis.unit].capitalize()}"
    kind = f", {figure.variant_names[variant].lower()}" if variant in figure.variant_names else ""
    return f"{what}{kind}, per {bucket}"


def _legend(points: list[Point], figure: Figure) -> tuple[Legend, ...]:
    has_bands = any(point.outer for point in points)
    entries = [Legend("key key--line", "median" if has_bands else figure.name.lower())]
    if has_bands:
        entries += [Legend("key key--b1", "to p90"), Legend("key key--b2", "to p95")]
    if any(point.before is not None for point in points):
        entries.append(Legend("key key--dash", "before"))
    if any(point.is_provisional for point in points):
        entries.append(Legend("hatch", "can still change"))
    return tuple(entries)


def _total(steps: Sequence[Step]) -> int | None:
    if any(isinstance(step.value, Level) for step in steps):
        return None
    return sum(step.value.n for step in steps)


def _table(figure: Figure, variant: str, steps: Sequence[Step], points: Sequence[Point]) -> Table:
    has_bands = any(point.outer for point in points)
    heads = ("From", "median", "p90", "p95", "n") if has_bands else ("From", figure.name, "n")
    rows = []
    for step, point in zip(steps, points, strict=True):
        value = step.value
        numbers = [value.value]
        if isinstance(value, Distribution):
            numbers += [value.p90, value.p95]
        cells = [
            Cell(write(figure, variant, number), point.link.href if i == 0 else "", number)
            for i, number in enumerate(numbers if has_bands else numbers[:1])
        ]
        first = Cell(step.start.isoformat(), raw=step.start.isoformat())
        rows.append((first, *cells, Cell(wording.count(value.n), raw=value.n)))
    return Table(heads=heads, rows=tuple(rows))
