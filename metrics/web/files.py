"""CSV files: streamed, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Final

from django.http import StreamingHttpResponse

from metrics.cells import cell
from metrics.charts.parts import Card
from metrics.query import Distribution, FigureValue, Value, value_payload
from metrics.registry import get_figure
from metrics.web.drill import Drill, with_around
from tickets.models import Ticket

Row = Iterable[object]

TICKET_HEADS: Final = (
    "ticket",
    "subject",
    "status",
    "level",
    "team",
    "assignee",
    "customer",
    "organization",
    "tier",
    "category",
    "product",
    "channel",
    "priority",
    "received_at",
    "picked_up_at",
    "ttfr_seconds",
    "ttfr_business_seconds",
    "resolved_at",
    "ttr_net_business_seconds",
    "ttr_gross_seconds",
    "contacts",
    "escalations",
    "reopens",
    "csat",
    "nps",
)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_response(rows: Iterable[Row], *, name: str) -> StreamingHttpResponse:
    """Send rows as they come, in UTF-8 with a mark that spreadsheets know it by."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([cell(value) for value in row]) for row in rows)
    response = StreamingHttpResponse(_marked(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _marked(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


def ticket_rows(drill: Drill) -> Iterator[Row]:
    """Every ticket of a list, two thousand at a time."""
    yield TICKET_HEADS
    for ticket in with_around(drill.found).iterator(chunk_size=2_000):
        yield _ticket_row(ticket)


def _ticket_row(ticket: Ticket) -> Row:
    facts = ticket.facts
    return (
        ticket.pk,
        ticket.subject,
        ticket.get_status_display(),
        ticket.get_level_display(),
        ticket.team and ticket.team.name,
        ticket.assignee and ticket.assignee.name,
        ticket.customer.name,
        ticket.organization and ticket.organization.name,
        facts.tier,
        ticket.category and ticket.category.path,
        ticket.product and ticket.product.name,
        ticket.get_channel_display(),
        ticket.get_priority_display(),
        ticket.received_at,
        facts.picked_up_at,
        facts.ttfr_seconds,
        facts.ttfr_business_seconds,
        facts.last_resolved_at,
        facts.ttr_net_business_seconds,
        facts.ttr_gross_seconds,
        facts.contacts,
        facts.escalations,
        facts.reopens,
        facts.csat,
        facts.nps,
    )


def card_rows(card: Card) -> Iterator[Row]:
    """A chart's table, unrounded."""
    yield card.table.heads
    for row in card.table.rows:
        yield [each.raw if each.raw != "" else each.text for each in row]


_PARTS: Final = (
    "value",
    "numerator",
    "denominator",
    "undecided",
    "unmeasured",
    "events",
    "promoters",
    "passives",
    "detractors",
    "n",
    "total",
    "mean",
    "median",
    "p90",
    "p95",
    "low",
    "high",
    "is_exact",
)


def figure_rows(answers: Iterable[FigureValue], *, period: tuple[str, str]) -> Iterator[Row]:
    """One row per figure and variant."""
    yield ("from", "to", "figure", "variant", "unit", *_PARTS)
    for answer in answers:
        figure = get_figure(answer.key)
        for variant, value in answer.variants.items():
            parts = _parts(value)
            yield (*period, figure.key, variant, figure.unit, *(parts.get(p) for p in _PARTS))


def _parts(value: Value) -> dict[str, object]:
    payload = value_payload(value)
    parts = dict(payload) if isinstance(payload, dict) else {}
    spread = {"is_exact": value.is_exact} if isinstance(value, Distribution) else {}
    return {"value": value.value, "n": value.n} | parts | spread
