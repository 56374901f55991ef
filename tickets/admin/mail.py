"""Admin of mailboxes, and of the mail that came in: what is held is decided here."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin import KeptAdmin
from tickets.admin.base import LookOnlyAdmin
from tickets.errors import DeskError
from tickets.models import InboundMail, Mailbox, OrganizationSender
from tickets.services import held_mail, receiving


class SenderInline(admin.TabularInline[OrganizationSender, Mailbox]):
    """Organizations whose people are written to from a mailbox."""

    model = OrganizationSender
    autocomplete_fields = ("organization",)
    extra = 0


@admin.register(Mailbox)
class MailboxAdmin(KeptAdmin):
    """Addresses of the desk, and where their mail is fetched."""

    list_display = (
        "address",
        "team",
        "category",
        "host",
        "vouching",
        "is_active",
        "checked_at",
        "last_error",
    )
    list_filter = ("is_active", "team")
    list_select_related = ("team", "category")
    search_fields = ("address", "name")
    autocomplete_fields = ("team", "category")
    readonly_fields = ("hook", "checked_at", "last_error", "last_uid")
    inlines = (SenderInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Mailbox | None = None) -> Any:
        """Show where mail is handed in to those who set it up alone: the address is a key."""
        names = super().get_readonly_fields(request, obj)
        return names if request.user.is_superuser else [name for name in names if name != "hook"]

    @admin.display(description="who vouches for senders")
    def vouching(self, mailbox: Mailbox) -> str:
        """Which servers are believed; without one, senders confirm each ticket themselves."""
        return ", ".join(mailbox.trusted_servers) or "nobody: name your mail servers"

    @admin.display(description="address for providers that post mail")
    def hook(self, mailbox: Mailbox) -> str:
        """Where a provider posts; whoever knows it can hand in mail."""
        if mailbox.pk is None:
            return "\N{EN DASH}"
        return reverse("mail_hook", args=[mailbox.webhook_key])


@admin.register(InboundMail)
class InboundMailAdmin(LookOnlyAdmin):
    """Every mail that came in, and what became of it."""

    list_display = ("received_at", "sender", "subject", "kind", "outcome", "reason", "to_ticket")
    list_filter = ("outcome", "kind", "mailbox", "received_at")
    search_fields = ("sender", "subject", "=ticket__id")
    list_select_related = ("ticket", "mailbox")
    ordering = ("-pk",)
    actions = ("let_in", "open_tickets", "discard", "read_again")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators decide about what is held; the fields themselves are read-only."""
        return bool(getattr(request.user, "is_superuser", False))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nothing of a mail is edited."""
        return tuple(field.name for field in InboundMail._meta.fields)

    @admin.display(description="ticket", ordering="ticket")
    def to_ticket(self, mail: InboundMail) -> str | SafeString:
        """Open the ticket where it is worked."""
        if mail.ticket_id is None:
            return "\N{EN DASH}"
        address = reverse("ticket", args=[mail.ticket_id])
        return format_html('<a href="{}">#{}</a>', address, mail.ticket_id)

    @admin.action(
        permissions=["change"], description="Let in as a message of the ticket that it names"
    )
    def let_in(self, request: Any, queryset: QuerySet[InboundMail]) -> None:
        """The sender watches the ticket from now on."""
        for mail in queryset.select_related("ticket"):
            if mail.ticket is None:
                messages.error(request, f"{mail}: it names no ticket; open one instead.")
                continue
            ticket, actor = mail.ticket, request.user
            self._do(request, mail, partial(held_mail.admit, actor=actor, ticket=ticket))

    @admin.action(permissions=["change"], description="Open a ticket of its sender")
    def open_tickets(self, request: Any, queryset: QuerySet[InboundMail]) -> None:
        """As if nothing had stood against it; the sender joins no organization by it."""
        for mail in queryset:
            self._do(request, mail, partial(held_mail.admit, actor=request.user))

    @admin.action(permissions=["change"], description="Discard; it stays on record")
    def discard(self, request: Any, queryset: QuerySet[InboundMail]) -> None:
        """For what nobody needs."""
        for mail in queryset:
            self._do(request, mail, partial(held_mail.discard, actor=request.user))

    @admin.action(permissions=["change"], description="Read again what could not be read")
    def read_again(self, request: HttpRequest, queryset: QuerySet[InboundMail]) -> None:
        """After the cause is mended."""
        count = receiving.read_again(list(queryset))
        messages.success(request, f"{count} will be read again within seconds.")

    @staticmethod
    def _do(request: HttpRequest, mail: InboundMail, act: Any) -> None:
        try:
            act(mail)
        except DeskError as refusal:
            messages.error(request, f"{mail}: {refusal.message}")
        else:
            messages.success(request, f"{mail}: done.")
