"""The addresses that the page's numbers and marks lead to: always exactly their tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from metrics.policy import NextIssueMatch, Policy
from metrics.query import Scope, Segment
from metrics.segments import NONE
from metrics.web.address import POLICY_KEYS, Params
from metrics.web.marks import MARK_KEYS
from metrics.web.pairs import Spec
from metrics.web.question import Question

DRILL_KEYS: Final = ("figure", "part", "variant", *MARK_KEYS)
SCOPE_KEYS: Final = ("period", "from", "to", *Segment.values, *POLICY_KEYS)


@dataclass(frozen=True)
class Links:
    """Addresses that ask the same question, of other pages or narrowed to a mark."""

    question: Question

    def tickets(
        self,
        key: str,
        *,
        part: str,
        variant: str = "",
        start: date | None = None,
        end: date | None = None,
        narrowed: Mapping[str, str] | None = None,
        policy: Policy | None = None,
    ) -> str:
        """The list of the tickets behind a part of a figure, narrowed to a mark.

        `narrowed`: segments, "weekday" and "hour" of receipt, "older" and "younger" in seconds,
        "took" as `took_text` writes it, with the "clock" that it is told in.
        `policy` None is the reader's.
        """
        scope = self.question.scope
        changed = {
            "from": (start or scope.start).isoformat(),
            "to": (end or scope.end).isoformat(),
            "figure": key,
            "part": part,
            "variant": variant,
            **{key: value or NONE for key, value in (narrowed or {}).items()},
            **(policy or self.question.policy).changes(),
        }
        kept = [item for item in self._filters if item[0] not in changed]
        return f"{self._list}?{urlencode([*kept, *(item for item in changed.items() if item[1])])}"

    @cached_property
    def _filters(self) -> tuple[tuple[str, str], ...]:
        """What every list of the page is narrowed by."""
        return self.question.params.only(Segment.values).items

    @cached_property
    def _list(self) -> str:
        return reverse("metrics-tickets")

    def open_cell(self, spec: Spec, part: str, variant: str) -> str:
        """The tickets behind a part of a tile's cell; `variant` "" is the one that it shows."""
        return self._of_cell(spec, part, variant, self.question.scope)

    def open_cell_before(self, spec: Spec, part: str, variant: str) -> str:
        """The same of the period that the page's own is held against, if there is one."""
        return self._of_cell(spec, part, variant, self.question.before or self.question.scope)

    def _of_cell(self, spec: Spec, part: str, variant: str, period: Scope) -> str:
        own = self.question.policy
        return self.tickets(
            spec.key,
            part=part,
            variant=variant or spec.variant_for(self.question.clock),
            start=period.start,
            end=period.end,
            policy=replace(own, nia_match=NextIssueMatch.ANY) if spec.is_any_category else own,
        )

    def chart_of(self, spec: Spec) -> str:
        """The page with a tile's cell drawn over time and by segment."""
        shown: dict[str, str | None] = {"show": spec.shown(self.question.clock)}
        shown |= {"by": spec.by} if spec.by else {}
        shown |= {"nia_match": "any"} if spec.is_any_category else {}
        return f"{self.page(**shown)}#behind"

    def page(self, **changes: str | None) -> str:
        """The metrics page with something changed; `from_` stands for "from"."""
        return self.question.params.having(**changes).on(reverse("metrics"))

    def fixed_page(self, anchor: str) -> str:
        """The page as it is today, for somebody who opens it later."""
        return f"{self.question.fixed.on(reverse('metrics'))}#{anchor}"

    def chart_file(self, card: str) -> str:
        """A chart's table as a file."""
        return self.question.fixed.on(reverse("metrics-chart-file", args=[card]))

    def figures_file(self) -> str:
        """All figures of the page as a file."""
        return self.question.fixed.on(reverse("metrics-figures-file"))


def drill_params(lists: Mapping[str, Iterable[str]]) -> Params:
    """Read the address of a drill-down."""
    return Params.read(lists, keys=(*SCOPE_KEYS, *DRILL_KEYS))
