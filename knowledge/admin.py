"""Admin of self-service sessions: to read; they are history."""

from __future__ import annotations

from django.contrib import admin

from knowledge.models import SelfServiceSession
from tickets.admin.base import LookOnlyAdmin


@admin.register(SelfServiceSession)
class SelfServiceSessionAdmin(LookOnlyAdmin):
    """Visits to the help pages that looked for an answer."""

    list_display = (
        "started_at",
        "query",
        "customer",
        "has_viewed_answer",
        "is_helpful",
        "ticket",
    )
    list_filter = ("started_at", "has_viewed_answer", "is_helpful")
    list_select_related = ("customer", "ticket")
    search_fields = ("query", "customer__name", "customer__email")
