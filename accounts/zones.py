"""Time zones that people choose. A name that the time zone database does not know is refused where
it is entered and read as the desk's own where one is stored anyway."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from accounts.models import User


@cache
def zone_names() -> frozenset[str]:
    """Every name in the time zone database; a machine's own `localtime` is none."""
    return frozenset(zoneinfo.available_timezones() - {"localtime"})


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the zone of a name; None where there is none of that name, or no name.

    Asked by name alone, `ZoneInfo` reads files: a folder's name or a path is an error of its own.
    """
    return zoneinfo.ZoneInfo(name) if name in zone_names() else None


def zone_of(person: User) -> zoneinfo.ZoneInfo:
    """Return the zone that somebody chose, else the desk's own."""
    return known_zone(person.time_zone) or reporting_zone()


def reporting_zone() -> zoneinfo.ZoneInfo:
    """Return the desk's own zone."""
    return zoneinfo.ZoneInfo(settings.REPORTING_TIME_ZONE)


def check_zone(name: str) -> None:
    """Raise ValidationError unless the time zone database knows the name. For model fields."""
    if name not in zone_names():
        raise ValidationError("Write an IANA name, such as Europe/Amsterdam.", code="no_zone")
