"""Admin of acts on all parts of a major incident: what was done with each, and what refused."""

from __future__ import annotations

from django.contrib import admin

from tickets.admin.base import LookOnlyAdmin
from tickets.models import Broadcast, BroadcastPart


@admin.register(Broadcast)
class BroadcastAdmin(LookOnlyAdmin):
    """Answers and resolutions for all parts."""

    list_display = ("created_at", "kind", "ticket", "actor")
    list_filter = ("kind", "created_at")
    list_select_related = ("ticket", "actor")
    search_fields = ("=ticket__id", "actor__name")
    ordering = ("-pk",)


@admin.register(BroadcastPart)
class BroadcastPartAdmin(LookOnlyAdmin):
    """What became of one part."""

    list_display = ("ticket", "broadcast", "done_at", "tries", "refusal")
    list_filter = (("done_at", admin.EmptyFieldListFilter), ("refusal", admin.EmptyFieldListFilter))
    list_select_related = ("ticket", "broadcast")
    search_fields = ("=ticket__id", "=broadcast__ticket__id")
    ordering = ("-pk",)
