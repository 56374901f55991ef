"""Admin of business calendars: weekly hours, holidays, time zone."""

from __future__ import annotations

import zoneinfo
from datetime import time

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from accounts.admin import KeptAdmin
from tickets.errors import InvalidInput
from tickets.models import BusinessCalendar, CalendarSlot, Holiday
from tickets.services.calendars import resolve_holidays


class CalendarForm(forms.ModelForm[BusinessCalendar]):
    """A calendar whose time zone exists."""

    class Meta:
        model = BusinessCalendar
        fields = ("name", "time_zone", "holiday_country", "is_round_the_clock", "is_default")

    def clean_time_zone(self) -> str:
        """Refuse a name that the time zone database does not know."""
        name: str = self.cleaned_data["time_zone"]
        if name not in zoneinfo.available_timezones():
            raise forms.ValidationError("Write an IANA name, such as Europe/Amsterdam.")
        return name


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


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(KeptAdmin):
    """Calendars that business time is counted by."""

    form = CalendarForm
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
