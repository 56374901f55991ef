"""What the page shows, asked of the one query service once for tiles and charts together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from metrics.policy import NextIssueMatch
from metrics.query import Background, Counted, FigureValue, Point, Scope, count_days, spanning
from metrics.registry import Kind, get_figure
from metrics.web.links import Links
from metrics.web.pairs import PAIRS, Spec
from metrics.web.question import Question
from metrics.web.reading import Beside, Reading
from metrics.web.tiles import Tile, make_tile
from tickets.models import LevelCost

ANY = "nia_any"


@dataclass(frozen=True)
class Answers:
    """The answers to one reading of the page, each asked for when first needed and for both periods
    at once. `shown`: the variants, by figure, whose values or steps are wanted."""

    question: Question
    shown: Mapping[str, frozenset[str]]

    @cached_property
    def links(self) -> Links:
        """Where the numbers lead."""
        return Links(self.question)

    @cached_property
    def background(self) -> Background:
        """What all questions of the page share."""
        return Background(spanning(self.question.periods), self.question.policy)

    @cached_property
    def counted(self) -> Counted:
        """The figures by day, under the reader's policy."""
        question = self.question
        is_level = question.figure.kind == Kind.LEVEL
        return count_days(
            self.shown,
            question.periods,
            question.policy,
            buckets={question.coarse_bucket, *([question.bucket] if is_level else [])},
            background=self.background,
        )

    @cached_property
    def in_any_category(self) -> Counted:
        """Next issues of any category, whatever the reader's policy says of them."""
        policy = replace(self.question.policy, nia_match=NextIssueMatch.ANY)
        if policy == self.question.policy:
            return self.counted
        return count_days({"nia": [""]}, self.question.periods, policy)

    @cached_property
    def now(self) -> Mapping[str, FigureValue]:
        """The values of the period, by the name of the answer (see Spec)."""
        return self._values(self.question.scope)

    @cached_property
    def before(self) -> Mapping[str, FigureValue]:
        """Those of the other period; empty where nothing is compared."""
        return self._values(self.question.before) if self.question.before else {}

    def _values(self, period: Scope) -> Mapping[str, FigureValue]:
        in_any = self.in_any_category.values(period)
        return {**self.counted.values(period), ANY: in_any["nia"]}

    def points(self, spec: Spec, variant: str) -> list[Point]:
        """The steps of a sparkline."""
        question = self.question
        counted = self.in_any_category if spec.is_any_category else self.counted
        return counted.steps(spec.key, question.scope, bucket=question.coarse_bucket)[variant]


def page_answers(question: Question) -> Answers:
    """All that the page shows."""
    shown = defaultdict(set, {question.show: {question.variant}})
    for spec in (spec for pair in PAIRS for spec in pair):
        shown[spec.key].add(get_figure(spec.key).variant(spec.variant_for(question.clock)))
        if spec.other:
            shown[spec.other.key].add(spec.other.variant)
    return Answers(question, {key: frozenset(variants) for key, variants in shown.items()})


def chart_answers(question: Question) -> Answers:
    """What one chart shows."""
    return Answers(question, {question.show: frozenset({question.variant})})


def tiles(answers: Answers) -> tuple[Tile, ...]:
    """Every pair of figures, written out."""
    money = LevelCost.objects.values_list("currency", flat=True).first() or ""
    return tuple(make_tile(*(_reading(spec, answers, money) for spec in pair)) for pair in PAIRS)


def _reading(spec: Spec, answers: Answers, money: str) -> Reading:
    figure = get_figure(spec.key)
    clock = answers.question.clock
    variant = figure.variant(spec.variant_for(clock))
    before = answers.before.get(spec.answer)
    return Reading(
        spec=spec,
        figure=figure,
        value=answers.now[spec.answer][variant],
        before=before[variant] if before else None,
        beside=_beside(spec, answers),
        points=tuple(answers.points(spec, variant)),
        clock=clock,
        money=money,
        opener=answers.links.open_cell,
        opener_before=answers.links.open_cell_before,
        chart_href=answers.links.chart_of(spec),
    )


def _beside(spec: Spec, answers: Answers) -> Beside | None:
    other = spec.other
    if other is None:
        return None
    return Beside(other, get_figure(other.key), answers.now[other.key][other.variant])
