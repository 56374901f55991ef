"""What the charts draw: the menus above them, whose choices are links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from metrics.query import Segment
from metrics.registry import all_figures
from metrics.web.filters import Choice, links_to
from metrics.web.question import AUTO, BUCKETS, Question
from metrics.web.shown import BUSINESS, CALENDAR, Shown, kinds_of

_STEPS: Final = ((AUTO, "step as fits"), *((name, name) for name in BUCKETS))
_CLOCKS: Final = ((BUSINESS, "Business time"), (CALENDAR, "Calendar time"))


def choosers(question: Question) -> Mapping[str, tuple[Choice, ...]]:
    """The menus by their key; `kind` is empty where a figure has but one."""
    params, figure = question.params, question.figure
    figures = ((each.key, each.name) for each in all_figures())
    kinds = list(_kinds(question)) if len(kinds_of(figure)) > 1 else []
    segments = [(name, Segment(name).label) for name in figure.segments]
    others = [("", "nothing"), *(pair for pair in segments if pair[0] != question.by)]
    return {
        "show": links_to(params, "show", figures, chosen=figure.key),
        "kind": links_to(params, "show", kinds, chosen=question.shown.text),
        "step": links_to(params, "step", _STEPS),
        "by": links_to(params, "by", segments, chosen=question.by),
        "and": links_to(params, "and", others, chosen=question.across or ""),
        "clock": links_to(params, "clock", _CLOCKS),
    }


def _kinds(question: Question) -> Iterable[tuple[str, str]]:
    """Each kind of the figure as an address says it, and its name under the reader's clock."""
    figure = question.figure
    for kind in kinds_of(figure):
        shown = Shown(figure, kind)
        yield shown.text, figure.variant_names[shown.variant(question.clock)]
