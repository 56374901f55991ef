"""Addresses that answers to a ticket's mails go to: support+4711.k3v…@desk.example.

The signature depends on the ticket's `access_key`: nobody can write to a ticket by counting, and a
new key makes every earlier address useless. Who may write there is asked besides.
"""

from __future__ import annotations

import base64
import hashlib
import re

from django.utils.crypto import constant_time_compare, salted_hmac

from tickets.models import Ticket

SALT = "tickets.reply_addresses"
SIGNATURE_BYTES = 10
BEARS = re.compile(r"\+([1-9][0-9]{0,18})\.([a-z2-7]{16})@", re.IGNORECASE)


def reply_address(ticket: Ticket, *, mailbox: str) -> str:
    """Return the address for answers about a ticket, at a mailbox of the desk."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{ticket.pk}.{_signature(ticket)}@{domain}"


def ticket_of(address: str) -> int | None:
    """Return the number of the ticket whose signature an address bears; None for none, a wrong or
    a revoked one."""
    found = BEARS.search(address)
    if found is None:
        return None
    ticket = Ticket.objects.filter(pk=int(found[1])).only("pk", "access_key").first()
    if ticket is None or not constant_time_compare(found[2].lower(), _signature(ticket)):
        return None
    return ticket.pk


def _signature(ticket: Ticket) -> str:
    digest = salted_hmac(
        SALT, f"{ticket.pk}:{ticket.access_key}", algorithm=hashlib.sha256().name
    ).digest()
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode().lower()
