"""The forms of acts by which a ticket is done with; a major incident's also ask what became of its
outages."""

from __future__ import annotations

from django import forms

from accounts.choices import SupportLevel
from tickets.choices import OPEN_STATUSES, CancelReason, OutageEventKind
from tickets.web.act_forms import ActForm, small
from tickets.web.outage_forms import RestoringForm
from tickets.web.resolution_fields import RESOLVER_OWES, ask_missing, how_solved, l1_question


class ResolveForm(RestoringForm):
    """How it was solved and, above L1, whether L1 could have done it; and what else the desk wants
    to know of what is solved."""

    resolution_code = how_solved()
    is_l1_capable = l1_question(unanswered=RESOLVER_OWES)
    reply = forms.CharField(label="Last words to the customer", widget=small(), required=False)
    note = forms.CharField(label="Note for colleagues", widget=small(2), required=False)

    def prepare(self) -> None:
        """Ask about L1 only above it."""
        super().prepare()
        if self.ticket.level <= SupportLevel.L1:
            del self.fields["is_l1_capable"]
        if self.ticket.is_open:
            ask_missing(self, self.ticket)


class CloseForm(ResolveForm):
    """Nothing more for a resolved ticket; an open one is resolved by closing it."""

    def prepare(self) -> None:
        """Ask for the resolution only where closing is one."""
        super().prepare()
        del self.fields["reply"]
        if not self.ticket.is_open:
            self.fields.pop("resolution_code")
            self.fields.pop("is_l1_capable", None)


class AuditForm(ActForm):
    """Whether L1 could have solved it after all, and why."""

    is_l1_capable = l1_question(unanswered="Answer yes or no.")
    note = forms.CharField(
        label="Why", widget=small(2), error_messages={"required": "Say in a sentence why."}
    )


class CancelForm(RestoringForm):
    """Why it counts no more, and what became of its outages that run."""

    field_order = ("reason", "note", "outages", "restored_at")
    reason = forms.ChoiceField(
        label="Why",
        choices=[(c.value, str(c.label)) for c in CancelReason if c != CancelReason.MERGED],
        widget=forms.RadioSelect,
    )
    outages = forms.ChoiceField(
        label="Its outage",
        choices=[
            (OutageEventKind.ENDED.value, "Service is restored"),
            (OutageEventKind.VOIDED.value, "It was no outage"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what became of the outage."},
    )
    note = forms.CharField(label="Note for colleagues", widget=small(2), required=False)

    def prepare(self) -> None:
        """Ask about outages only where any runs, and say what becomes of parts."""
        super().prepare()
        parts = self.ticket.children.filter(status__in=OPEN_STATUSES).count()
        if parts:
            several = f"{parts} open tickets are part of it and go on by themselves."
            one = "One open ticket is part of it and goes on by itself."
            self.fields["reason"].help_text = one if parts == 1 else several
        if "restored_at" not in self.fields:
            del self.fields["outages"]
