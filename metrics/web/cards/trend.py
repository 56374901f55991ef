"""One figure over time, with its spread and what can still change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from metrics.charts.parts import Card, Cell, Legend, Link, Table
from metrics.charts.scales import Axis, count_axis, duration_axis, index_axis, rate_axis
from metrics.charts.series import Point, draw_series
from metrics.query import Bucket, Distribution, Index, Level, Rate
from metrics.query import Point as Step
from metrics.registry import Figure
from metrics.web import wording
from metrics.web.answers import Answers
from metrics.web.cards.shared import basis, foot, titled, write
from metrics.web.links import Links
from metrics.web.parts import part_of, whole_of

_HEIGHT = 330  # as high as the eight segments beside it
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


Opener = Callable[[str, Step | None], str]
"""The address of the tickets behind a part of a step; of None, of all steps."""


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
            title=title or titled(figure, self.variant),
            sentence=_sentence(figure, self.variant, self.bucket, axis),
            plot=draw_series(
                points, axis=axis, bucket=self.bucket, name=self._name(), height=_HEIGHT
            ),
            table=self._table(points),
            foot=foot(
                f"counted on the {figure.counted_on}",
                None if figure.is_of_services else _total(self.steps),
                href=self.opener(whole_of(figure), None),
                values=[step.value for step in self.steps],
            ),
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
        bounds = _bounds(value)
        if bounds is not None:
            low, high = (write(self.figure, variant, bound) for bound in bounds)
            lines.append(f"{low} to {high}, with 95\u202f% confidence")
        if before is not None:
            lines.append(f"before: {write(self.figure, variant, before)}")
        if step.is_provisional:
            lines.append("can still change")
        return Point(
            start=step.start,
            value=value.value,
            inner=_band(value.median, value.p90) if isinstance(value, Distribution) else None,
            outer=_outer(value),
            before=before,
            is_provisional=step.is_provisional,
            link=Link(
                href=self.opener(part_of(self.figure), step),
                name=f"{name}: {said}",
                tip="\n".join(line for line in lines if line),
            ),
        )

    def _table(self, points: Sequence[Point]) -> Table:
        """A line per step; what is told of all that was measured opens all of it."""
        names = _names(self.figure, points)
        rows = []
        for step, point in zip(self.steps, points, strict=True):
            whole = self.opener(whole_of(self.figure), step) if step.value.n else ""
            cells = [
                Cell(
                    write(self.figure, self.variant, number),
                    whole if i else point.link.href,
                    number,
                )
                for i, number in enumerate(_numbers(step)[: len(names)])
            ]
            first = Cell(step.start.isoformat(), raw=step.start.isoformat())
            n = Cell(wording.count(step.value.n), whole, step.value.n)
            rows.append((first, *cells, n, *_sureness(step)))
        is_spread = any(isinstance(step.value, Distribution) for step in self.steps)
        heads = ("From", *names, "n", "state", *(["percentiles"] if is_spread else []))
        return Table(heads=heads, rows=tuple(rows))


def trend_card(answers: Answers) -> Card:
    """The figure that the reader chose, against the same steps of the other period."""
    links = answers.links
    question = links.question
    figure, variant, bucket = question.figure, question.variant, question.bucket
    steps = answers.counted.steps(figure.key, question.scope, bucket=bucket)[variant]
    trend = Trend(
        figure=figure,
        variant=variant,
        bucket=bucket,
        steps=steps,
        before=_before(answers, len(steps)),
        opener=opener(links, figure, variant),
    )
    card = trend.card(
        key="trend", csv_href=links.chart_file("trend"), href=links.fixed_page("trend")
    )
    return replace(card, is_wide=True)


def opener(links: Links, figure: Figure, variant: str) -> Opener:
    """Open the tickets of a step under the question of the page."""
    return lambda part, step: links.tickets(
        figure.key,
        part=part,
        variant=variant,
        start=step.start if step else None,
        end=step.end if step else None,
    )


def _before(answers: Answers, number: int) -> list[float | None]:
    """Values of the other period, step by step; cut or filled up to `number`."""
    question = answers.question
    values: list[float | None] = []
    if question.before:
        by_variant = answers.counted.steps(question.show, question.before, bucket=question.bucket)
        values = [step.value.value for step in by_variant[question.variant]]
    return (values + [None] * number)[:number]


def _outer(value: object) -> tuple[float, float] | None:
    """The outer band: up to p95 of what was measured, the bounds of what people answered."""
    return _band(value.median, value.p95) if isinstance(value, Distribution) else _bounds(value)


def _bounds(value: object) -> tuple[float, float] | None:
    """Between what a figure of answers would lie, had everybody answered (95 % confidence)."""
    opinion = value.opinion if isinstance(value, Rate | Index) else None
    return _band(opinion.low, opinion.high) if opinion else None


def _band(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _axis(figure: Figure, variant: str, points: list[Point]) -> Axis:
    highest = max((point.highest for point in points), default=0)
    known = [each for point in points for each in point.drawn]
    if figure.unit in wording.SHARES:
        return rate_axis(min(known, default=0), max(known, default=100))
    if figure.unit == "points":
        return index_axis(min(known, default=0), max(known, default=0))
    if figure.unit == "s":
        return duration_axis(highest, has_days="business" not in variant)
    return count_axis(highest)


def _sentence(figure: Figure, variant: str, bucket: str, axis: Axis) -> str:
    names = {
        **dict.fromkeys(wording.SHARES, "Per cent"),
        "tickets": "Tickets",
        "money": "Cost",
        "points": "Points",
    }
    what = names.get(figure.unit) or f"{_UNITS[axis.unit].capitalize()}"
    names_of = figure.variant_names
    kind = f", {wording.within(names_of[variant])}" if variant in names_of else ""
    return f"{what}{kind}, per {bucket}"


def _legend(points: list[Point], figure: Figure) -> tuple[Legend, ...]:
    has_bands = any(point.inner for point in points)
    entries = [Legend("key key--line", "median" if has_bands else wording.within(figure.name))]
    if not has_bands and any(point.outer for point in points):
        entries.append(Legend("key key--b2", "95\u202f% confidence"))
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


def _sureness(step: Step) -> tuple[Cell, ...]:
    """Whether a step can still change, and how exact its percentiles are."""
    state = "provisional" if step.is_provisional else "final"
    cells = [Cell(state, raw=state)]
    if isinstance(step.value, Distribution):
        is_exact = step.value.is_exact
        text = "exact" if is_exact else f"≈ {wording.ACCURACY}"
        cells.append(Cell(text, raw="exact" if is_exact else wording.ACCURACY_WORDS))
    return tuple(cells)


def _names(figure: Figure, points: Sequence[Point]) -> tuple[str, ...]:
    if any(point.inner for point in points):
        return ("median", "p90", "p95")
    has_bounds = any(point.outer for point in points)
    return (figure.name, "95\u202f% from", "95\u202f% to") if has_bounds else (figure.name,)


def _numbers(step: Step) -> list[float | None]:
    """The value of a step and the edges of its bands."""
    value = step.value
    if isinstance(value, Distribution):
        return [value.median, value.p90, value.p95]
    return [value.value, *(_bounds(value) or (None, None))]
