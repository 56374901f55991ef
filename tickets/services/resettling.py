"""Asking for promises to be settled anew though no ledger grew: a tier, the category tree or a
calendar has changed. It marks the tickets as of now; the watch, or the next command on each,
follows as of that moment (see following.py). Call these in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organization
from tickets.choices import OPEN_STATUSES
from tickets.models import BusinessCalendar, Category, SlaTarget, Ticket
from tickets.querysets import TicketQuerySet
from tickets.selectors.rulebook import tickets_by_calendar

CHUNK = 2_000
A_DAY = timedelta(days=1)


def tier_changed(organization: Organization) -> int:
    """Have the open tickets of an organization asked anew which policy holds; return how many."""
    return _mark(Ticket.objects.open().filter(organization=organization))


def category_moved(category: Category) -> int:
    """The same for open tickets of a category that has another parent, and of those below it."""
    below = frozenset(_with_all_below(category.pk))
    return _mark(Ticket.objects.open().filter(category__in=below))


def calendar_changed(calendar: BusinessCalendar, *, since: date | None = None) -> int:
    """Have due times by a calendar counted anew: of open tickets, and of done ones, whose verdicts
    follow. `since` is the first date that is another: what ended before needs nothing; None: all
    are. Return how many tickets are marked."""
    promised = Exists(SlaTarget.objects.filter(ticket=OuterRef("pk")))
    tickets = tickets_by_calendar(calendar.pk).filter(promised)
    if since is not None:
        # A local date begins up to a day before the same date in UTC.
        moment = datetime.combine(since, time.min, UTC) - A_DAY
        tickets = tickets.filter(Q(status__in=OPEN_STATUSES) | Q(status_since__gte=moment))
    return _mark(tickets)


@transaction.atomic
def _mark(tickets: TicketQuerySet) -> int:
    """Locks in the order of numbers, as commands do. What was marked before stays so since then;
    what no policy was ever asked for is asked anyway."""
    asked = tickets.filter(sla_revision__gt=0).order_by("pk").select_for_update(of=("self",))
    keys = list(asked.values_list("pk", flat=True))
    now = timezone.now()
    for start in range(0, len(keys), CHUNK):
        Ticket.objects.filter(pk__in=keys[start : start + CHUNK]).update(
            sla_stale_since=Coalesce(F("sla_stale_since"), now)
        )
    return len(keys)


def _with_all_below(root: int) -> Iterator[int]:
    level = [root]
    while level:
        yield from level
        level = list(Category.objects.filter(parent__in=level).values_list("pk", flat=True))
