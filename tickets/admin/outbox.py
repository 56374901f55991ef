"""Admin of the outbox: what was told to whom, what waits, what failed and why."""

from __future__ import annotations

from django.contrib import admin

from tickets.admin.base import LookOnlyAdmin
from tickets.models import LedgerTouch, Notice


@admin.register(Notice)
class NoticeAdmin(LookOnlyAdmin):
    """Mails, sent and to be sent."""

    list_display = (
        "created_at",
        "kind",
        "ticket",
        "recipient",
        "sent_at",
        "attempts",
        "is_given_up",
        "is_needless",
    )
    list_filter = (
        "kind",
        "is_given_up",
        "is_needless",
        ("sent_at", admin.EmptyFieldListFilter),
        "created_at",
    )
    list_select_related = ("ticket", "recipient")
    search_fields = ("=ticket__id", "recipient__email", "recipient__name")
    ordering = ("-pk",)


@admin.register(LedgerTouch)
class LedgerTouchAdmin(LookOnlyAdmin):
    """Tickets whose figures are yet to be counted again. Empty means: everything is counted."""

    list_display = ("touched_at", "ticket")
    list_filter = ("touched_at",)
    list_select_related = ("ticket",)
    search_fields = ("=ticket__id",)
