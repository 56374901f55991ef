"""What the tiles need, asked of the one query service in as few questions as there are kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from metrics.policy import NextIssueMatch
from metrics.query import FigureValue, Point, Scope, figures, many_series
from metrics.registry import get_figure
from metrics.web.links import Links
from metrics.web.question import Question
from metrics.web.tiles import PAIRS, Reading, Spec, Tile, make_tile
from tickets.models import LevelCost

KEYS = tuple(dict.fromkeys(spec.key for pair in PAIRS for spec in pair))
ANY = "nia_any"


@dataclass(frozen=True)
class Answers:
    """Values now and before, and the steps between, by the name of the answer (see Spec)."""

    now: Mapping[str, FigureValue]
    before: Mapping[str, FigureValue]
    steps: Mapping[str, Mapping[str, list[Point]]]
    money: str


def tiles(links: Links) -> tuple[Tile, ...]:
    """Every pair of figures, written out."""
    question = links.question
    answers = ask(question)
    return tuple(
        make_tile(*(_reading(spec, answers, question, links) for spec in pair)) for pair in PAIRS
    )


def ask(question: Question) -> Answers:
    """Ask for all tiles at once. `before` is empty where nothing is compared."""
    any_category = replace(question.policy, nia_match=NextIssueMatch.ANY)
    bucket = question.coarse_bucket
    steps = many_series(KEYS, question.scope, question.policy, bucket=bucket)
    steps_any = many_series(["nia"], question.scope, any_category, bucket=bucket)
    return Answers(
        now=_figures(question, question.scope),
        before=_figures(question, question.before) if question.before else {},
        steps={**steps, ANY: steps_any["nia"]},
        money=LevelCost.objects.values_list("currency", flat=True).first() or "",
    )


def _figures(question: Question, scope: Scope) -> Mapping[str, FigureValue]:
    any_category = replace(question.policy, nia_match=NextIssueMatch.ANY)
    found = figures(KEYS, scope, question.policy)
    return {**found, ANY: figures(["nia"], scope, any_category)["nia"]}


def _reading(spec: Spec, answers: Answers, question: Question, links: Links) -> Reading:
    figure = get_figure(spec.key)
    variant = figure.variant(spec.variant_for(question.clock))
    before = answers.before.get(spec.answer)
    return Reading(
        spec=spec,
        figure=figure,
        value=answers.now[spec.answer][variant],
        before=before[variant] if before else None,
        beside=answers.now[spec.answer][spec.beside] if spec.beside else None,
        points=tuple(answers.steps[spec.answer][variant]),
        clock=question.clock,
        money=answers.money,
        opener=links.open_cell,
    )
