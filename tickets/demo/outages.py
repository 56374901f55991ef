"""What failed on the demo desk in its year: a few services, and the major incidents that told of
their outages, made of tickets that are there already."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from tickets.choices import Capacity, LinkKind, OutageEventKind, OutageImpact, Source
from tickets.demo.desk import Desk
from tickets.ledger import Action, append_all
from tickets.models import Service, ServiceAgreement, Ticket
from tickets.services.outages import settle_outages

PAST: Final = 3
MOST_PARTS: Final = 8
SIBLINGS_WITHIN: Final = timedelta(hours=30)
LASTED_MINUTES: Final = (35, 260)
APART: Final = timedelta(days=20)
AGREED_FOR: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Plan:
    """A service: what customers read, its categories, whether it is kept up in office hours only,
    its target, and what was said of its outages: while it lasted, and afterwards."""

    name: str
    description: str
    categories: tuple[str, ...]
    is_office_hours: bool
    target: str
    during: str
    after: str


PLANS: Final = (
    Plan(
        "Warehouse system",
        "Stock, orders and reports, in the browser and on handhelds.",
        ("Performance", "Stock", "Orders", "Reports"),
        is_office_hours=False,
        target="99.500",
        during="The warehouse system answers slowly or not at all. A database server has failed; "
        "we are moving to the second one.",
        after="A failed database server was replaced. Orders sent meanwhile are complete.",
    ),
    Plan(
        "Sign-in",
        "Signing in, with a password or by your company.",
        ("Access",),
        is_office_hours=False,
        target="99.900",
        during="Signing in fails for many. Who is signed in can go on working.",
        after="A certificate had run out. It is renewed, and now watched.",
    ),
    Plan(
        "ERP exchange",
        "Orders and stock levels to and from your own system.",
        ("Integration",),
        is_office_hours=True,
        target="99.700",
        during="Messages to your system are held up. None is lost: they are sent once it works.",
        after="The queue was stuck after an update. All messages have been sent.",
    ),
)


def store_outages(desk: Desk, *, until: datetime, seed: int) -> int:
    """Store services, and a few outages with their parts; return how many outages. The same seed
    gives the same data. Call it inside a transaction, after the tickets."""
    rng = Random(f"{seed} outages")  # noqa: S311  # a story, not a secret
    services = [_store_service(plan, desk, until=until) for plan in PLANS]
    taken: set[int] = set()
    stored = 0
    for plan, service in zip(PLANS, services, strict=True):
        found = _worst(_candidates(plan, until=until), taken=taken)
        for incident, siblings in found[: PAST if plan is PLANS[0] else 1]:
            taken |= {incident.pk, *(each.pk for each in siblings)}
            lasted = timedelta(minutes=rng.randint(*LASTED_MINUTES))
            _store_past(plan, service, incident, siblings, lasted=lasted, until=until)
            stored += 1
    return stored + _store_running(PLANS[0], services[0], taken=taken, until=until)


def _store_service(plan: Plan, desk: Desk, *, until: datetime) -> Service:
    service = Service.objects.create(name=plan.name, description=plan.description)
    found = [row for path, row in desk.categories.items() if path[0] in plan.categories]
    service.categories.set(found)
    ServiceAgreement.objects.create(
        service=service,
        valid_from=(until - AGREED_FOR).date(),
        calendar=desk.calendar if plan.is_office_hours else None,
        target_percent=Decimal(plan.target),
    )
    return service


def _candidates(plan: Plan, *, until: datetime) -> list[Ticket]:
    """Tickets about the service that were resolved, by receipt."""
    about = Ticket.objects.filter(category__parent__name__in=plan.categories)
    rows = about.done().filter(received_at__lt=until - SIBLINGS_WITHIN).exclude(assignee=None)
    return list(rows.order_by("received_at", "pk"))


Found = list[tuple[Ticket, list[Ticket]]]


def _worst(candidates: Sequence[Ticket], *, taken: set[int]) -> Found:
    """The tickets that were followed by the most others about the same, those first; no two of
    them within weeks of each other."""
    rated = []
    for place, ticket in enumerate(candidates):
        if ticket.pk in taken:
            continue
        end = ticket.received_at + SIBLINGS_WITHIN
        after = (each for each in candidates[place + 1 :] if each.received_at <= end)
        others = [e for e in after if e.customer_id != ticket.customer_id and e.pk not in taken]
        rated.append((ticket, others[:MOST_PARTS]))
    rated.sort(key=lambda pair: (-len(pair[1]), pair[0].pk))
    found: Found = []
    for ticket, others in rated:
        if all(abs(ticket.received_at - other.received_at) > APART for other, _ in found):
            found.append((ticket, others))
    return found


def _store_past(
    plan: Plan,
    service: Service,
    incident: Ticket,
    parts: Iterable[Ticket],
    *,
    lasted: timedelta,
    until: datetime,
) -> None:
    began = incident.received_at
    action = _action(incident, incident, at=began, until=until)
    opened = action.tell_outage(
        OutageEventKind.BEGAN,
        at=began,
        service=service,
        impact=OutageImpact.DOWN,
        words=plan.during,
    )
    action.tell_outage(OutageEventKind.ENDED, at=began + lasted, opened=opened, words=plan.after)
    _store(action, parts, until=until)


def _store_running(plan: Plan, service: Service, *, taken: set[int], until: datetime) -> int:
    """Let the service be slow now, where there is live work about it; return how many outages."""
    about = Ticket.objects.open().filter(category__parent__name__in=plan.categories)
    free = about.exclude(pk__in=taken).filter(received_at__lt=until).order_by("-received_at", "-pk")
    held = free.exclude(assignee=None).filter(live_contact=None, pending_escalation=None)
    incident = held.first()
    if incident is None:
        return 0
    others = free.filter(received_at__gte=incident.received_at - SIBLINGS_WITHIN)
    parts = others.exclude(pk=incident.pk).exclude(customer=incident.customer_id)[:MOST_PARTS]
    action = _action(incident, incident, at=incident.received_at, until=until)
    action.tell_outage(
        OutageEventKind.BEGAN,
        at=max(incident.received_at, until - timedelta(hours=2)),
        service=service,
        impact=OutageImpact.DEGRADED,
        words="The warehouse system is slow at the moment. We know the cause and work on it.",
    )
    _store(action, parts, until=until)
    return 1


def _action(ticket: Ticket, incident: Ticket, *, at: datetime, until: datetime) -> Action:
    return Action(
        ticket=ticket,
        actor=incident.assignee,
        capacity=Capacity.AGENT,
        source=Source.WEB,
        at=at,
        recorded_at=until,
        # The same ticket again gives the same: a seeded desk is the same desk.
        action_id=uuid.uuid5(ticket.access_key, "outage"),
    )


def _store(action: Action, parts: Iterable[Ticket], *, until: datetime) -> None:
    """Store what an incident tells, and which tickets are part of it."""
    incident = action.ticket
    actions = [action]
    for part in parts:
        at = max(part.received_at, incident.received_at)
        linking = _action(part, incident, at=at, until=until)
        linking.link(LinkKind.CHILD_OF, incident)
        actions.append(linking)
    append_all(actions, also=("parent",))
    settle_outages(incident)
