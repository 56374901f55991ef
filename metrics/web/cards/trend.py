"""One figure over time, with its spread and what can still change."""

from __future__ import annotations

from metrics.charts.parts import Card, Cell, Legend, Link, Table
from metrics.charts.scales import Axis, count_axis, duration_axis, rate_axis
from metrics.charts.series import Point, draw_series
from metrics.query import Distribution, Level, series
from metrics.query import Point as Step
from metrics.registry import Figure, get_figure
from metrics.web import wording
from metrics.web.cards.shared import basis, foot, part_of, variant_of, write
from metrics.web.links import Links

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


def trend_card(links: Links) -> Card:
    """The figure that the reader chose, against the same steps of the other period."""
    question = links.question
    figure = get_figure(question.show)
    variant = variant_of(figure, question.clock)
    steps = _series(links, figure, variant)
    before = _before(links, figure, variant, len(steps))
    points = [
        _point(links, figure, variant, step, then) for step, then in zip(steps, before, strict=True)
    ]
    axis = _axis(figure, variant, points)
    return Card(
        key="trend",
        title=figure.name,
        sentence=_sentence(figure, variant, question.bucket, axis),
        plot=draw_series(points, axis=axis, bucket=question.bucket, name=_name(links, figure)),
        table=_table(figure, variant, steps, points),
        foot=foot(f"counted on the {figure.counted_on}", _total(steps)),
        csv_href=links.chart_file("trend"),
        href=links.fixed_page("trend"),
        legend=_legend(points, figure),
        empty=f"No {figure.source.noun} to count in this period.",
    )


def _series(links: Links, figure: Figure, variant: str) -> list[Step]:
    question = links.question
    return series(
        figure.key, question.scope, question.policy, bucket=question.bucket, variant=variant
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


def _point(links: Links, figure: Figure, variant: str, step: Step, before: float | None) -> Point:
    value = step.value
    name = wording.step(step.start, step.end, bucket=links.question.bucket)
    said = write(figure, variant, value.value)
    lines = [name, said, basis(figure, variant, value)]
    if before is not None:
        lines.append(f"before: {write(figure, variant, before)}")
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
            href=links.tickets(
                figure.key,
                part=part_of(figure),
                variant=variant,
                start=step.start,
                end=step.end,
            ),
            name=f"{name}: {said}",
            tip="\n".join(line for line in lines if line),
        ),
    )


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


def _name(links: Links, figure: Figure) -> str:
    scope = links.question.scope
    days = wording.days(scope.start, scope.end, today=scope.end)
    return f"{figure.name} per {links.question.bucket}, {days}"


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


def _total(steps: list[Step]) -> int | None:
    if any(isinstance(step.value, Level) for step in steps):
        return None
    return sum(step.value.n for step in steps)


def _table(figure: Figure, variant: str, steps: list[Step], points: list[Point]) -> Table:
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
