"""Admin of what people keep for themselves and may leave behind: watched tickets, saved views."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import TakenAwayAdmin
from tickets.models import SavedView, Watcher


@admin.register(Watcher)
class WatcherAdmin(TakenAwayAdmin):
    """Who follows a ticket of another; deleted, they neither see it nor hear of it any more."""

    list_display = ("ticket", "user", "mode", "added_at")
    list_filter = ("mode", "added_at")
    list_select_related = ("ticket", "user")
    search_fields = ("=ticket__id", "user__name", "user__email")
    ordering = ("-pk",)


@admin.register(SavedView)
class SavedViewAdmin(TakenAwayAdmin):
    """Lists that people kept; deleted where a team has one of somebody who left."""

    list_display = ("name", "owner", "team", "removed_at")
    list_filter = ("team", ("removed_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner", "team")
    search_fields = ("name", "owner__name", "owner__email")
    ordering = ("name", "pk")
