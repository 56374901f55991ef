"""Satisfaction against the time to resolution: were those who waited longer less content?"""

from __future__ import annotations

from metrics.charts.parts import Card, Cell, Legend, Link, Said, Table
from metrics.charts.rows import Row, RowPart, draw_rows
from metrics.query import LengthBucket, satisfaction_by_length
from metrics.registry import get_figure
from metrics.web import wording
from metrics.web.answers import Answers
from metrics.web.cards.shared import basis, foot, write
from metrics.web.links import Links
from metrics.web.marks import took_text
from metrics.web.shown import BUSINESS
from tickets.formats import NONE

PARTS = {"numerator": ("ok", "satisfied (4 or 5)"), "missed": ("bad", "not (1 to 3)")}
"""Part of the figure → its colour, and what it says."""


def lengths_card(answers: Answers) -> Card:
    """A row per time to resolution, as long as it has answers: who was satisfied, who was not."""
    links = answers.links
    question = links.question
    is_business = question.clock == BUSINESS
    found = satisfaction_by_length(question.scope, question.policy, is_business=is_business)
    *resolved, reopened = found
    listed = [*resolved, reopened] if reopened.rate.n else resolved
    clock = "business time" if is_business else "calendar time"
    return Card(
        key="lengths",
        title="Satisfaction, by time to resolution",
        sentence=f"Gross, {clock}: what a customer waited",
        plot=draw_rows(
            [_row(links, one) for one in listed],
            name="Answers by time to resolution, satisfied and not",
        ),
        table=_table(links, listed),
        foot=foot(
            "counted on the day answered",
            sum(one.rate.n for one in listed),
            href=links.tickets("csat", part="denominator"),
        ),
        csv_href=links.chart_file("lengths"),
        href=links.fixed_page("lengths"),
        legend=tuple(Legend(f"key key--{colour}", text) for colour, text in PARTS.values()),
        empty="No customer answered a survey about a ticket in this period.",
    )


def _row(links: Links, one: LengthBucket) -> Row:
    said = _share(one)
    name = f"{one.label}: {said} satisfied"
    whole = Link(_href(links, one, "numerator"), name, name) if one.rate.n else None
    return Row(one.label, tuple(_part(links, one, part) for part in PARTS), Said(said, whole))


def _part(links: Links, one: LengthBucket, part: str) -> RowPart:
    (colour, text), number = PARTS[part], getattr(one.rate, part)
    said = f"{one.label}: {wording.count(number)} of {wording.count(one.rate.n)} {text}"
    tip = "\n".join((one.label, _share(one), basis(get_figure("csat"), "", one.rate)))
    return RowPart(f"bar-{colour}", number, Link(_href(links, one, part), said, tip))


def _href(links: Links, one: LengthBucket, part: str) -> str:
    narrowed = {"took": took_text(one.took), "clock": links.question.clock}
    return links.tickets("csat", part=part, narrowed=narrowed)


def _share(one: LengthBucket) -> str:
    return write(get_figure("csat"), "", one.rate.value)


def _table(links: Links, listed: list[LengthBucket]) -> Table:
    return Table(
        heads=("Time to resolution", "CSAT", "95 %", "satisfied", "not", "answers"),
        rows=tuple(_line(links, one) for one in listed),
    )


def _line(links: Links, one: LengthBucket) -> tuple[Cell, ...]:
    rate = one.rate
    opinion = rate.opinion
    between = wording.bounds(opinion.low, opinion.high, unit="%") if opinion else NONE
    return (
        Cell(one.label, raw=one.label),
        Cell(_share(one), _href(links, one, "numerator") if rate.n else "", rate.value),
        Cell(between, _href(links, one, "denominator") if rate.n else "", between),
        *(_count(links, one, part) for part in (*PARTS, "denominator")),
    )


def _count(links: Links, one: LengthBucket, part: str) -> Cell:
    number = getattr(one.rate, part)
    return Cell(wording.count(number), _href(links, one, part) if number else "", number)
