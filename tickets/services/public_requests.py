"""Asking without an account: whoever writes is believed to have typed an address, no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import AddressTaken, register_customer
from tickets.choices import Channel
from tickets.errors import InvalidInput
from tickets.models import Ticket
from tickets.selectors.domains import may_ask
from tickets.services.files import attach
from tickets.services.opening import open_ticket


def sender_of_request(*, name: str, email: str) -> User:
    """Return the customer of an address, a new one where nobody has it: in no organization, since
    nothing proves the address. Raises InvalidInput where the desk takes nothing from it; that is
    the same for a refused domain, for staff and for those who were switched off."""
    address = email.strip().lower()
    is_let_in = may_ask(address)
    person = User.objects.filter(email=address).first()
    if person is None and is_let_in:
        try:
            return register_customer(name=name[:150], email=address, is_vouched=False)
        except AddressTaken as taken:
            person = taken.person
    if not is_let_in or person is None or person.is_agent or not person.is_active:
        words = _("We take no requests from this address here. Sign in, or use another one.")
        raise InvalidInput(words, fields={"email": words})
    return person


def receive_request(
    sender: User, *, source: str, uploads: Iterable[File[bytes]] = (), **fields: Any
) -> Ticket:
    """Open a ticket of `sender_of_request`, which they are asked by mail to confirm. `fields` are
    those of `open_ticket`. Call it in `stored_together`. Raises InvalidInput."""
    ticket = open_ticket(
        customer=sender,
        actor=sender,
        channel=Channel.PORTAL,
        source=source,
        is_sender_confirmed=False,
        has_asked_fields=True,
        **fields,
    )
    first = ticket.messages.get()
    for upload in uploads:
        attach(first, upload=upload, actor=sender)
    return ticket
