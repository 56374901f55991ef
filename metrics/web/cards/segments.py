"""One figure by segment: categories, teams, agents … side by side, with n."""

from __future__ import annotations

from metrics.charts.parts import Card, Cell, Link, Said, Table
from metrics.charts.rows import Row, RowPart, draw_named_rows
from metrics.query import SegmentValue, breakdown
from metrics.query.available import agreed_targets
from metrics.registry import Figure
from metrics.web.answers import Answers
from metrics.web.cards.shared import basis, foot, size, titled, write
from metrics.web.links import Links
from metrics.web.parts import part_of, whole_of

_MOST = 8


def segments_card(answers: Answers) -> Card:
    """The largest segment values by n; the table has them all."""
    links = answers.links
    question = links.question
    figure, variant = question.figure, question.variant
    found = breakdown(
        figure.key,
        question.scope,
        question.policy,
        by=question.by,
        variants=[variant],
        background=answers.background,
    )
    found = sorted(found, key=lambda one: -one.figure[variant].n)
    targets = agreed_targets(question.scope.end) if figure.is_of_services else {}
    rows = [_row(links, figure, variant, one, targets.get(one.value)) for one in found]
    hidden = len(found) - _MOST
    return Card(
        key="segments",
        title=f"{titled(figure, variant)}, by {question.by.label.lower()}",
        sentence=_sentence(figure, variant),
        plot=draw_named_rows(rows[:_MOST], name=f"{figure.name} by {question.by.label.lower()}"),
        table=_table(figure, variant, question.by.label, found, rows),
        foot=foot(
            f"counted on the {figure.counted_on}",
            None if figure.is_of_services else sum(one.figure[variant].n for one in found),
            href=links.tickets(figure.key, part=whole_of(figure), variant=variant),
            values=[one.figure[variant] for one in found],
        ),
        csv_href=links.chart_file("segments"),
        href=links.fixed_page("segments"),
        notes=(f"{hidden} more in the table",) if hidden > 0 else (),
        empty=f"No {figure.source.noun} to count in this period.",
    )


def _sentence(figure: Figure, variant: str) -> str:
    kind = f"{figure.variant_names[variant]}. " if variant in figure.variant_names else ""
    if figure.is_of_services:
        return "Those with the most agreed time first"
    return f"{kind}Those with the most {figure.source.noun} first"


def _row(
    links: Links, figure: Figure, variant: str, one: SegmentValue, target: float | None
) -> Row:
    value = one.figure[variant]
    said, stands_on = write(figure, variant, value.value), basis(figure, variant, value)
    value_href, whole_href = (
        links.tickets(
            figure.key,
            part=part,
            variant=variant,
            narrowed={links.question.by.value: one.value},
        )
        for part in (part_of(figure), whole_of(figure))
    )
    tip = "\n".join(line for line in (one.label, said, stands_on) if line)
    link = Link(value_href, f"{one.label}: {said}", tip)
    n = size(figure, value)
    more = _more(figure, said, n, value.value, target)
    return Row(
        one.label,
        (RowPart("bar-2", value.value or 0, link),),
        Said(said, link if value.value is not None else None),
        more=Said(more, Link(whole_href, f"{one.label}: {more}", tip) if value.n else None),
    )


def _more(figure: Figure, said: str, n: str, value: float | None, target: float | None) -> str:
    """n; of a service how long was agreed, and how it stands to what was promised."""
    if not figure.is_of_services:
        return f"n {n}" if said != n else ""
    if target is None or value is None:
        return f"of {n}"
    verdict = "met" if value >= target else "missed"
    return f"of {n}, target {target:g}\u202f% {verdict}"


def _table(
    figure: Figure, variant: str, by: str, found: list[SegmentValue], rows: list[Row]
) -> Table:
    lines = []
    for one, row in zip(found, rows, strict=True):
        value = one.figure[variant]
        said = write(figure, variant, value.value)
        href = row.parts[0].link.href if value.n else ""
        whole = row.more.link.href if row.more.link else ""
        n = Cell(size(figure, value), whole, value.n)
        lines.append((Cell(one.label, raw=one.label), Cell(said, href, value.value), n))
    heads = (by, figure.name, "agreed" if figure.is_of_services else "n")
    return Table(heads=heads, rows=tuple(lines))
