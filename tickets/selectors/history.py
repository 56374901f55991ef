"""Everything that happened to one ticket, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.choices import CorrectionKind
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    Link,
    Message,
    PropertyChange,
    Ticket,
    Transition,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The ledger of one ticket, table by table, each in order; people and teams are loaded."""

    ticket: Ticket
    transitions: Sequence[Transition]
    messages: Sequence[Message]
    escalations: Sequence[Escalation]
    assignments: Sequence[Assignment]
    contacts: Sequence[Contact]
    legs: Sequence[ContactLeg]
    changes: Sequence[PropertyChange]
    links: Sequence[Link]
    corrections: Sequence[Correction]

    @property
    def acknowledged_ids(self) -> frozenset[int]:
        """Messages that were acknowledgements, known when they came or marked later."""
        known = {message.pk for message in self.messages if message.is_acknowledgement}
        return frozenset(known | self._corrected(CorrectionKind.ACKNOWLEDGEMENT, "message_id"))

    @property
    def voided_contact_ids(self) -> frozenset[int]:
        """Live contacts that did not happen after all."""
        return frozenset(self._corrected(CorrectionKind.CONTACT_VOIDED, "contact_id"))

    @property
    def voided_transition_ids(self) -> frozenset[int]:
        """Reopens that an acknowledgement had caused."""
        return frozenset(self._corrected(CorrectionKind.ACKNOWLEDGEMENT, "transition_id"))

    @property
    def removed_link_ids(self) -> frozenset[int]:
        """Links that were taken back."""
        return frozenset(self._corrected(CorrectionKind.LINK_REMOVED, "link_id"))

    def _corrected(self, kind: CorrectionKind, target: str) -> set[int]:
        ids = {getattr(row, target) for row in self.corrections if row.kind == kind}
        return ids - {None}


def load_history(ticket: Ticket) -> History:
    """Read a ticket's ledger in eleven queries. It holds private notes: for staff pages only."""
    of = {"ticket": ticket}
    return History(
        ticket=ticket,
        transitions=list(Transition.objects.filter(**of).select_related("actor")),
        messages=list(
            Message.objects.filter(**of)
            .select_related("actor", "author")
            .prefetch_related("attachments")
        ),
        escalations=list(
            Escalation.objects.filter(**of).select_related(
                "actor", "from_team", "to_team", "manager"
            )
        ),
        assignments=list(
            Assignment.objects.filter(**of).select_related(
                "actor", "to_assignee", "to_team", "from_team"
            )
        ),
        contacts=list(Contact.objects.filter(**of).select_related("actor")),
        legs=list(ContactLeg.objects.filter(**of).select_related("actor", "agent")),
        changes=list(PropertyChange.objects.filter(**of).select_related("actor")),
        links=list(Link.objects.filter(**of).select_related("actor", "other")),
        corrections=list(Correction.objects.filter(**of).select_related("actor")),
    )
