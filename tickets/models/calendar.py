"""Business calendars as stored; what they mean in time is computed in tickets/calendars.py."""

from __future__ import annotations

from django.db import models

from accounts.zones import check_zone


class BusinessCalendar(models.Model):
    """Weekly open hours in a time zone, less holidays."""

    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(
        max_length=64,
        help_text="An IANA name, such as Europe/Amsterdam.",
        validators=[check_zone],
    )
    holiday_country = models.CharField(
        max_length=8, blank=True, help_text="ISO code, such as NL or DE-BY. Empty: none."
    )
    is_default = models.BooleanField(default=False)
    is_round_the_clock = models.BooleanField(
        default=False, help_text="Always open: slots and holidays are ignored."
    )

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("is_default",),
                condition=models.Q(is_default=True),
                name="calendar_one_default",
            ),
        )

    def __str__(self) -> str:
        return self.name


class CalendarSlot(models.Model):
    """Open from `opens` to `closes` local time on a weekday (Monday is 0); several a day may be.
    Midnight as `closes` means the end of the day."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(
        choices=list(
            enumerate(
                ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
            )
        )
    )
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ("calendar", "weekday", "opens")
        constraints = (
            models.UniqueConstraint(
                fields=("calendar", "weekday", "opens"), name="slot_starts_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Holiday(models.Model):
    """A local date on which the calendar is closed. Dates of a country are stored when resolved, so
    that an upgrade of the holiday library rewrites nothing."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="holidays")
    on_date = models.DateField()
    name = models.CharField(max_length=120)
    is_manual = models.BooleanField(default=True)

    class Meta:
        ordering = ("calendar", "on_date")
        constraints = (
            models.UniqueConstraint(fields=("calendar", "on_date"), name="holiday_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.on_date} {self.name}"
