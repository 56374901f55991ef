"""Tickets from the public form: anybody can type anybody's address, so what came by it belongs to
no organization until the customer says that it is theirs, from a page that only they can open."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.people import join_organization
from tickets.choices import Source
from tickets.errors import NotAllowed
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.services.base import begin, finish
from tickets.services.copied_in import bring_in_confirmed

FIELDS = ("unconfirmed_since", "organization")


@transaction.atomic
def confirm_sender(ticket: Ticket, *, actor: User, source: str = Source.WEB) -> bool:
    """Let a ticket's customer say that it is theirs; it joins their organization, as they do where
    their address's domain belongs to one. Returns whether anything was to be said. Raises
    NotAllowed for anybody else."""
    action = begin(ticket, Verb.CUSTOMER_REPLY, actor=actor, source=source, at=None)
    if actor.pk != ticket.customer_id:
        raise NotAllowed("Only the customer can say that a ticket is theirs.")
    changed = settle_sender(action)
    finish(action, also=changed)
    return bool(changed)


def settle_sender(action: Action) -> tuple[str, ...]:
    """Take a ticket for its customer's where they act on it themselves, from a page or with a token
    of theirs; a mail proves nothing. Returns the names of the fields to save."""
    ticket = action.ticket
    is_customer = action.actor is not None and action.actor.pk == ticket.customer_id
    if ticket.unconfirmed_since is None or not is_customer or action.source == Source.MAIL:
        return ()
    join_organization(ticket.customer)
    ticket.unconfirmed_since, ticket.organization = None, ticket.customer.organization
    action.change_property("sender", old="not confirmed", new="confirmed")
    if ticket.organization is not None:
        words, key = ticket.organization.name, str(ticket.organization.pk)
        action.change_property("organization", old="", new=words, new_key=key)
        bring_in_confirmed(ticket)
    return FIELDS
