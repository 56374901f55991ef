"""Whatever happens, in any order: what tickets mean to each other is as if measured at the end."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from metrics.fill import fill_touched
from metrics.models import TicketFacts
from tests.cast import Cast
from tests.metrics.fill.rows import all_facts, forget_facts
from tests.tickets.scenes import new_ticket
from tickets.choices import DONE_STATUSES, NO_ISSUE, OPEN_STATUSES
from tickets.models import Link, Ticket
from tickets.services.properties import change_properties
from tickets.services.relating import link, merge, unlink
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
            self.link, self.unlink, self.merge,
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
            reason = self.random.choice(["spam", "mistake", "withdrawn"])
            cancel(ticket, reason=reason, actor=self.cast.agent, at=self.now)

    def link(self) -> None:
        for ticket, other in zip(self.some(OPEN_STATUSES), self.some(DONE_STATUSES), strict=False):
            kind = self.random.choice(["follow_up", "duplicate"])
            pair = self.random.sample([ticket, other], 2)
            link(pair[0], other=pair[1], kind=kind, actor=self.cast.agent, at=self.now)

    def unlink(self) -> None:
        made = Link.objects.filter(corrections__isnull=True).select_related("ticket").first()
        if made is not None:
            unlink(made.ticket, link=made, actor=self.cast.agent, at=self.now)

    def merge(self) -> None:
        for ticket, other in zip(self.some(OPEN_STATUSES), self.some(DONE_STATUSES), strict=False):
            if ticket.customer_id == other.customer_id:
                merge(ticket, into=other, actor=self.cast.agent, at=self.now)

    def category(self) -> object:
        return self.random.choice([self.cast.category, self.cast.other_category, None])

    def some(self, statuses: frozenset[str]) -> list[Ticket]:
        found = list(Ticket.objects.filter(status__in=statuses).order_by("pk"))
        return [self.random.choice(found)] if found else []


def _next_linked(ticket: Ticket, since: datetime | None) -> float | None:
    """The plain definition: every ticket of the customer that came later and that an agent linked
    as follow-up or duplicate, or merged, unless it was none at all."""
    if since is None:
        return None
    pairs: list[tuple[Ticket, Ticket | None]] = [
        (one, earlier)
        for made in Link.objects.filter(corrections__isnull=True)
        for one, earlier in [(made.ticket, made.other), (made.other, made.ticket)]
        if made.kind == "duplicate" or one == made.ticket
    ]
    pairs += [(one, one.merged_into) for one in Ticket.objects.filter(merged_into__isnull=False)]
    later = [
        one.received_at
        for one, earlier in pairs
        if earlier == ticket
        and one.received_at > since
        and one.customer_id == ticket.customer_id
        and one.cancel_reason not in ("spam", "mistake")
    ]
    return (min(later) - since).total_seconds() if later else None


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
    assert facts.linked_followup_seconds == _next_linked(ticket, first)
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
