"""Links that open one ticket for its customer without a sign-in.

A link carries the ticket's number, the moment it was made and a signature. The signature depends on
the ticket's `access_key`, so a new key makes every earlier link useless; the key itself is never in
a link.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from accounts.models import User
from tickets.models import Ticket

SALT = "tickets.portal_links"
SEPARATOR = "."


class LinkInvalid(Exception):
    """The link opens nothing: mistyped, made up, or taken back."""


class LinkExpired(LinkInvalid):
    """The link was good, and is too old now."""


def portal_token(ticket: Ticket) -> str:
    """Return the part of the link that proves it; good for `PORTAL_LINK_DAYS` from now."""
    return _signer(ticket).sign(str(ticket.pk))


def portal_url(ticket: Ticket) -> str:
    """Return the address, from the site's root, of the ticket's page for its customer. Mails put
    the site's own address before it."""
    return reverse("portal_link", args=[portal_token(ticket)])


def open_link(token: str) -> Ticket:
    """Return the ticket that a link opens. Raises LinkExpired or LinkInvalid; what is made up, for
    another ticket or taken back looks the same."""
    tickets = Ticket.objects.select_related("customer")
    ticket = tickets.filter(pk=number_in_token(token)).first()
    if ticket is None:
        raise LinkInvalid
    try:
        _signer(ticket).unsign(token, max_age=timedelta(days=settings.PORTAL_LINK_DAYS))
    except SignatureExpired as error:
        raise LinkExpired from error
    except BadSignature as error:
        raise LinkInvalid from error
    return ticket


def number_in_token(token: str) -> int:
    """Return the number that a token says it is for. Raises LinkInvalid where it is none."""
    number = token.partition(SEPARATOR)[0]
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise LinkInvalid
    return int(number)


def revoke_links(tickets: Iterable[Ticket]) -> int:
    """Give each ticket a new key, so that links made so far open nothing. Returns how many."""
    renewed = list(tickets)
    for ticket in renewed:
        ticket.access_key = uuid.uuid4()
    return Ticket.objects.bulk_update(renewed, ["access_key"], batch_size=500)


def revoke_links_of(customer: User) -> int:
    """Take back every link to a customer's tickets. Returns to how many tickets."""
    return revoke_links(Ticket.objects.filter(customer=customer).only("access_key"))


def _signer(ticket: Ticket) -> TimestampSigner:
    return TimestampSigner(salt=f"{SALT}.{ticket.access_key.hex}", sep=SEPARATOR)
