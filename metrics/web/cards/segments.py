"""One figure by segment: categories, teams, agents … side by side, with n."""

from __future__ import annotations

from metrics.charts.parts import Card, Cell, Link, Table
from metrics.charts.rows import Row, RowPart, draw_named_rows
from metrics.query import SegmentValue, breakdown
from metrics.registry import Figure, get_figure
from metrics.web import wording
from metrics.web.cards.shared import basis, foot, part_of, variant_of, write
from metrics.web.links import Links

_MOST = 8  # the card beside it is as high


def segments_card(links: Links) -> Card:
    """The largest segment values by n; the table has them all."""
    question = links.question
    figure = get_figure(question.show)
    variant = variant_of(figure, question.clock)
    found = breakdown(figure.key, question.scope, question.policy, by=question.by)
    found = sorted(found, key=lambda one: -one.figure[variant].n)
    rows = [_row(links, figure, variant, one) for one in found]
    hidden = len(found) - _MOST
    return Card(
        key="segments",
        title=f"{figure.name}, by {question.by.label.lower()}",
        sentence=_sentence(figure, variant),
        plot=draw_named_rows(rows[:_MOST], name=f"{figure.name} by {question.by.label.lower()}"),
        table=_table(figure, variant, question.by.label, found, rows),
        foot=foot(
            f"counted on the {figure.counted_on}", sum(one.figure[variant].n for one in found)
        ),
        csv_href=links.chart_file("segments"),
        href=links.fixed_page("segments"),
        notes=(f"{hidden} more in the table",) if hidden > 0 else (),
        empty=f"No {figure.source.noun} to count in this period.",
    )


def _sentence(figure: Figure, variant: str) -> str:
    kind = f"{figure.variant_names[variant]}. " if variant in figure.variant_names else ""
    return f"{kind}Those with the most {figure.source.noun} first"


def _row(links: Links, figure: Figure, variant: str, one: SegmentValue) -> Row:
    value = one.figure[variant]
    said, stands_on = write(figure, variant, value.value), basis(figure, variant, value)
    link = Link(
        href=links.tickets(
            figure.key,
            part=part_of(figure),
            variant=variant,
            narrowed={links.question.by.value: one.value},
        ),
        name=f"{one.label}: {said}",
        tip="\n".join(line for line in (one.label, said, stands_on) if line),
    )
    n = wording.count(value.n)
    part = RowPart("bar-2", value.value or 0, link)
    return Row(one.label, (part,), said, more=f"n {n}" if said != n else "")


def _table(
    figure: Figure, variant: str, by: str, found: list[SegmentValue], rows: list[Row]
) -> Table:
    lines = []
    for one, row in zip(found, rows, strict=True):
        value = one.figure[variant]
        said = write(figure, variant, value.value)
        href = row.parts[0].link.href if value.n else ""
        n = Cell(wording.count(value.n), raw=value.n)
        lines.append((Cell(one.label, raw=one.label), Cell(said, href, value.value), n))
    return Table(heads=(by, figure.name, "n"), rows=tuple(lines))
