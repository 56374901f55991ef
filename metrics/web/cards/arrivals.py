"""When tickets come in: weekday by hour, with the open hours framed."""

from __future__ import annotations

from datetime import time

from metrics.charts.heat import DAYS, Hour, draw_heat
from metrics.charts.parts import Card, Cell, Legend, Link, Table
from metrics.query import Arrivals, arrivals
from metrics.web import wording
from metrics.web.answers import Answers
from metrics.web.cards.shared import foot, tickets
from metrics.web.links import Links
from metrics.zone import reporting_zone
from tickets.models import CalendarSlot


def arrivals_card(answers: Answers) -> Card:
    """A cell per hour of the week; each opens the tickets received in it."""
    links = answers.links
    found = arrivals(links.question.scope)
    hours = {
        (day, hour): _hour(links, day, hour, number)
        for day, counts in enumerate(found.counts)
        for hour, number in enumerate(counts)
    }
    frame = _open_hours()
    plot = draw_heat(hours, name="Tickets received by weekday and hour", open_hours=frame)
    return Card(
        key="arrivals",
        title="When tickets arrive",
        sentence="Tickets per weekday and hour" + ("; open hours framed" if frame else ""),
        plot=plot,
        table=_table(links, found),
        foot=foot(
            "counted on the hour received",
            found.n,
            href=links.tickets("created", part="count"),
        ),
        csv_href=links.chart_file("arrivals"),
        href=links.fixed_page("arrivals"),
        legend=(Legend("", "0"), Legend("ramp", tickets(plot.most))),
        empty="No ticket was received in this period.",
    )


def _hour(links: Links, day: int, hour: int, number: int) -> Hour:
    name = f"{DAYS[day]} {hour:02d}–{hour + 1:02d} h"
    href = _href(links, day, hour)
    return Hour(
        day, hour, number, Link(href, f"{name}: {tickets(number)}", f"{name}\n{tickets(number)}")
    )


def _href(links: Links, day: int, hour: int | None = None) -> str:
    narrowed = {"weekday": str(day)} | ({} if hour is None else {"hour": str(hour)})
    return links.tickets("created", part="count", narrowed=narrowed)


def _table(links: Links, found: Arrivals) -> Table:
    used = [hour for hour in range(24) if any(counts[hour] for counts in found.counts)]
    rows = []
    for day, counts in enumerate(found.counts):
        cells = [
            Cell(
                wording.count(counts[hour]),
                _href(links, day, hour) if counts[hour] else "",
                counts[hour],
            )
            for hour in used
        ]
        whole = Cell(
            wording.count(sum(counts)), _href(links, day) if sum(counts) else "", sum(counts)
        )
        rows.append((Cell(DAYS[day], raw=DAYS[day]), *cells, whole))
    return Table(heads=("Weekday", *(f"{hour:02d}" for hour in used), "all"), rows=tuple(rows))


def _open_hours() -> frozenset[tuple[int, int]]:
    """Hours of which the default calendar is open at least half; none where its zone is another."""
    slots = CalendarSlot.objects.filter(
        calendar__is_default=True, calendar__time_zone=str(reporting_zone())
    ).values_list("weekday", "opens", "closes")
    return frozenset(
        (day, hour)
        for day, opens, closes in slots
        for hour in range(24)
        if _overlap(opens, closes, hour) >= 30
    )


def _overlap(opens: time, closes: time, hour: int) -> int:
    """Minutes of an hour within a slot; one that closes at 00:00 ends with the day."""
    start, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute or 24 * 60
    return min(end, hour * 60 + 60) - max(start, hour * 60)
