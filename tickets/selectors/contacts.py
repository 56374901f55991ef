"""The contacts of one stored ticket, derived by the one rule in tickets/contacts.py, and how stored
live ones ended."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tickets.choices import CorrectionKind, LegKind
from tickets.contacts import ContactSpan, derive_contacts
from tickets.models import Contact, ContactLeg, Correction, Ticket


def contacts_of(ticket: Ticket) -> tuple[ContactSpan, ...]:
    """Return the ticket's contacts, numbered, in order of their beginnings. Four queries."""
    corrections = list(ticket.corrections.all())
    return derive_contacts(
        list(ticket.messages.order_by("seq")),
        list(ticket.contacts.order_by("seq")),
        ended={
            leg.contact_id: leg.occurred_at for leg in ticket.contactlegs.filter(kind=LegKind.ENDED)
        },
        voided_messages={
            row.message_id
            for row in corrections
            if row.kind == CorrectionKind.ACKNOWLEDGEMENT and row.message_id
        },
        voided_contacts={
            row.contact_id
            for row in corrections
            if row.kind == CorrectionKind.CONTACT_VOIDED and row.contact_id
        },
    )


def with_endings(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Annotate live contacts with `ended_at` (None: it runs) and `is_void` (it did not happen)."""
    ends = ContactLeg.objects.filter(contact=OuterRef("pk"), kind=LegKind.ENDED)
    voids = Correction.objects.filter(contact=OuterRef("pk"), kind=CorrectionKind.CONTACT_VOIDED)
    return contacts.annotate(
        ended_at=Subquery(ends.values("occurred_at")[:1]), is_void=Exists(voids)
    )
