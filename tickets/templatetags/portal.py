"""Tags of the customer's pages: how a ticket stands in their words, moments as they are said."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import formats
from tickets.choices import Status
from tickets.models import Attachment, Ticket
from tickets.templatetags.desk import glyph
from tickets.web.portal_doors import Door

register = template.Library()

STANDINGS = {
    Status.NEW: ("new", "new", _("Received")),
    Status.IN_PROGRESS: ("work", "work", _("In progress")),
    Status.WAITING_CUSTOMER: ("cust", "cust", _("Waiting for you")),
    Status.WAITING_VENDOR: ("work", "work", _("In progress")),
    Status.ON_HOLD: ("work", "work", _("In progress")),
    Status.RESOLVED: ("done", "done", _("Resolved")),
    Status.CLOSED: ("closed", "gone", _("Closed")),
    Status.CANCELLED: ("gone", "gone", _("Cancelled")),
}


@register.simple_tag
def standing_chip(ticket: Ticket, reader: User) -> SafeString:
    """Draw where a ticket stands in the customer's words, for them or for who looks on."""
    sign, colour, said = STANDINGS[Status(ticket.status)]
    words = str(said)
    if ticket.status == Status.WAITING_CUSTOMER and ticket.customer_id != reader.pk:
        words = _("Waiting for %(name)s") % {"name": ticket.customer.name}
    return format_html('<span class="chip chip--{}">{}{}</span>', colour, glyph(sign), words)


@register.simple_tag
def spoken_moment(at: datetime) -> SafeString:
    """Write a moment as one says it, in the reader's zone: "today, 17:00"."""
    zone = timezone.get_current_timezone()
    return _time(at, formats.spoken_moment(at, now=timezone.now(), zone=zone))


@register.simple_tag
def spoken_day(at: datetime) -> SafeString:
    """Write the day of a moment as one says it, in the reader's zone: "tomorrow"."""
    zone = timezone.get_current_timezone()
    return _time(at, formats.spoken_day(at, now=timezone.now(), zone=zone))


def _time(at: datetime, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        formats.full_moment(at, zone=timezone.get_current_timezone()),
        words,
    )


@register.simple_tag
def zone_name() -> str:
    """Write the zone in which times are shown."""
    return timezone.get_current_timezone_name().replace("_", " ")


@register.simple_tag
def file_url(door: Door, attachment: Attachment) -> str:
    """Return the address of a file, by the reader's own door."""
    return door.url("file", attachment.key)


@register.simple_tag
def other_url(door: Door, ticket: Ticket) -> str:
    """Return the address of another ticket, by the same kind of door."""
    return door.url_of(ticket)
