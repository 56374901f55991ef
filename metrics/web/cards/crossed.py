"""One figure by two segments at once: rows by columns, with n in each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from metrics.charts.crossing import FEW, Crossed, CrossingPlot, draw_crossing
from metrics.charts.parts import Card, Cell, Legend, Link, Table
from metrics.query import Count, Level, Segment, SegmentValue, Value, breakdown
from metrics.query.labels import labels
from metrics.segments import crossed, joined
from metrics.web.answers import Answers
from metrics.web.cards.shared import basis, foot, size, titled, write
from metrics.web.parts import part_of, whole_of

_ROWS, _COLUMNS = 15, 8  # more do not fit the width of a page; the file has them all

Pair = tuple[str, str]

_ORDERED = frozenset(
    {Segment.LEVEL, Segment.ENTRY_LEVEL, Segment.RESOLVING_LEVEL, Segment.PRIORITY}
)


@dataclass(frozen=True)
class _Found:
    """The values of each pair, and the names of rows and columns, those with the most first."""

    values: Mapping[Pair, Value]
    rows: Mapping[str, str]
    columns: Mapping[str, str]


def crossed_card(answers: Answers) -> Card:
    """A cell for each pair of values that anything was counted for; each opens its tickets. Needs
    a question with a second segment."""
    question = answers.question
    across = question.across or question.by
    found = _found(answers, question.by, across)
    plot = _plot(answers, found, question.by, across)
    figure, variant = question.figure, question.variant
    return Card(
        key="crossed",
        title=f"{titled(figure, variant)}, by {question.by.label.lower()} and "
        f"{across.label.lower()}",
        sentence=f"Those with the most {figure.source.noun} first",
        plot=plot,
        table=_table(answers, found, question.by, across),
        foot=foot(
            f"counted on the {figure.counted_on}",
            None if figure.is_of_services else sum(value.n for value in found.values.values()),
            href=answers.links.tickets(figure.key, part=whole_of(figure), variant=variant),
            values=found.values.values(),
        ),
        csv_href=answers.links.chart_file("crossed"),
        href=answers.links.fixed_page("crossed"),
        legend=_legend(plot),
        notes=_notes(found),
        empty=f"No {figure.source.noun} to count in this period.",
        is_wide=True,
    )


def _found(answers: Answers, by: Segment, across: Segment) -> _Found:
    question = answers.question
    listed = breakdown(
        question.show,
        question.scope,
        question.policy,
        by=joined((by, across)),
        variants=[question.variant],
        background=answers.background,
    )
    values = {_pair(one): one.figure[question.variant] for one in listed}
    return _Found(values, _names(values, 0, by), _names(values, 1, across))


def _pair(one: SegmentValue) -> Pair:
    row, column = crossed(one.value)
    return row, column


def _names(values: Mapping[Pair, Value], place: int, segment: Segment) -> dict[str, str]:
    """The values of one of the segments and their labels: those with the most first, but levels
    and priorities in their own order."""
    numbers: dict[str, int] = defaultdict(int)
    for pair, value in values.items():
        numbers[pair[place]] += value.n
    named = labels(segment, numbers)
    if segment in _ORDERED:
        ordered = sorted(numbers, key=int)
    else:
        ordered = sorted(numbers, key=lambda one: (-numbers[one], named[one]))
    return {one: named[one] for one in ordered}


def _plot(answers: Answers, found: _Found, by: Segment, across: Segment) -> CrossingPlot:
    question = answers.question
    return draw_crossing(
        {pair: _crossed(answers, found, pair, (by, across)) for pair in found.values},
        rows=dict(list(found.rows.items())[:_ROWS]),
        columns=dict(list(found.columns.items())[:_COLUMNS]),
        name=f"{question.figure.name} by {by.label.lower()} and {across.label.lower()}",
        corner=f"{by.label} · {across.label}",
    )


def _crossed(
    answers: Answers, found: _Found, pair: Pair, segments: tuple[Segment, Segment]
) -> Crossed:
    figure, variant = answers.question.figure, answers.question.variant
    value = found.values[pair]
    said = write(figure, variant, value.value)
    name = f"{found.rows[pair[0]]}, {found.columns[pair[1]]}"
    is_own_sample = isinstance(value, Count | Level) or figure.is_of_services
    return Crossed(
        value=value.value,
        text=said,
        link=Link(
            href=_href(answers, pair, segments, part_of(figure)),
            name=f"{name}: {said}, n {size(figure, value)}",
            tip="\n".join(line for line in (name, said, basis(figure, variant, value)) if line),
        ),
        n=None if is_own_sample else value.n,
        n_link=Link(
            href=_href(answers, pair, segments, whole_of(figure)),
            name=f"{name}: n {size(figure, value)}",
            tip="",
        ),
    )


def _href(answers: Answers, pair: Pair, segments: tuple[Segment, Segment], part: str) -> str:
    question = answers.question
    return answers.links.tickets(
        question.show,
        part=part,
        variant=question.variant,
        narrowed={segment.value: one for segment, one in zip(segments, pair, strict=True)},
    )


def _legend(plot: CrossingPlot) -> tuple[Legend, ...]:
    if not plot.low:
        return ()
    entries = (Legend("key r0", f"low, {plot.low}"), Legend("key r3", f"high, {plot.high}"))
    has_few = any(cell.under and cell.shade is None for row in plot.rows for cell in row.cells)
    return (*entries, Legend("", f"n under {FEW}: not shaded")) if has_few else entries


def _notes(found: _Found) -> tuple[str, ...]:
    rows, columns = len(found.rows) - _ROWS, len(found.columns) - _COLUMNS
    more = [f"{rows} more rows"] if rows > 0 else []
    more += [f"{columns} more columns"] if columns > 0 else []
    return (f"{' and '.join(more)} in the file",) if more else ()


def _table(answers: Answers, found: _Found, by: Segment, across: Segment) -> Table:
    """A line per pair: the file of the card."""
    figure, variant = answers.question.figure, answers.question.variant
    lines = []
    for row, row_name in found.rows.items():
        for column, column_name in found.columns.items():
            value = found.values.get((row, column))
            if value is not None:
                said = write(figure, variant, value.value)
                href = _href(answers, (row, column), (by, across), part_of(figure))
                cells = (Cell(said, href, value.value), Cell(size(figure, value), raw=value.n))
                names = (Cell(row_name, raw=row_name), Cell(column_name, raw=column_name))
                lines.append((*names, *cells))
    return Table(heads=(by.label, across.label, figure.name, "n"), rows=tuple(lines))
