"""What every request needs to know of its reader."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone


def reader_zone(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """Return the time zone that the reader chose, else the reporting zone."""
    chosen = getattr(request.user, "time_zone", "")
    try:
        return zoneinfo.ZoneInfo(chosen or settings.REPORTING_TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.REPORTING_TIME_ZONE)


class ReaderZoneMiddleware:
    """Shows (and reads) all times of a request in the reader's own zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that zone."""
        with timezone.override(reader_zone(request)):
            return self.get_response(request)
