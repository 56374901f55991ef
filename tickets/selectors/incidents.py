"""Major incidents as pages show them: what is out, since when, and which tickets are part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from accounts.models import User
from tickets.choices import OutageImpact, Status
from tickets.models import Broadcast, BroadcastPart, Outage, Service, Ticket
from tickets.querysets import TicketQuerySet

MOST_CHILDREN = 200
MOST_BROADCASTS = 3
LATELY = timedelta(days=90)
LOOK_BACK = timedelta(hours=2)
"""How long before an outage was noticed tickets about it may have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one answer, or resolution, for all parts is. `refusals` are of tickets that the
    reader may see."""

    broadcast: Broadcast
    all: int
    done: int
    refused: int
    refusals: Sequence[BroadcastPart]

    @property
    def left(self) -> int:
        """How many are still to come."""
        return self.all - self.done - self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A major incident beside one ticket, which is it (`is_own`) or part of it. `number` is None
    where the reader may not open it; `children` are those that they may."""

    number: int | None
    is_own: bool
    outages: Sequence[Outage]
    is_cancelled: bool = False
    children: Sequence[Ticket] = ()
    broadcasts: Sequence[Progress] = ()

    @property
    def is_running(self) -> bool:
        """Whether any service is still out."""
        return any(outage.is_running for outage in self.outages)

    @property
    def is_busy(self) -> bool:
        """Whether parts are still being answered, resolved or taken out of it."""
        is_left = self.is_cancelled and any(child.is_open for child in self.children)
        return is_left or any(each.left for each in self.broadcasts)


def incident_of(ticket: Ticket, *, user: User) -> Incident | None:
    """The major incident that a ticket is, or is part of; None without one. One query, one more
    where there is one."""
    key = ticket.parent_id or ticket.pk
    outages = list(
        Outage.objects.filter(ticket=key, is_void=False)
        .select_related("service")
        .order_by("began_at", "pk")
    )
    if not outages and ticket.parent_id is None:
        return None
    visible = Ticket.objects.visible_to(user)
    if ticket.parent_id is not None:
        is_seen = visible.filter(pk=key).exists()
        return Incident(number=key if is_seen else None, is_own=False, outages=outages)
    children = visible.filter(parent=ticket).select_related("customer", "organization")
    return Incident(
        number=key,
        is_own=True,
        outages=outages,
        is_cancelled=ticket.status == Status.CANCELLED,
        children=list(children.order_by("pk")[:MOST_CHILDREN]),
        broadcasts=_broadcasts(ticket, visible),
    )


def _broadcasts(ticket: Ticket, visible: TicketQuerySet) -> list[Progress]:
    """How far what was done with all parts is, latest first. One query, and one for refusals."""
    done = Count("parts", filter=Q(parts__done_at__isnull=False, parts__refusal=""))
    refused = Count("parts", filter=~Q(parts__refusal=""))
    rows = ticket.broadcasts.annotate(all=Count("parts"), done=done, refused=refused)
    listed = list(rows[:MOST_BROADCASTS])
    refusals = BroadcastPart.objects.filter(
        broadcast__in=[row.pk for row in listed if row.refused], ticket__in=visible
    ).exclude(refusal="")
    by_broadcast: dict[int, list[BroadcastPart]] = defaultdict(list)
    for part in refusals if any(row.refused for row in listed) else ():
        by_broadcast[part.broadcast_id].append(part)
    return [
        Progress(
            broadcast=row,
            all=row.all,
            done=row.done,
            refused=row.refused,
            refusals=by_broadcast.get(row.pk, ()),
        )
        for row in listed
    ]


def likely_parts(ticket: Ticket, *, user: User) -> TicketQuerySet:
    """Open tickets that may be about the outages of a major incident: received lately, of a
    category or product of its services, or of its own category; newest first."""
    outages = ticket.outages.filter(is_void=False)
    began = outages.aggregate(first=Min("began_at"))["first"] or ticket.received_at
    services = outages.values("service")
    about = Q(category__services__in=services) | Q(product__services__in=services)
    if ticket.category_id:
        about |= Q(category=ticket.category_id)
    free = Ticket.objects.open().filter(parent=None, outages=None).exclude(pk=ticket.pk)
    keys = free.filter(about, received_at__gte=began - LOOK_BACK).order_by("-pk").values("pk")
    found = Ticket.objects.visible_to(user).filter(pk__in=keys)
    return found.select_related("customer", "organization").order_by("-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An outage that runs; `number` is its major incident, None where the reader may not open
    it."""

    outage: Outage
    number: int | None


def running_outages(user: User) -> list[Running]:
    """What is out now of the services that a reader may read of, latest first. One query; two
    where anything is."""
    found = Outage.objects.visible_to(user).running()
    listed = list(found.select_related("service").order_by("-began_at", "-pk"))
    if not listed:
        return []
    keys = [outage.ticket_id for outage in listed]
    seen = set(Ticket.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Running(outage=each, number=each.ticket_id if each.ticket_id in seen else None)
        for each in listed
    ]


def own_part(user: User, outage: Outage) -> Ticket | None:
    """The open ticket of a customer that is the outage's major incident, or part of it."""
    about = Q(parent=outage.ticket_id) | Q(pk=outage.ticket_id)
    return Ticket.objects.open().filter(about, customer=user).order_by("-pk").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An outage that a customer may read of, and their own open ticket about it. What they read is
    the service and the words that were written for them, never the incident itself."""

    outage: Outage
    own: Ticket | None = None


def known_outages(user: User) -> list[Known]:
    """What is out now of the services that a customer uses, latest first. One query; two where
    anything is."""
    running = Outage.objects.visible_to(user).running().select_related("service")
    return _with_own(user, running.order_by("-began_at", "-pk"))


def known_beside(ticket: Ticket, *, reader: User, is_by_link: bool) -> list[Known]:
    """What is out now beside what a customer's ticket is part of: of the services that they use.
    Whoever holds a link of theirs is told of services for all alone, and of no other ticket."""
    if is_by_link:
        running = Outage.objects.running().filter(service__is_for_all=True)
        found = running.select_related("service").order_by("-began_at", "-pk")
        known = [Known(outage=each) for each in found]
    else:
        known = known_outages(reader)
    return [each for each in known if each.outage.ticket_id != ticket.parent_id]


def _with_own(user: User, outages: Iterable[Outage]) -> list[Known]:
    listed = list(outages)
    if not listed:
        return []
    keys = [outage.ticket_id for outage in listed]
    about = Q(parent__in=keys) | Q(pk__in=keys)
    own = Ticket.objects.open().filter(about, customer=user).order_by("pk")
    by_incident = {ticket.parent_id or ticket.pk: ticket for ticket in own}
    return [Known(outage=each, own=by_incident.get(each.ticket_id)) for each in listed]


def known_of(ticket: Ticket) -> list[Outage]:
    """The outages of the major incident that a customer's ticket is part of; none costs nothing."""
    if ticket.parent_id is None:
        return []
    told = Outage.objects.filter(ticket=ticket.parent_id, is_void=False)
    return list(told.select_related("service").order_by("began_at", "pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """One service as customers see it: what is out now, and what was lately."""

    service: Service
    running: Sequence[Known]
    recent: Sequence[Outage]

    @property
    def is_down(self) -> bool:
        """Whether it cannot be used."""
        return any(each.outage.impact == OutageImpact.DOWN for each in self.running)


def service_states(user: User, *, now: datetime) -> list[ServiceState]:
    """How the services that somebody may read of stand, by name: a fixed number of queries."""
    services = list(Service.objects.visible_to(user).in_use(timezone.localdate(now)))
    lately = Q(ended_at__isnull=True) | Q(ended_at__gte=now - LATELY)
    told = Outage.objects.filter(lately, service__in=services, is_void=False)
    running: dict[int, list[Known]] = defaultdict(list)
    recent: dict[int, list[Outage]] = defaultdict(list)
    for each in _with_own(user, told.select_related("service").order_by("-began_at", "-pk")):
        if each.outage.is_running:
            running[each.outage.service_id].append(each)
        else:
            recent[each.outage.service_id].append(each.outage)
    return [
        ServiceState(service=one, running=running[one.pk], recent=recent[one.pk])
        for one in services
    ]
