"""How times, ages, durations and numbers are written for people. Pure; look here before a template
invents its own."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.utils.dateformat import format as write
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONG_AGE_DAYS = 7
NONE = "–"
THIN_SPACE = "\u202f"


def duration(seconds: float | None) -> str:
    """Write a length of time in two units at most: "2 h 10 min", "18 min 20 s". None is "–"."""
    if seconds is None:
        return NONE
    whole = max(0, int(seconds))
    for unit, name, smaller, smaller_name in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
        (MINUTE, "min", 1, "s"),
    ):
        if whole >= unit:
            rest = whole % unit // smaller
            return f"{whole // unit} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return f"{whole} s"


def age(seconds: float) -> str:
    """Write how long ago something is, coarser than a duration: "9 min", "6 h", "1 d 3 h"."""
    if seconds < MINUTE:
        return "under 1 min"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h"
    days, hours = int(seconds // DAY), int(seconds % DAY // HOUR)
    return f"{days} d {hours} h" if hours and days < LONG_AGE_DAYS else f"{days} d"


def moment(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Write a moment in `zone`: "14:30" today, "Thu 19 Nov, 14:30" this year, else with year."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return write(local, pgettext("how a date is written", "D j M, H:i"))
    return write(local, pgettext("how a date is written", "D j M Y, H:i"))


def spoken_moment(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Write a moment in `zone` as one says it to a customer: "today, 17:00", "tomorrow, 08:00",
    "Thursday 19 November, 17:00"; the year only where it is not this one."""
    return f"{spoken_day(at, now=now, zone=zone)}, {at.astimezone(zone):%H:%M}"


def spoken_day(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Write the day of a moment in `zone` as one says it: "today", "Thursday 19 November"."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    days = (local.date() - today.date()).days
    if days in near:
        return near[days]
    if local.year == today.year:
        return write(local, pgettext("how a date is written", "l j F"))
    return write(local, pgettext("how a date is written", "l j F Y"))


def full_moment(at: datetime, *, zone: tzinfo) -> str:
    """Write a moment with everything, for a title: "Thu 19 Nov 2026, 14:30:12"."""
    return write(at.astimezone(zone), pgettext("how a date is written", "D j M Y, H:i:s"))


def file_size(size: int) -> str:
    """Write a number of bytes: "84 kB", "1.2 MB"."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} kB"
    return f"{size / 1_000_000:.1f} MB"
