"""Facts about what came after a resolution: on the ticket itself, and as new tickets. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.facts.replay import Replay
from metrics.history import History, Place
from tickets.calendars import BusinessTime
from tickets.choices import Capacity, Direction
from tickets.contacts import counts_as_speech, is_inside


@dataclass(frozen=True, kw_only=True)
class OwnFollowup:
    """From the first resolution to a reopen or a customer's contact on the same ticket."""

    own_followup_seconds: float | None
    own_followup_days: int | None


@dataclass(frozen=True, kw_only=True)
class LaterTickets:
    """When other tickets came: the next one after the first resolution, by what it shares with this
    one, and the next one after the last. None: none came."""

    linked: datetime | None = None
    category: datetime | None = None
    customer: datetime | None = None
    organization: datetime | None = None
    issue_customer: datetime | None = None
    issue_customer_category: datetime | None = None
    issue_organization: datetime | None = None
    issue_organization_category: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LaterFacts:
    """Field names are those of `TicketFacts`: the facts of a ticket that other tickets tell."""

    linked_followup_seconds: float | None = None
    linked_followup_days: int | None = None
    category_followup_seconds: float | None = None
    category_followup_days: int | None = None
    customer_followup_seconds: float | None = None
    customer_followup_days: int | None = None
    organization_followup_seconds: float | None = None
    organization_followup_days: int | None = None
    next_issue_customer_seconds: float | None = None
    next_issue_customer_category_seconds: float | None = None
    next_issue_organization_seconds: float | None = None
    next_issue_organization_category_seconds: float | None = None


def own_followup(history: History, replay: Replay, business: BusinessTime) -> OwnFollowup:
    """Measure one ticket. An acknowledgement is no follow-up, nor is what a customer still says in
    a live contact in which the ticket was resolved."""
    first = replay.first_resolution
    if first is None:
        return OwnFollowup(own_followup_seconds=None, own_followup_days=None)
    reopened = [change.at for change in replay.reopens]
    contacted = _customer_contacts(history, after=first.row.place)
    event = min([*reopened, *contacted], default=None)
    return OwnFollowup(
        own_followup_seconds=_seconds(first.at, event),
        own_followup_days=_days(business, first.at, event),
    )


def later_facts(
    first: datetime | None, last: datetime | None, later: LaterTickets, business: BusinessTime
) -> LaterFacts:
    """Measure from the first and the last resolution (None: not resolved) to the later tickets."""
    events = {later.linked, later.category, later.customer, later.organization}
    days = {event: _days(business, first, event) for event in events}
    return LaterFacts(
        linked_followup_seconds=_seconds(first, later.linked),
        linked_followup_days=days[later.linked],
        category_followup_seconds=_seconds(first, later.category),
        category_followup_days=days[later.category],
        customer_followup_seconds=_seconds(first, later.customer),
        customer_followup_days=days[later.customer],
        organization_followup_seconds=_seconds(first, later.organization),
        organization_followup_days=days[later.organization],
        next_issue_customer_seconds=_seconds(last, later.issue_customer),
        next_issue_customer_category_seconds=_seconds(last, later.issue_customer_category),
        next_issue_organization_seconds=_seconds(last, later.issue_organization),
        next_issue_organization_category_seconds=_seconds(last, later.issue_organization_category),
    )


def _customer_contacts(history: History, *, after: Place) -> list[datetime]:
    """When the customer came back: by a call of their own, or in writing."""
    if not history.has_contact_record:
        return []
    before = [call for call in history.live if call.place < after]
    called = [
        call.occurred_at
        for call in history.live
        if call.place > after and call.direction == Direction.INBOUND
    ]
    wrote = [
        message.occurred_at
        for message in history.messages
        if message.place > after
        and message.author_capacity == Capacity.CUSTOMER
        and counts_as_speech(message)
        and not any(
            is_inside(message.occurred_at, call.occurred_at, call.ended_at) for call in before
        )
    ]
    return [*called, *wrote]


def _seconds(start: datetime | None, event: datetime | None) -> float | None:
    return None if start is None or event is None else (event - start).total_seconds()


def _days(business: BusinessTime, start: datetime | None, event: datetime | None) -> int | None:
    return None if start is None or event is None else business.days_until(start, event)
