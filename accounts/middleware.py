"""What every request needs to know of its reader."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.choices import Language
from accounts.languages import locale_of
from accounts.models import User
from accounts.zones import reporting_zone, zone_of

ENGLISH_ONLY = ("/api/", "/admin/")
"""Where words are for programs, and for who runs the desk."""


def reader_locale(request: HttpRequest) -> str:
    """Return the language of a page: the one that its reader chose, else what their browser asks
    for, else the desk's. Pages of staff are in English."""
    user = request.user
    is_staff = isinstance(user, User) and user.is_agent
    if is_staff or request.path.startswith(ENGLISH_ONLY):
        return settings.LANGUAGE_CODE
    if isinstance(user, User) and user.language in Language.values:
        return locale_of(user.language)
    return _asked_for(request) or locale_of(settings.DESK_LANGUAGE)


def _asked_for(request: HttpRequest) -> str:
    """Return the first language of the browser's wishes that there are pages in; "" for none."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return ""


def reader_zone(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """Return the time zone that the reader chose, else the reporting zone."""
    return zone_of(request.user) if isinstance(request.user, User) else reporting_zone()


class ReaderZoneMiddleware:
    """Shows (and reads) all times of a request in the reader's own zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that zone."""
        with timezone.override(reader_zone(request)):
            return self.get_response(request)


class ReaderLanguageMiddleware:
    """Answers in the reader's language (see `reader_locale`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language; a cache keeps the answer for readers of that language only."""
        with translation.override(reader_locale(request)):
            response = self.get_response(request)
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response
