"""What a notice says: subject, text and HTML from templates/emails/<kind>, and its mail headers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from tickets.choices import Visibility
from tickets.models import Escalation, Message, Notice, NoticeKind
from tickets.portal_links import portal_url


def compose(notice: Notice) -> EmailMultiAlternatives:
    """Return the mail of a notice. Composed again it has the same Message-ID, so that a repeat
    after a crash is recognised as the same mail by whoever receives it."""
    context = _context(notice)
    folder = f"emails/{notice.kind}"
    mail = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{folder}.subject", context).split()),
        body=render_to_string(f"{folder}.txt", context),
        to=[notice.recipient.email],
        headers=_headers(notice),
    )
    mail.attach_alternative(render_to_string(f"{folder}.html", context), "text/html")
    return mail


def _headers(notice: Notice) -> dict[str, str]:
    thread = f"<ticket-{notice.ticket_id}@{_domain()}>"
    headers = {
        "Message-ID": f"<{notice.key}@{_domain()}>",
        "References": thread,
        "In-Reply-To": thread,
    }
    # RFC 3834: only what a person wrote may be answered by a machine.
    if notice.kind != NoticeKind.REPLIED:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return headers


def _context(notice: Notice) -> dict[str, Any]:
    ticket = notice.ticket
    is_agent = notice.recipient.is_agent
    path = reverse("ticket", args=[ticket.pk]) if is_agent else portal_url(ticket)
    return {
        "ticket": ticket,
        "recipient": notice.recipient,
        "message": _readable(notice.message, is_agent=is_agent),
        "escalation": _escalation(notice) if is_agent else None,
        "url": f"{settings.SITE_URL}{path}",
        "reopen_days": settings.REOPEN_DAYS,
    }


def _readable(message: Message | None, *, is_agent: bool) -> Message | None:
    """A private note never reaches a customer, whichever notice names it."""
    if message is None or is_agent or message.visibility == Visibility.PUBLIC:
        return message
    return None


def _escalation(notice: Notice) -> Escalation | None:
    """The escalation that the notice tells of, with its hand-off note."""
    rows = Escalation.objects.filter(ticket_id=notice.ticket_id, action_id=notice.action_id)
    return rows.select_related("actor", "to_team").order_by("-seq").first()


def _domain() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
