"""Availability: outages of the facts against what was agreed, for every service and day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from metrics.availability import (
    AgreedService,
    Agreement,
    DownTime,
    ServiceDay,
    Window,
    service_days,
)
from metrics.models import OutageFact
from metrics.query.counting import Question, narrowed
from metrics.query.scope import Scope
from metrics.query.tally import Tallies
from metrics.registry import Figure
from metrics.segments import Segment
from metrics.terms import Terms
from metrics.zone import day_of, days_between, end_of, start_of
from tickets.models import Service, ServiceAgreement, Ticket


def add_available(found: Tallies, figures: Iterable[Figure], asked: Question) -> None:
    """Count figures of agreed time. Four queries, and those of the calendars."""
    grouping = asked.grouping
    cuts = [cut for cut in grouping.all_cuts if cut in ("", Segment.SERVICE)]
    listed = list(figures)
    for one in _counted(asked):
        for cut in cuts:
            named = found[
                grouping.group(one.day if grouping.by_day else None, cut, one.service_key)
            ]
            for figure in listed:
                tally = named[figure.key, figure.variant("")]
                tally.numerator += one.agreed - one.out
                tally.denominator += one.agreed


def _counted(asked: Question) -> Iterator[ServiceDay]:
    scope = asked.scope
    services = load_services(scope.filters.get(Segment.SERVICE))
    days = counted_days(scope, asked.grouping.days) if services else []
    if not days:
        return iter(())
    windows = [window_of(day, scope.as_of) for day in days]
    until = windows[-1][1][1]
    return service_days(services, _down(days[0], until), windows, asked.terms.calendars)


def counted_days(scope: Scope, days: Collection[date] | None) -> list[date]:
    """The days of the scope that have begun, from the desk's first ticket on."""
    first = first_day()
    last = min(scope.end, day_of(scope.as_of))
    if first is None:
        return []
    listed = days_between(max(scope.start, first), last)
    return [day for day in listed if days is None or day in days]


def first_day() -> date | None:
    """The day of the desk's first ticket: nobody could tell of an outage before it."""
    first = Ticket.objects.aggregate(first=Min("received_at"))["first"]
    return None if first is None else day_of(first)


def window_of(day: date, as_of: datetime) -> Window:
    """The part of a day that counts: all of it, or up to now while it lasts."""
    return day, (start_of(day), max(start_of(day), min(end_of(day), as_of)))


def load_services(keys: Sequence[str] | None = None) -> list[AgreedService]:
    """Services with what was agreed about them, by key. Two queries."""
    agreed: dict[int, list[Agreement]] = {}
    rows = ServiceAgreement.objects.order_by("service_id", "valid_from")
    columns = ("service_id", "valid_from", "calendar_id", "target_percent")
    for service, valid_from, calendar, target in rows.values_list(*columns):
        told = Agreement(valid_from, calendar, target is not None)
        agreed.setdefault(service, []).append(told)
    listed = Service.objects.order_by("pk").filter(pk__in=agreed)
    if keys is not None:
        listed = listed.filter(pk__in=[int(key or 0) for key in keys])
    return [
        AgreedService(key, tuple(agreed[key]), retired_on)
        for key, retired_on in listed.values_list("pk", "retired_on")
    ]


def _down(first: date, until: datetime) -> Iterator[DownTime]:
    rows = touching(start_of(first), until).filter(is_down=True)
    columns = ("service_key", "began_at", "ended_at", "ticket_id")
    return (DownTime(*row) for row in rows.values_list(*columns))


def touching(start: datetime, until: datetime) -> QuerySet[OutageFact]:
    """Outages that lasted into a stretch of time."""
    lasting = Q(ended_at__gt=start) | Q(ended_at__isnull=True)
    return OutageFact.objects.order_by().filter(lasting, began_at__lt=until)


def outage_rows(figure: Figure, scope: Scope, terms: Terms) -> QuerySet[Any, Any]:
    """The outages that took agreed time from the scope, of whoever told of any: what a drill-down
    opens. Those of nights and of services without an agreement cost nothing."""
    took = {key for one in _counted(Question(scope, terms)) for key in one.tickets}
    until = min(end_of(scope.end), scope.as_of)
    rows = touching(start_of(scope.start), until).filter(is_down=True, ticket__in=took)
    return rows.filter(narrowed(figure.source, scope.filters))


def agreed_targets(day: date) -> dict[str, float]:
    """By service, the availability in per cent that was agreed for a day; those without one are
    left out. One query."""
    rows = ServiceAgreement.objects.filter(valid_from__lte=day).order_by("valid_from")
    last = dict(rows.values_list("service_id", "target_percent"))
    return {str(key): float(target) for key, target in last.items() if target is not None}
