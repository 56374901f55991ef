"""Saving a tier, a category's parent or a calendar in the admin: open tickets follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.choices import CustomerTier
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.tickets.sla.desk import DAY, HOUR, policy_of, promise, stored
from tickets.models import CalendarSlot, Category, Ticket
from tickets.services.calendars import resolve_holidays
from tickets.services.watching import follow_changes


def save(admin: Client, row: Any, **values: Any) -> None:
    """Save an admin page as it stands, with some values changed."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    page = admin.get(address)
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    data = {
        form.add_prefix(name): form[name].value()
        for form in forms
        for name in form.fields
        if form[name].value() is not None and form[name].value() is not False
    }
    answer = admin.post(address, data | values)
    assert answer.status_code == 302, answer.context["errors"]


def stale() -> int:
    return Ticket.objects.filter(sla_stale_since__isnull=False).count()


def test_another_tier(cast: Cast, now: datetime, admin: Client) -> None:
    promise("Premier", position=1, resolution=60, tiers=(CustomerTier.PREMIER,))
    promise("Everybody", position=2, resolution=600)
    ticket = new_ticket(cast, at=now)
    save(admin, cast.organization, notes="Nice people.")
    assert stale() == 0
    save(admin, cast.organization, tier=CustomerTier.STANDARD)
    assert stale() == 1
    follow_changes(now + DAY)
    assert (policy_of(ticket), stale()) == ("Everybody", 0)


def test_another_parent(cast: Cast, now: datetime, admin: Client) -> None:
    promise(resolution=60, asks={"categories": cast.other_category})
    ticket = new_ticket(cast, at=now, category=cast.category)
    save(admin, cast.category, name="VPN and more")
    assert stale() == 0
    save(admin, Category.objects.get(pk=cast.category.pk), parent=cast.other_category.pk)
    assert stale() == 1
    follow_changes(now + DAY)
    assert policy_of(ticket) == "Everybody"


def test_other_hours_a_holiday_and_another_zone(
    cast: Cast, now: datetime, admin: Client, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    promise(resolution=60, target={"is_business": True})
    ticket = new_ticket(cast)

    def due_after(**values: Any) -> datetime | None:
        save(admin, cast.calendar, **values)
        follow_changes(now)
        return stored(ticket, "resolution").due_at

    assert due_after(name="Hours") == now + HOUR
    monday = "slots-0-opens"
    assert CalendarSlot.objects.order_by("weekday")[0].weekday == 0
    assert due_after(**{monday: "12:00"}) == now + 3 * HOUR
    holiday = {
        "holidays-TOTAL_FORMS": 1,
        "holidays-0-on_date": "2026-03-02",
        "holidays-0-name": "Founders' day",
        "holidays-0-calendar": cast.calendar.pk,
    }
    assert due_after(**holiday) == now + DAY
    assert due_after(time_zone="America/New_York") == now + DAY + 6 * HOUR
    assert due_after(is_round_the_clock="on") == now + HOUR


def test_the_holidays_of_a_country(cast: Cast, now: datetime, time_machine: Any) -> None:
    """The first of January is closed once somebody asks for it."""
    eve = now.replace(year=2025, month=12, day=31, hour=15, minute=30)
    time_machine.move_to(eve, tick=False)
    promise(resolution=60, target={"is_business": True})
    ticket = new_ticket(cast)
    new_year = date(2026, 1, 1)
    assert stored(ticket, "resolution").due_at == eve.replace(
        year=2026, month=1, day=new_year.day, hour=8
    )
    cast.calendar.holiday_country = "NL"
    cast.calendar.save()
    assert resolve_holidays(cast.calendar, [2025, 2026]) > 0
    assert stale() == 1
    follow_changes(eve)
    due_at = stored(ticket, "resolution").due_at
    assert due_at is not None
    assert due_at.date() == date(2026, 1, 2)
