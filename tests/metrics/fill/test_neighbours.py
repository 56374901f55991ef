"""Whatever happens, in any order: what tickets mean to each other is as if measured at the end."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from metrics.fill import fill_touched
from metrics.fill.neighbours import NO_ISSUE
from metrics.models import TicketFacts
from tests.cast import Cast
from tests.metrics.fill.rows import all_facts, forget_facts
from tests.tickets.scenes import new_ticket
from tickets.choices import DONE_STATUSES, OPEN_STATUSES
from tickets.models import Ticket
from tickets.services.properties import change_properties
from tickets.services.relating import link, merge
from tickets.services.states import cancel, reopen, resolve

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


class Desk:
    """Does something at random, an hour after the last thing."""

    def __init__(self, cast: Cast, *, seed: int, start: datetime) -> None:
        self.cast = cast
        self.random = random.Random(seed)
        self.now = start

    def act(self) -> None:
        """Do one thing."""
        self.now += HOUR
        acts: list[Callable[[], object]] = [
            self.open, self.open, self.resolve, self.resolve, self.reopen, self.sort, self.cancel,
            self.link, self.merge,
        ]  # fmt: skip
        self.random.choice(acts)()

    def open(self) -> None:
        cast = self.cast
        who = self.random.choice([cast.customer, cast.colleague, cast.other_customer])
        late = self.random.choice([0, 0, 0, 30]) * HOUR
        at = self.now - late
        new_ticket(cast, at=at, customer=who, actor=cast.agent, category=self.category())

    def resolve(self) -> None:
        for ticket in self.some(OPEN_STATUSES):
            resolve(ticket, resolution_code="solved", actor=self.cast.agent, at=self.now)

    def reopen(self) -> None:
        for ticket in self.some(DONE_STATUSES):
            reopen(ticket, reason="Again.", actor=self.cast.agent, at=self.now)

    def sort(self) -> None:
        for ticket in self.some(OPEN_STATUSES | DONE_STATUSES):
            changes = {"category": self.category()}
            change_properties(ticket, changes=changes, actor=self.cast.agent, at=self.now)

    def cancel(self) -> None:
        for ticket in self.some(OPEN_STATUSES):
            reason = self.random.choice(["spam", "withdrawn"])
            cancel(ticket, reason=reason, actor=self.cast.agent, at=self.now)

    def link(self) -> None:
        for ticket, other in zip(self.some(OPEN_STATUSES), self.some(DONE_STATUSES), strict=False):
            link(ticket, other=other, kind="follow_up", actor=self.cast.agent, at=self.now)

    def merge(self) -> None:
        for ticket, other in zip(self.some(OPEN_STATUSES), self.some(DONE_STATUSES), strict=False):
            if ticket.customer_id == other.customer_id:
                merge(ticket, into=other, actor=self.cast.agent, at=self.now)

    def category(self) -> object:
        return self.random.choice([self.cast.category, self.cast.other_category, None])

    def some(self, statuses: frozenset[str]) -> list[Ticket]:
        found = list(Ticket.objects.filter(status__in=statuses).order_by("pk"))
        return [self.random.choice(found)] if found else []


def _next_issue(ticket: Ticket, since: datetime | None, **same: bool) -> float | None:
    """The plain definition: look at every ticket there is."""
    if since is None:
        return None
    later = [
        other.received_at
        for other in Ticket.objects.all()
        if other.received_at > since
        and other.cancel_reason not in NO_ISSUE
        and all(getattr(other, name) == getattr(ticket, name) is not None for name in same)
    ]
    return (min(later) - since).total_seconds() if later else None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_filled_as_it_happens_or_at_the_end_it_is_the_same(
    cast: Cast, now: datetime, seed: int
) -> None:
    desk = Desk(cast, seed=seed, start=now)
    for _ in range(70):
        desk.act()
        if desk.random.random() < 0.5:
            fill_touched(limit=desk.random.choice([1, 2, None]))
    fill_touched()
    as_it_happened = all_facts()
    for facts in TicketFacts.objects.select_related("ticket"):
        _check(facts)
    forget_facts()
    fill_touched()
    assert all_facts() == as_it_happened


def _check(facts: TicketFacts) -> None:
    ticket = facts.ticket
    first = None if facts.is_cancelled else facts.first_resolved_at
    last = facts.last_resolved_at
    customer = {"customer_id": True}
    category = {"category_id": True}
    organization = {"organization_id": True}
    assert facts.customer_followup_seconds == _next_issue(ticket, first, **customer)
    assert facts.category_followup_seconds == _next_issue(ticket, first, **customer, **category)
    assert facts.organization_followup_seconds == _next_issue(ticket, first, **organization)
    assert facts.next_issue_customer_seconds == _next_issue(ticket, last, **customer)
    assert facts.next_issue_customer_category_seconds == _next_issue(
        ticket, last, **customer, **category
    )
    assert facts.next_issue_organization_seconds == _next_issue(ticket, last, **organization)
    assert facts.next_issue_organization_category_seconds == _next_issue(
        ticket, last, **organization, **category
    )
