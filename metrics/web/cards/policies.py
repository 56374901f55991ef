"""Two policies side by side, applied to the same tickets."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.charts.parts import Card, Cell, Link, Said, Table
from metrics.charts.sides import Side, SideRow, SidesPlot
from metrics.policy import Policy
from metrics.query import FigureValue, Rate, Value, figures
from metrics.registry import Figure, all_figures, get_figure
from metrics.web import wording
from metrics.web.answers import Answers
from metrics.web.cards.shared import difference, foot, stands_on, titled, write
from metrics.web.links import Links
from metrics.web.parts import part_of
from metrics.web.policies import difference_words, differing, policy_summary
from metrics.web.shown import Shown, kinds_of

_MAIN = "fcr"


@dataclass(frozen=True)
class _Rule:
    """One of the two: what it is called, its policy, and the figures under it."""

    name: str
    policy: Policy
    found: dict[str, FigureValue]


def policies_card(answers: Answers) -> Card:
    """First contact resolution, and what else the second policy changes, under both. Needs a
    question with another policy."""
    links, question = answers.links, answers.question
    own, other = question.policy, question.other or question.policy
    keys = _touched(own, other)
    rules = (
        _Rule("Rule", own, figures(keys, question.scope, own, background=answers.background)),
        _Rule("Second rule", other, figures(keys, question.scope, other)),
    )
    shown = [_main(get_figure(key), question.clock) for key in keys]
    number, href = _most(links, rules)
    plot = SidesPlot(
        name="Figures under two policies",
        heads=(policy_summary(own), policy_summary(other)),
        rows=tuple(_row(links, *each, rules) for each in shown),
        is_empty=not any(_value(rule, *each).n for rule in rules for each in shown),
    )
    return Card(
        key="policies",
        title="Two rules on the same tickets",
        sentence="Each number opens its tickets under its own rule",
        plot=plot,
        table=_table(links, shown, rules),
        foot=foot(f"counted on the {get_figure(_MAIN).counted_on}", number, href=href),
        csv_href=links.chart_file("policies"),
        href=links.fixed_page("policies"),
        notes=difference_words(own, other) or ("Both rules are the same.",),
        empty="No tickets to count in this period.",
        is_wide=True,
    )


def _touched(own: Policy, other: Policy) -> list[str]:
    """The figures that differ by their declaration; first contact resolution in any case."""
    changed = {*differing(own, other)}
    return [f.key for f in all_figures() if f.key == _MAIN or changed.intersection(f.policies)]


def _main(figure: Figure, clock: str) -> tuple[Figure, str]:
    return figure, Shown(figure, kinds_of(figure)[0]).variant(clock)


def _value(rule: _Rule, figure: Figure, variant: str) -> Value:
    return rule.found[figure.key][variant]


def _row(links: Links, figure: Figure, variant: str, rules: tuple[_Rule, _Rule]) -> SideRow:
    left, right = (_value(rule, figure, variant).value for rule in rules)
    return SideRow(
        name=titled(figure, variant),
        tip=f"{figure.name}\n{figure.sentence}\nCounted on: {figure.counted_on}.",
        left=_side(links, figure, variant, rules[0]),
        right=_side(links, figure, variant, rules[1]),
        change=difference(figure, variant, left, right),
    )


def _side(links: Links, figure: Figure, variant: str, rule: _Rule) -> Side:
    value = _value(rule, figure, variant)
    said = write(figure, variant, value.value)
    name = f"{titled(figure, variant)}, {rule.name.lower()}"

    def opening(part: str, words: str) -> Link:
        href = links.tickets(figure.key, part=part, variant=variant, policy=rule.policy)
        return Link(href, f"{name}: {words}", "")

    return Side(
        text=said,
        basis=tuple(
            Said(text, opening(part, text) if part else None)
            for text, part in stands_on(figure, variant, value)
        ),
        link=opening(part_of(figure), said) if value.value is not None else None,
    )


def _most(links: Links, rules: tuple[_Rule, _Rule]) -> tuple[int, str]:
    """The tickets of first contact resolution that one of the rules decides, that with the most:
    how many, and where they are."""
    rule = max(rules, key=lambda one: one.found[_MAIN].main.n)
    return rule.found[_MAIN].main.n, links.tickets(_MAIN, part="denominator", policy=rule.policy)


def _table(links: Links, shown: list[tuple[Figure, str]], rules: tuple[_Rule, _Rule]) -> Table:
    heads = ("Figure", "rule", "value", "n", "counted", "undecided", "unmeasured")
    rows = []
    for figure, variant in shown:
        for rule in rules:
            value = _value(rule, figure, variant)
            side = _side(links, figure, variant, rule)
            named = f"{titled(figure, variant)}"
            summary = f"{rule.name}: {policy_summary(rule.policy)}"
            cells = (
                Cell(named, raw=named),
                Cell(summary, raw=summary),
                Cell(side.text, side.link.href if side.link else "", value.value),
                Cell(wording.count(value.n), raw=value.n),
                *_parts(value),
            )
            rows.append(cells)
    return Table(heads=heads, rows=tuple(rows))


def _parts(value: Value) -> tuple[Cell, ...]:
    """What a rate is made of; None for figures of another kind."""
    parts: tuple[int | None, ...] = (None, None, None)
    if isinstance(value, Rate):
        parts = (value.numerator, value.undecided, value.unmeasured)
    return tuple(Cell("" if part is None else wording.count(part), raw=part) for part in parts)
