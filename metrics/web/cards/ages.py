"""Open tickets by age and by the level that holds them."""

from __future__ import annotations

from accounts.choices import SupportLevel
from metrics.charts.parts import Card, Cell, Legend, Link, Said, Table, Text
from metrics.charts.rows import Row, RowPart, draw_rows
from metrics.query import AgeBucket, backlog_ages
from metrics.web import wording
from metrics.web.answers import Answers
from metrics.web.cards.shared import parted, sample, tickets
from metrics.web.links import Links
from metrics.zone import reporting_zone


def ages_card(answers: Answers) -> Card:
    """A row per age; each part opens the open tickets of that age at that level."""
    links = answers.links
    buckets = backlog_ages(links.question.scope)
    levels = [
        level
        for level in SupportLevel
        if level <= SupportLevel.L3 or any(bucket.levels.get(level) for bucket in buckets)
    ]
    rows = [_row(links, bucket, levels) for bucket in buckets]
    number = sum(bucket.n for bucket in buckets)
    whole = links.tickets("backlog", part="count")
    return Card(
        key="ages",
        title="Open tickets, by age",
        sentence="Since receipt, calendar days, by the level that holds them",
        plot=draw_rows(rows, name="Open tickets by age and level"),
        table=_table(links, buckets, rows, levels),
        foot=parted((Text(_instant(links)), Text(str(reporting_zone())), sample(number, whole))),
        csv_href=links.chart_file("ages"),
        href=links.fixed_page("ages"),
        legend=tuple(Legend(f"key key--l{level.value}", level.label) for level in levels),
        empty="No ticket was open at the end of this period.",
    )


def _instant(links: Links) -> str:
    """When the state is read: at the end of the last day, or now while it lasts."""
    scope = links.question.scope
    now = scope.as_of.astimezone(reporting_zone())
    if scope.end >= now.date():
        return f"State now, {now:%H:%M}"
    return f"State at the end of {scope.end:%a} {scope.end.day} {scope.end:%b %Y}"


def _row(links: Links, bucket: AgeBucket, levels: list[SupportLevel]) -> Row:
    parts = tuple(_part(links, bucket, level) for level in levels)
    name = f"{bucket.label}: {tickets(bucket.n)}"
    whole = Link(_href(links, bucket), name, name) if bucket.n else None
    return Row(bucket.label, parts, Said(wording.count(bucket.n), whole))


def _part(links: Links, bucket: AgeBucket, level: SupportLevel) -> RowPart:
    number = bucket.levels.get(level.value, 0)
    link = Link(
        href=_href(links, bucket, level=str(level.value)),
        name=f"{bucket.label}, {level.label}: {tickets(number)}",
        tip=f"{bucket.label}\n{level.label}: {wording.count(number)} of {wording.count(bucket.n)}",
    )
    return RowPart(f"bar-{level.value}", number, link)


def _href(links: Links, bucket: AgeBucket, **narrowed: str) -> str:
    narrowed["older"] = f"{bucket.from_seconds:.0f}"
    if bucket.to_seconds is not None:
        narrowed["younger"] = f"{bucket.to_seconds:.0f}"
    return links.tickets("backlog", part="count", narrowed=narrowed)


def _table(
    links: Links, buckets: list[AgeBucket], rows: list[Row], levels: list[SupportLevel]
) -> Table:
    lines = []
    for bucket, row in zip(buckets, rows, strict=True):
        cells = [
            Cell(f"{part.value:,.0f}", part.link.href if part.value else "", int(part.value))
            for part in row.parts
        ]
        first = Cell(bucket.label, raw=bucket.label)
        href = _href(links, bucket) if bucket.n else ""
        lines.append((first, *cells, Cell(wording.count(bucket.n), href, bucket.n)))
    heads = ("Age", *(str(level.label) for level in levels), "all")
    return Table(heads=heads, rows=tuple(lines))
