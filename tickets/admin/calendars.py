"""Admin of business calendars: weekly hours, holidays, time zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from accounts.admin import KeptAdmin
from tickets.errors import InvalidInput
from tickets.models import BusinessCalendar, CalendarSlot, Holiday
from tickets.services.calendars import resolve_holidays
from tickets.services.nudge import nudge_on_commit
from tickets.services.resettling import calendar_changed

# What of a calendar itself changes every open hour.
COUNTED_BY = frozenset({"time_zone", "is_round_the_clock"})


class SlotForm(forms.ModelForm[CalendarSlot]):
    """Open hours that end after they begin; midnight as the end is the end of the day."""

    class Meta:
        model = CalendarSlot
        fields = ("weekday", "opens", "closes")

    def clean(self) -> dict[str, object]:
        """Refuse hours that end before they begin."""
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes != time(0) and closes <= opens:
            self.add_error("closes", "Choose an end after the beginning; 00:00 is midnight.")
        return cleaned


class SlotInline(admin.TabularInline[CalendarSlot, BusinessCalendar]):
    """Weekly open hours."""

    model = CalendarSlot
    form = SlotForm
    extra = 0


class HolidayInline(admin.TabularInline[Holiday, BusinessCalendar]):
    """Closed dates; those of the country are filled in by the action of the list."""

    model = Holiday
    fields = ("on_date", "name")
    extra = 0


def _since(edited: Iterable[forms.ModelForm[Any]]) -> date | None:
    """The first date that another holiday is on, before or after; None where hours changed, which
    are the same in every week."""
    dates = [
        moment
        for form in edited
        for moment in (form.initial.get("on_date"), form.cleaned_data.get("on_date"))
        if moment is not None
    ]
    is_hours = any("weekday" in form.fields for form in edited)
    return None if is_hours else min(dates, default=None)


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(KeptAdmin):
    """Calendars that business time is counted by."""

    fields = ("name", "time_zone", "holiday_country", "is_round_the_clock", "is_default")
    list_display = (
        "name",
        "time_zone",
        "holiday_country",
        "is_round_the_clock",
        "is_default",
        "holiday_count",
    )
    list_filter = ("is_default", "is_round_the_clock")
    search_fields = ("name", "time_zone")
    inlines = (SlotInline, HolidayInline)
    actions = ("fill_holidays",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BusinessCalendar]:
        """Count the holidays in the same query."""
        calendars: QuerySet[BusinessCalendar] = super().get_queryset(request)
        return calendars.annotate(n_holidays=Count("holidays"))

    @admin.display(description="holidays", ordering="n_holidays")
    def holiday_count(self, calendar: BusinessCalendar) -> int:
        """Return how many closed dates the calendar knows."""
        count: int = getattr(calendar, "n_holidays", 0)
        return count

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save hours and holidays; due times follow, and whoever keeps figures is woken."""
        super().save_related(request, form, formsets, change)
        edited = [each for formset in formsets for each in formset.forms if each.has_changed()]
        is_all = not COUNTED_BY.isdisjoint(form.changed_data)
        if change and (edited or is_all):
            calendar_changed(form.instance, since=None if is_all else _since(edited))
        nudge_on_commit()

    @admin.action(permissions=["change"], description="Fill in the holidays of the country")
    def fill_holidays(self, request: HttpRequest, queryset: QuerySet[BusinessCalendar]) -> None:
        """Store the country's dates of the years around this one; what is there stays."""
        for calendar in queryset:
            try:
                count = resolve_holidays(calendar)
            except InvalidInput as fault:
                messages.error(request, f"{calendar}: {fault.message}")
            else:
                messages.success(request, f"{calendar}: {count} holidays are new.")
