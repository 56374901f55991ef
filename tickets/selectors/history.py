"""Everything that happened to one ticket, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.audits import L1Answer, l1_answer
from tickets.choices import CorrectionKind
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    Link,
    Message,
    Notice,
    OutageEvent,
    PropertyChange,
    SurveyResponse,
    Ticket,
    Transition,
)
from tickets.selectors.deliveries import mails_of
from tickets.selectors.letters import with_letters


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
    responses: Sequence[SurveyResponse]
    outages: Sequence[OutageEvent]
    mails: Sequence[Notice] = ()
    """What customers were mailed of it; no part of the ledger."""

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

    @property
    def l1_answer(self) -> L1Answer | None:
        """Whether L1 could have solved it; None where that is not asked, or not now."""
        return l1_answer(self.transitions, self.corrections, voided=self.voided_transition_ids)

    @property
    def ratings(self) -> list[SurveyResponse]:
        """What counts of each survey: its last answer; newest first."""
        last = {row.survey_id: row for row in self.responses}
        return sorted(last.values(), key=lambda row: row.seq, reverse=True)

    def _corrected(self, kind: CorrectionKind, target: str) -> set[int]:
        ids = {getattr(row, target) for row in self.corrections if row.kind == kind}
        return ids - {None}


def load_history(ticket: Ticket) -> History:
    """Read a ticket's ledger in thirteen queries. It holds private notes: for staff pages only."""
    of = {"ticket": ticket}
    return History(
        ticket=ticket,
        transitions=list(Transition.objects.filter(**of).select_related("actor")),
        messages=list(
            with_letters(Message.objects.filter(**of))
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
        outages=list(OutageEvent.objects.filter(**of).select_related("actor", "service")),
        responses=list(SurveyResponse.objects.filter(**of).select_related("actor", "survey")),
        mails=list(mails_of(ticket)),
    )
