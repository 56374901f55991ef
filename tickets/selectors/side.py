"""What stands beside a ticket: its customer, their organization, related tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from accounts.models import User
from accounts.zones import known_zone
from tickets.choices import OPEN_STATUSES, CorrectionKind, LinkKind
from tickets.models import CustomField, Link, Tag, Ticket, Watcher
from tickets.querysets import TicketQuerySet
from tickets.selectors.history import History

RECENT = 5
IS_OPEN = Q(status__in=OPEN_STATUSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A ticket that is linked, and how it reads from here; `link` is set where it can be removed
    here."""

    words: str
    ticket: Ticket
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Everything of the side panel that is not on the ticket itself. Counts are of tickets that the
    reader may see."""

    customer_open: int
    customer_all: int
    organization_open: int | None
    customer_zone: ZoneInfo | None
    """The zone that the customer chose, if any."""
    recent: Sequence[Ticket]
    related: Sequence[Related]
    tags: Sequence[Tag]
    watchers: Sequence[Watcher]
    """Who follows it beside its customer, by name."""
    custom: Sequence[tuple[str, str]]
    """What the desk's own fields hold, by their labels."""


def around(ticket: Ticket, history: History, *, user: User) -> Side:
    """Read what stands beside a ticket, in few queries."""
    visible = Ticket.objects.visible_to(user)
    of_customer = visible.filter(customer=ticket.customer_id)
    counts = of_customer.aggregate(all=Count("pk"), open=Count("pk", filter=IS_OPEN))
    organization_id = ticket.organization_id
    return Side(
        customer_open=counts["open"],
        customer_all=counts["all"],
        organization_open=(
            visible.filter(IS_OPEN, organization=organization_id).count()
            if organization_id
            else None
        ),
        customer_zone=known_zone(ticket.customer.time_zone),
        recent=list(of_customer.exclude(pk=ticket.pk).order_by("-received_at")[:RECENT]),
        related=_related(ticket, history, visible=visible),
        tags=list(ticket.tags.all()),
        watchers=list(ticket.watchers.select_related("user").order_by("user__name", "pk")),
        custom=_custom(ticket),
    )


def _custom(ticket: Ticket) -> list[tuple[str, str]]:
    """The filled fields in the desk's order; what an import brought along has no label but its
    key."""
    if not ticket.custom:
        return []
    names = dict(CustomField.objects.filter(key__in=ticket.custom).values_list("key", "label"))
    keys = [*names, *(key for key in ticket.custom if key not in names)]
    return [
        (names.get(key, key), _written(ticket.custom[key]))
        for key in keys
        if ticket.custom[key] not in (None, "")
    ]


def _written(value: object) -> str:
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def _related(ticket: Ticket, history: History, *, visible: TicketQuerySet) -> list[Related]:
    """Links in both directions, to tickets that the reader may see."""
    removed = history.removed_link_ids
    linked = [link for link in history.links if link.pk not in removed]
    seen = set(
        visible.filter(pk__in=[link.other_id for link in linked]).values_list("pk", flat=True)
    )
    own = [
        Related(words=link.get_kind_display(), ticket=link.other, link=link)
        for link in linked
        if link.other_id in seen
    ]
    others = (
        Link.objects.filter(other=ticket, ticket__in=visible)
        .exclude(kind=LinkKind.CHILD_OF)  # a major incident may have hundreds, told apart
        .exclude(corrections__kind=CorrectionKind.LINK_REMOVED)
        .select_related("ticket")
    )
    return own + [
        Related(words=f"It is {link.get_kind_display().lower()} this", ticket=link.ticket)
        for link in others
    ]
