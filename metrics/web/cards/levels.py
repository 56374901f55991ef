"""Tickets resolved over time, by the level that resolved them."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.choices import SupportLevel
from metrics.charts.parts import Card, Cell, Legend, Link, Table
from metrics.charts.stack import Bar, Part, draw_stack
from metrics.query import Point as Step
from metrics.query import series_by
from metrics.registry import get_figure
from metrics.web import wording
from metrics.web.answers import Answers
from metrics.web.cards.shared import foot, tickets
from metrics.web.links import Links

_KEY = "resolved"


def levels_card(answers: Answers) -> Card:
    """Bars of resolved tickets, each in as many parts as there are levels."""
    links = answers.links
    question = links.question
    bucket = question.coarse_bucket
    by_level = series_by(
        _KEY, question.scope, by="level", bucket=bucket, background=answers.background
    )
    used = {
        level: by_level[str(level.value)] for level in SupportLevel if str(level.value) in by_level
    }
    bars = _bars(links, used)
    return Card(
        key="levels",
        title="Resolved, by level",
        sentence=f"Tickets per {bucket}, by the level that resolved them",
        plot=draw_stack(bars, bucket=bucket, name=f"Tickets resolved per {bucket} by level"),
        table=_table(links, used, bars),
        foot=foot(
            f"counted on the {get_figure(_KEY).counted_on}",
            sum(bar.total for bar in bars),
            href=links.tickets(_KEY, part="count"),
        ),
        csv_href=links.chart_file("levels"),
        href=links.fixed_page("levels"),
        legend=(
            *(Legend(f"key key--l{level.value}", level.label) for level in used),
            *(
                [Legend("hatch", f"{bucket} not over")]
                if any(b.is_provisional for b in bars)
                else []
            ),
        ),
        empty="No ticket was resolved in this period.",
    )


def _bars(links: Links, by_level: Mapping[SupportLevel, list[Step]]) -> list[Bar]:
    bars = []
    for steps in zip(*by_level.values(), strict=True):
        whole = sum(int(step.value.value or 0) for step in steps)
        parts = tuple(
            _part(links, level, step, whole) for level, step in zip(by_level, steps, strict=True)
        )
        bars.append(Bar(steps[0].start, parts, any(step.is_provisional for step in steps)))
    return bars


def _part(links: Links, level: SupportLevel, step: Step, whole: int) -> Part:
    number = int(step.value.value or 0)
    name = wording.step(step.start, step.end, bucket=links.question.coarse_bucket)
    return Part(
        mark=f"bar-{level.value}",
        count=number,
        link=Link(
            href=links.tickets(
                _KEY,
                part="count",
                start=step.start,
                end=step.end,
                narrowed={"level": str(level.value)},
            ),
            name=f"{name}, {level.label}: {tickets(number)}",
            tip=f"{name}\n{level.label}: {wording.count(number)} of {wording.count(whole)}",
        ),
    )


def _table(links: Links, by_level: Mapping[SupportLevel, list[Step]], bars: list[Bar]) -> Table:
    rows = []
    for bar, step in zip(bars, next(iter(by_level.values()), ()), strict=True):
        cells = [
            Cell(wording.count(part.count), part.link.href if part.count else "", part.count)
            for part in bar.parts
        ]
        first = Cell(bar.start.isoformat(), raw=bar.start.isoformat())
        href = links.tickets(_KEY, part="count", start=step.start, end=step.end)
        rows.append(
            (first, *cells, Cell(wording.count(bar.total), href if bar.total else "", bar.total))
        )
    heads = ("From", *(str(level.label) for level in by_level), "all")
    return Table(heads=heads, rows=tuple(rows))
