"""The way of tickets between levels: where they came in, where they were resolved."""

from __future__ import annotations

from accounts.choices import SupportLevel
from metrics.charts.flow import Flow as Ribbon
from metrics.charts.flow import draw_flow
from metrics.charts.parts import Card, Cell, Link, Table
from metrics.query import Flow, Segment, flow
from metrics.registry import get_figure
from metrics.web import wording
from metrics.web.answers import Answers
from metrics.web.cards.shared import foot, tickets
from metrics.web.links import Links

_NAMES = {level.value: str(level.label) for level in SupportLevel}


def between_card(answers: Answers) -> Card:
    """Resolved tickets as ribbons from their entry level to their resolving level."""
    links = answers.links
    flows = flow(links.question.scope)
    received = _sums(flows)
    ribbons = [
        Ribbon(f.entry_level, f.resolving_level, f.n, _link(links, f, received[f.entry_level]))
        for f in flows
    ]
    return Card(
        key="between",
        title="Between levels",
        sentence="Left where tickets were received, right where they were resolved",
        plot=draw_flow(
            ribbons,
            names=_NAMES,
            name="Flow of resolved tickets between levels",
            ends=(
                lambda level, n: _end(links, Segment.ENTRY_LEVEL, level, n),
                lambda level, n: _end(links, Segment.RESOLVING_LEVEL, level, n),
            ),
        ),
        table=_table(links, ribbons),
        foot=foot(
            f"counted on the {get_figure('resolved').counted_on}",
            sum(received.values()),
            href=_href(links),
        ),
        csv_href=links.chart_file("between"),
        href=links.fixed_page("between"),
        empty="No ticket was resolved in this period.",
    )


def _sums(flows: list[Flow]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for f in flows:
        sums[f.entry_level] = sums.get(f.entry_level, 0) + f.n
    return sums


def _link(links: Links, f: Flow, received: int) -> Link:
    source, target = _NAMES[f.entry_level], _NAMES[f.resolving_level]
    share = f"{100 * f.n / received:.0f}\u202f% of {source}"
    return Link(
        href=_href(links, entry_level=f.entry_level, resolving_level=f.resolving_level),
        name=f"Received at {source}, resolved at {target}: {tickets(f.n)}, {share}",
        tip=f"{source} → {target}\n{tickets(f.n)}, {share}",
    )


def _end(links: Links, segment: Segment, level: int, number: int) -> Link:
    """All that was received, or resolved, at a level."""
    where = "Received" if segment == Segment.ENTRY_LEVEL else "Resolved"
    name = f"{where} at {_NAMES[level]}: {tickets(number)}"
    return Link(_href(links, **{segment.value: level}), name, name)


def _href(links: Links, **levels: int) -> str:
    narrowed = {segment: str(level) for segment, level in levels.items()}
    return links.tickets("resolved", part="count", narrowed=narrowed)


def _table(links: Links, ribbons: list[Ribbon]) -> Table:
    sources = sorted({ribbon.source for ribbon in ribbons})
    targets = sorted({ribbon.target for ribbon in ribbons})
    by_way = {(ribbon.source, ribbon.target): ribbon for ribbon in ribbons}
    rows = []
    for source in sources:
        cells = []
        for target in targets:
            ribbon = by_way.get((source, target))
            number = ribbon.count if ribbon else 0
            href = ribbon.link.href if ribbon else ""
            cells.append(Cell(wording.count(number), href, number))
        whole = sum(ribbon.count for ribbon in ribbons if ribbon.source == source)
        first = Cell(_NAMES[source], raw=_NAMES[source])
        last = Cell(wording.count(whole), _href(links, entry_level=source), whole)
        rows.append((first, *cells, last))
    heads = ("Received at", *(f"resolved at {_NAMES[target]}" for target in targets), "all")
    return Table(heads=heads, rows=tuple(rows))
