"""Everything that happened to one ticket, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeVar

from django.db.models import QuerySet

from tickets.audits import L1Answer, l1_answer
from tickets.choices import CorrectionKind
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    LedgerRow,
    Link,
    Message,
    OutageEvent,
    PropertyChange,
    SurveyResponse,
    Ticket,
    Transition,
)
from tickets.selectors.attached import attach_named

Row = TypeVar("Row", bound=LedgerRow)
NAMED: Final = (
    "actor",
    "author",
    "agent",
    "manager",
    "to_assignee",
    "from_team",
    "to_team",
    "other",
    "service",
    "survey",
)
"""What the rows name and pages show."""


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

    @property
    def rows(self) -> Iterator[LedgerRow]:
        """Every row of the ledger, table by table."""
        tables = (
            self.transitions,
            self.messages,
            self.escalations,
            self.assignments,
            self.contacts,
            self.legs,
            self.changes,
            self.links,
            self.corrections,
            self.outages,
            self.responses,
        )
        return chain.from_iterable(tables)

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
    """Read a ticket's ledger: a query for each table, and one for all its people, teams and so on.
    What the messages say is left where it is: it may be long, and a page shows few of them. It
    holds private notes: for staff pages only."""
    history = History(
        ticket=ticket,
        transitions=_of(ticket, Transition.objects.all()),
        messages=_of(ticket, Message.objects.defer("body")),
        escalations=_of(ticket, Escalation.objects.all()),
        assignments=_of(ticket, Assignment.objects.all()),
        contacts=_of(ticket, Contact.objects.all()),
        legs=_of(ticket, ContactLeg.objects.all()),
        changes=_of(ticket, PropertyChange.objects.all()),
        links=_of(ticket, Link.objects.all()),
        corrections=_of(ticket, Correction.objects.all()),
        outages=_of(ticket, OutageEvent.objects.all()),
        responses=_of(ticket, SurveyResponse.objects.all()),
    )
    attach_named(history.rows, names=NAMED)
    return history


def _of(ticket: Ticket, rows: QuerySet[Row]) -> list[Row]:
    """Return the rows of a ticket in order. Put in order here: a database is asked in less time
    than Django takes to compare every column with the order."""
    return sorted(rows.filter(ticket=ticket).order_by(), key=lambda row: row.seq)
