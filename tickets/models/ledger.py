"""The ledger: typed, append-only rows that say what happened to a ticket."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.choices import SupportLevel
from tickets.choices import (
    AlarmKind,
    AssignmentReason,
    CancelReason,
    Capacity,
    Channel,
    CorrectionKind,
    Direction,
    EscalationKind,
    EscalationReason,
    LegKind,
    LinkKind,
    OutageEventKind,
    OutageImpact,
    ResolutionCode,
    Status,
    TargetKind,
    TransitionReason,
    Visibility,
)
from tickets.models.base import LedgerRow

# Fields of a `PropertyChange` that tell of one of many: what came, or what went.
FILE = "file"
WATCHER = "watcher"
ONE_OF_MANY = frozenset({FILE, WATCHER})


class Transition(LedgerRow):
    """One change of status. The first row of a ticket comes from "" (receipt)."""

    from_status = models.CharField(max_length=16, choices=Status.choices, blank=True)
    to_status = models.CharField(max_length=16, choices=Status.choices)
    reason = models.CharField(max_length=16, choices=TransitionReason.choices)
    note = models.TextField(blank=True)
    resolution_code = models.CharField(max_length=16, choices=ResolutionCode.choices, blank=True)
    cancel_reason = models.CharField(max_length=12, choices=CancelReason.choices, blank=True)
    is_l1_capable = models.BooleanField(
        null=True, blank=True, help_text="The resolver's answer: could L1 have solved it?"
    )
    message = models.ForeignKey(
        "tickets.Message",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="caused_transitions",
        help_text="The customer's message that caused it.",
    )

    class Meta(LedgerRow.Meta):
        # The activity log: newest transitions of the desk, and those of a day.
        indexes = (models.Index(fields=("occurred_at", "id"), name="transition_occurred"),)

    def __str__(self) -> str:
        return f"{self.from_status or '∅'} → {self.to_status}"


class Escalation(LedgerRow):
    """Responsibility moved up or down, a manager was drawn in, or a hand-over was answered.

    `answers` names the escalation that an acceptance or a return replies to. A warm one happened
    inside the live `contact`.
    """

    kind = models.CharField(max_length=12, choices=EscalationKind.choices)
    from_level = models.PositiveSmallIntegerField(choices=SupportLevel.choices)
    to_level = models.PositiveSmallIntegerField(choices=SupportLevel.choices)
    from_team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+"
    )
    manager = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_warm = models.BooleanField(default=False)
    contact = models.ForeignKey(
        "tickets.Contact", models.PROTECT, null=True, blank=True, related_name="escalations"
    )
    reason = models.CharField(max_length=16, choices=EscalationReason.choices, blank=True)
    tried = models.TextField(blank=True)
    known = models.TextField(blank=True)
    asked = models.TextField(blank=True)
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies"
    )

    class Meta(LedgerRow.Meta):
        constraints = [
            *LedgerRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_warm=False) | Q(contact__isnull=False),
                name="escalation_warm_has_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} L{self.from_level} → L{self.to_level}"


class Assignment(LedgerRow):
    """The ticket changed hands: assignee, team or both."""

    from_assignee = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_assignee = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=12, choices=AssignmentReason.choices)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.from_assignee_id} → {self.to_assignee_id}"


class Contact(LedgerRow):
    """A live contact began (`occurred_at`). Written contacts are derived from messages, see
    tickets/contacts.py. It ends with its `ContactLeg` of kind ended."""

    channel = models.CharField(max_length=16, choices=Channel.choices)
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.INBOUND)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.channel} {self.occurred_at:%Y-%m-%d %H:%M}"


class ContactLeg(LedgerRow):
    """Something inside a live contact: an agent joined, the call was transferred, it ended."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="legs")
    kind = models.CharField(max_length=12, choices=LegKind.choices)
    agent = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta(LedgerRow.Meta):
        constraints = [
            *LedgerRow.Meta.constraints,
            models.UniqueConstraint(
                fields=("contact",), condition=Q(kind=LegKind.ENDED), name="contact_ends_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.contact_id}"


class Message(LedgerRow):
    """Something written: by the customer, by an agent (public or private), or by a machine.

    `author_capacity` is whose words they are, even where an agent typed them in for a customer;
    machine mail is never a contact and never a response.
    """

    author = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_capacity = models.CharField(max_length=8, choices=Capacity.choices)
    visibility = models.CharField(max_length=8, choices=Visibility.choices)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    body = models.TextField()
    is_machine = models.BooleanField(default=False)
    is_acknowledgement = models.BooleanField(
        default=False, help_text="Known as such when it came; marked later it is a correction."
    )

    def __str__(self) -> str:
        return f"{self.visibility} message {self.pk}"


class PropertyChange(LedgerRow):
    """A property that is neither status, level nor assignee changed. Values are as shown to people,
    with the key of the row they name, where they name one. A file that was attached, and somebody
    who watches, is the new value; the old one where they left (see ONE_OF_MANY)."""

    field = models.CharField(max_length=40)
    old_value = models.CharField(max_length=250, blank=True)
    new_value = models.CharField(max_length=250, blank=True)
    old_key = models.CharField(max_length=40, blank=True)
    new_key = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.field}: {self.old_value} → {self.new_value}"


class Link(LedgerRow):
    """This ticket was linked to another; taken back by a correction."""

    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    other = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="links_from_others")

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class Correction(LedgerRow):
    """Takes back an earlier row: it stays in the ledger and no longer counts.

    An acknowledgement names the `message`, and the reopen (`transition`) that it had caused,
    if any. An audit takes no row back: its `is_l1_capable` counts instead of the resolver's answer
    about the resolution before it, until the ticket is resolved anew.
    """

    kind = models.CharField(max_length=16, choices=CorrectionKind.choices)
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    transition = models.ForeignKey(
        Transition, models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    link = models.ForeignKey(
        Link, models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    is_l1_capable = models.BooleanField(
        null=True, blank=True, help_text="An audit's answer: could L1 have solved it?"
    )
    note = models.TextField(blank=True)

    class Meta(LedgerRow.Meta):
        constraints = [
            *LedgerRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind=CorrectionKind.L1_AUDITED, is_l1_capable__isnull=False)
                | (~Q(kind=CorrectionKind.L1_AUDITED) & Q(is_l1_capable__isnull=True)),
                name="correction_audit_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"


class PolicyChoice(LedgerRow):
    """From here on this version of a service level policy holds for the ticket; None: no policy."""

    version = models.ForeignKey(
        "tickets.SlaVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"policy {self.version_id}"


class TargetAlarm(LedgerRow):
    """A target came due soon, or was missed: noted once. `occurred_at` is when that was so, whoever
    noticed when; a breach keeps the version that judged it. `began_seq` is the row of the ticket's
    ledger that the promise began with: corrections can change the number of its cycle."""

    kind = models.CharField(max_length=8, choices=AlarmKind.choices)
    target = models.CharField(max_length=16, choices=TargetKind.choices)
    target_level = models.PositiveSmallIntegerField(default=0)
    cycle = models.PositiveSmallIntegerField()
    began_seq = models.PositiveIntegerField()
    version = models.ForeignKey("tickets.SlaVersion", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()

    class Meta(LedgerRow.Meta):
        constraints = [
            *LedgerRow.Meta.constraints,
            # A correction that showed a breach to be none leaves room for another, later one.
            models.UniqueConstraint(
                fields=("ticket", "kind", "target", "target_level", "began_seq", "due_at"),
                name="target_alarm_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.target}"


class SurveyResponse(LedgerRow):
    """A customer's answer to a survey. A changed answer is a new row; the last one counts, and the
    command takes none once the survey is locked."""

    survey = models.ForeignKey("tickets.Survey", models.PROTECT, related_name="responses")
    score = models.PositiveSmallIntegerField(help_text="1 to 5 (CSAT), 0 to 10 (NPS).")
    comment = models.TextField(blank=True)

    class Meta(LedgerRow.Meta):
        constraints = [
            *LedgerRow.Meta.constraints,
            models.CheckConstraint(condition=Q(score__lte=10), name="survey_score_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.score} for survey {self.survey_id}"


class OutageEvent(LedgerRow):
    """What became known of an outage of a service; the ticket is its major incident.

    `occurred_at` is the moment that the row tells of: when it began, was restored, or customers
    were told. Of two rows that say the same of one outage, the later holds. It may have begun
    before the ticket was received.
    """

    kind = models.CharField(max_length=16, choices=OutageEventKind.choices)
    opened = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
        help_text="The row that the outage began with; empty for that row itself.",
    )
    service = models.ForeignKey("tickets.Service", models.PROTECT, related_name="+")
    impact = models.CharField(max_length=8, choices=OutageImpact.choices)
    words = models.TextField(blank=True, help_text="What all customers of the service may read.")
    note = models.TextField(blank=True, help_text="Why it was corrected; for staff.")

    def __str__(self) -> str:
        return f"{self.kind}: {self.service_id}"


# In the order that stores a batch: a row comes after every row that it names.
LEDGER_MODELS: tuple[type[LedgerRow], ...] = (
    Message,
    Contact,
    ContactLeg,
    Escalation,
    Assignment,
    Transition,
    PropertyChange,
    Link,
    Correction,
    PolicyChoice,
    TargetAlarm,
    SurveyResponse,
    OutageEvent,
)
