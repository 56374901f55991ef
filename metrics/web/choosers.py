"""What the charts draw: the menus above them, whose choices are links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from metrics.query import Segment
from metrics.registry import all_figures
from metrics.web.filters import Choice, links_to
from metrics.web.question import AUTO, BUCKETS, Question
from metrics.web.shown import BUSINESS, CALENDAR, Shown, kinds_of

_STEPS: Final = ((AUTO, "step as fits"), *((name, name) for name in BUCKETS))
_CLOCKS: Final = ((BUSINESS, "Business time"), (CALENDAR, "Calendar time"))


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu; `is_within`: what is chosen stands within a sentence ("By category")."""

    name: str
    choices: tuple[Choice, ...]
    is_within: bool = False

    @property
    def chosen(self) -> str:
        """What is chosen, in words; "" where nothing is."""
        label = next((each.label for each in self.choices if each.is_on), "")
        return label.lower() if self.is_within else label


def choosers(question: Question) -> tuple[Menu, ...]:
    """The menus in their order; those in which there is something to choose."""
    params, figure = question.params, question.figure
    figures = ((each.key, each.name) for each in all_figures())
    kinds = list(_kinds(question)) if len(kinds_of(figure)) > 1 else []
    segments = [(name, Segment(name).label) for name in figure.segments]
    others = [("", "nothing"), *(pair for pair in segments if pair[0] != question.by)]
    menus = [
        Menu("Figure", links_to(params, "show", figures, chosen=figure.key)),
        Menu("Of it", links_to(params, "show", kinds, chosen=question.shown.text)),
        Menu("Per", links_to(params, "step", _STEPS)),
        Menu("By", links_to(params, "by", segments, chosen=question.by), is_within=True),
    ]
    if len(others) > 1:
        across = links_to(params, "and", others, chosen=question.across or "")
        menus.append(Menu("And by", across, is_within=True))
    return tuple(menu for menu in menus if menu.choices)


def clocks(question: Question) -> tuple[Choice, ...]:
    """The clocks that durations are told by."""
    return links_to(question.params, "clock", _CLOCKS)


def _kinds(question: Question) -> Iterable[tuple[str, str]]:
    """Each kind of the figure as an address says it, and its name under the reader's clock."""
    figure = question.figure
    for kind in kinds_of(figure):
        shown = Shown(figure, kind)
        yield shown.text, figure.variant_names[shown.variant(question.clock)]
