"""Services that a desk of tests keeps up."""

from __future__ import annotations

from datetime import date

from tickets.models import BusinessCalendar, Service, ServiceAgreement

LONG_AGO = date(2020, 1, 1)


def make_service(
    name: str = "Mail",
    *,
    calendar: BusinessCalendar | None = None,
    target: str | None = "99.500",
    since: date = LONG_AGO,
    is_for_all: bool = True,
) -> Service:
    """Store a service that is agreed on since a day; `calendar` None is round the clock."""
    service = Service.objects.create(name=name, is_for_all=is_for_all)
    ServiceAgreement.objects.create(
        service=service, valid_from=since, calendar=calendar, target_percent=target
    )
    return service
