"""The tickets behind a number: what is listed, and how many more the reader may not open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from metrics.query import Index, Mark, Rate, count_tickets, figures, parts_of, tickets
from metrics.query.labels import labels
from metrics.registry import Figure, get_figure
from metrics.segments import Segment
from metrics.web import wording
from metrics.web.address import Params
from metrics.web.marks import mark_words, read_mark
from metrics.web.policies import policy_words
from metrics.web.question import Question, read_question
from metrics.web.shown import BUSINESS
from tickets.errors import InvalidInput
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

PAGE: Final = 50
PART_NAMES: Final = {
    "numerator": "Counted",
    "missed": "Not counted",
    "denominator": "All decided",
    "undecided": "Undecided",
    "unmeasured": "Not measured",
    "promoters": "Promoters",
    "passives": "Passives",
    "detractors": "Detractors",
    "count": "Counted",
    "waiting": "Still waiting",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the figure: its name, how many it counts (None: not told), and its address."""

    name: str
    number: int | None
    href: str
    is_on: bool


@dataclass(frozen=True)
class Drill:
    """One list of tickets. Nothing is fetched until it is asked for."""

    params: Params
    question: Question
    figure: Figure
    part: str
    variant: str
    mark: Mark
    reader: User

    @cached_property
    def found(self) -> TicketQuerySet:
        """The tickets that the reader may open, newest first."""
        return tickets(
            self.figure.key,
            self.question.scope,
            self.question.policy,
            part=self.part,
            user=self.reader,
            variant=self.variant,
            mark=self.mark,
        ).order_by("-pk")

    @cached_property
    def number(self) -> int:
        """How many are listed in all."""
        return self.found.count()

    @cached_property
    def hidden(self) -> int:
        """How many more count that the reader may not open."""
        if self.reader.is_staff:
            return 0
        whole = count_tickets(
            self.figure.key,
            self.question.scope,
            self.question.policy,
            part=self.part,
            variant=self.variant,
            mark=self.mark,
        )
        return whole - self.number

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """The parts of the figure that are not empty; their numbers only where no mark narrows."""
        numbers = self._numbers
        parts = [part for part in PART_NAMES if part in parts_of(self.figure)]
        parts = [part for part in parts if numbers.get(part) != 0 or part == self.part]
        if len(parts) < 2:
            return ()
        return tuple(
            Tab(
                name=PART_NAMES[part],
                number=numbers.get(part),
                href=self.params.having(part=part).on(reverse("metrics-tickets")),
                is_on=part == self.part,
            )
            for part in parts
        )

    @cached_property
    def _numbers(self) -> dict[str, int]:
        if self.mark != Mark():
            return {}
        answer = figures([self.figure.key], self.question.scope, self.question.policy)
        value = answer[self.figure.key][self.variant]
        if isinstance(value, Rate):
            return {
                "numerator": value.numerator,
                "missed": value.missed,
                "denominator": value.denominator,
                "undecided": value.undecided,
                "unmeasured": value.unmeasured,
            }
        if isinstance(value, Index):
            return {
                "denominator": value.denominator,
                "promoters": value.promoters,
                "passives": value.passives,
                "detractors": value.detractors,
            }
        return {"count": value.n, "waiting": value.undecided}

    @property
    def events(self) -> int | None:
        """How many events stand behind the tickets, for figures that count events."""
        if self.figure.source.noun == "tickets" or self.figure.is_of_services:
            return None
        return self._numbers.get(self.part)

    @property
    def sentence(self) -> str:
        """What makes a ticket stand in this list, from the figure's own declaration."""
        return self.figure.parts.get(self.part, PART_NAMES[self.part])

    @property
    def circumstances(self) -> str:
        """Period, filters, what is special about the policy, and mark in words."""
        scope = self.question.scope
        parts = [wording.days(scope.start, scope.end, today=scope.end)]
        if name := self.figure.variant_names.get(self.variant):
            parts.append(name)
        parts += [_words(key, values) for key, values in scope.filters.items()]
        parts += policy_words(self.question.policy, of=self.figure)
        return " · ".join([*parts, *mark_words(self.mark)])

    @property
    def page_href(self) -> str:
        """The metrics page with the same question; most of its figures are not told by service."""
        return self.question.params.without(Segment.SERVICE.value).on(reverse("metrics"))

    @property
    def file_href(self) -> str:
        """All of the list as a file."""
        return self.params.on(reverse("metrics-export"))

    def page(self, after: str) -> tuple[list[Ticket], str]:
        """Fifty tickets after a number ("" for the first page), and the address of the next page,
        "" at the end. An unreadable number is the first page."""
        listed = with_around(self.found)
        if after.isdecimal() and len(after) < 19:
            listed = listed.filter(pk__lt=int(after))
        rows = list(listed[: PAGE + 1])
        if len(rows) <= PAGE:
            return rows, ""
        last = str(rows[PAGE - 1].pk)
        return rows[:PAGE], self.params.having(after=last).on(reverse("metrics-tickets"))


def with_around(listed: TicketQuerySet) -> QuerySet[Ticket]:
    """With what a row of the list or the file shows."""
    return listed.select_related(
        "customer", "organization", "category", "product", "team", "assignee", "facts"
    )


def read_drill(params: Params, *, reader: User, now: datetime) -> Drill:
    """Read the address of a list. Raises InvalidInput for what cannot be asked."""
    figure = get_figure(params.get("figure"))
    variant = figure.variant(params.get("variant"))
    part = params.get("part") or parts_of(figure)[0]
    if part not in parts_of(figure):
        known = ", ".join(parts_of(figure))
        raise InvalidInput(f"“{figure.key}” has no part “{part}”; choose from {known}.")
    question = read_question(params, now=now)
    mark = read_mark(params, is_business=question.clock == BUSINESS)
    return Drill(params, question, figure, part, variant, mark, reader)


def _words(key: str, values: tuple[str, ...]) -> str:
    names = labels(key, values)
    return f"{Segment(key).label} {', '.join(names[value] for value in values)}"
