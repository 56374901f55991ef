"""Admin of tickets: to find and read. They are worked on their own page, where every change is
recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tickets.admin.base import LookOnlyAdmin
from tickets.models import Ticket
from tickets.portal_links import revoke_links


@admin.register(Ticket)
class TicketAdmin(LookOnlyAdmin):
    """All tickets, with a link to the page where they are worked."""

    list_display = (
        "id",
        "subject",
        "status",
        "level",
        "assignee",
        "customer",
        "received_at",
    )
    list_display_links = ("id", "subject")
    list_filter = (
        "status",
        "level",
        "team",
        "priority",
        "channel",
        "type",
        "source",
        "received_at",
        "import_batch",
    )
    list_select_related = ("assignee", "customer")
    search_fields = ("=id", "subject", "customer__name", "customer__email", "organization__name")
    search_help_text = "Number, subject, customer or organization."
    ordering = ("-pk",)
    actions: Any = ("revoke_mailed_links",)
    exclude = ("access_key", "live_contact", "pending_escalation")
    readonly_fields = ("page_link",)

    @admin.display(description="page")
    def page_link(self, ticket: Ticket) -> SafeString:
        """Return a link to the page where the ticket is worked."""
        return format_html('<a href="{}">Open #{}</a>', self.view_on_site(ticket), ticket.pk)

    def view_on_site(self, ticket: Ticket) -> str:
        """Return the address behind the admin's own "View on site"."""
        return reverse("ticket", kwargs={"number": ticket.pk})

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Allow administrators to take back links that were mailed."""
        return request.user.is_superuser

    @admin.action(permissions=["revoke"], description="Make all mailed links useless")
    def revoke_mailed_links(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        """Give each ticket a new key: links mailed so far open nothing any more."""
        count = revoke_links(queryset)
        messages.success(
            request, f"Links to {count} tickets no longer open. New mails bring new ones."
        )
