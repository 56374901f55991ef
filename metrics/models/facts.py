"""Facts: what happened to each ticket, measured once, free of any policy.

Rows are rebuilt whole (deleted and inserted) by metrics/fill; nothing else writes them. Every
dimension is filled: 0 or "" stands for none, so that a group never loses rows. `*_seconds` is
calendar time, `*_business_seconds` open time of the ticket's calendar; None is "no value".
"""

from __future__ import annotations

from typing import Any

from django.db import models


def seconds(**options: Any) -> models.FloatField[Any, Any]:
    """A duration in seconds; None where there is none."""
    return models.FloatField(null=True, blank=True, **options)


def key(**options: Any) -> models.PositiveBigIntegerField[Any, Any]:
    """The primary key of a dimension's row; 0 for none."""
    return models.PositiveBigIntegerField(default=0, **options)


class TicketFacts(models.Model):
    """One row per ticket. Days are dates in the reporting time zone."""

    ticket = models.OneToOneField(
        "tickets.Ticket", models.CASCADE, primary_key=True, related_name="facts"
    )
    ledger_seq = models.PositiveIntegerField(help_text="How much of the ledger was read.")
    computed_at = models.DateTimeField()

    # Dimensions that belong to the ticket.
    customer_key = key(help_text="0: a log that names no customers.")
    organization_key = key()
    category_key = key()
    product_key = key()
    calendar_key = key()
    tier = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    type = models.CharField(max_length=16, blank=True)
    priority = models.PositiveSmallIntegerField(default=0)
    complexity = models.CharField(max_length=8, blank=True)
    # Credit goes to who acted, at the level and team of that moment.
    entry_level = models.PositiveSmallIntegerField()
    entry_team_key = key()
    pickup_agent_key = key()
    pickup_team_key = key()
    resolving_level = models.PositiveSmallIntegerField(default=0)
    resolving_agent_key = key()
    resolving_team_key = key()
    highest_level = models.PositiveSmallIntegerField()

    # Days and moments.
    received_at = models.DateTimeField()
    received_on = models.DateField()
    picked_up_at = models.DateTimeField(null=True)
    first_resolved_at = models.DateTimeField(null=True)
    first_resolved_on = models.DateField(null=True)
    last_resolved_at = models.DateTimeField(
        null=True, help_text="None while the ticket is open again, or cancelled."
    )
    last_resolved_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=12, blank=True, help_text="Empty: not cancelled.")
    status = models.CharField(max_length=16)
    is_cancelled = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)

    # Response and resolution.
    ttfr_seconds = seconds()
    ttfr_business_seconds = seconds()
    first_reply_seconds = seconds()
    first_reply_business_seconds = seconds()
    ttr_gross_seconds = seconds()
    ttr_gross_business_seconds = seconds()
    ttr_net_seconds = seconds()
    ttr_net_business_seconds = seconds()
    # Within gross time to resolution; None where that is.
    waiting_customer_seconds = seconds()
    waiting_customer_business_seconds = seconds()
    waiting_vendor_seconds = seconds()
    waiting_vendor_business_seconds = seconds()
    on_hold_seconds = seconds()
    on_hold_business_seconds = seconds()
    resolved_gap_seconds = seconds()
    resolved_gap_business_seconds = seconds()

    # Escalation.
    escalations = models.PositiveSmallIntegerField(default=0)
    warm_escalations = models.PositiveSmallIntegerField(default=0)
    cold_escalations = models.PositiveSmallIntegerField(default=0)
    hierarchical_escalations = models.PositiveSmallIntegerField(default=0)
    deescalations = models.PositiveSmallIntegerField(default=0)
    was_above_l1 = models.BooleanField(default=False, help_text="Ever above L1.")
    was_at_l2 = models.BooleanField(default=False)
    was_above_l2_after_l2 = models.BooleanField(default=False)
    was_above_l1_at_resolution = models.BooleanField(
        null=True, help_text="Above L1 at any time up to the last resolution; None: not resolved."
    )
    is_l1_capable = models.BooleanField(
        null=True, help_text="What counts: the audit's word before the resolver's."
    )
    is_l1_capable_by_resolver = models.BooleanField(null=True)
    is_l1_capable_by_audit = models.BooleanField(null=True)

    # Contacts and follow-ups.
    has_contact_record = models.BooleanField(default=True)
    contacts = models.PositiveSmallIntegerField(default=0)
    contacts_to_resolution = models.PositiveSmallIntegerField(null=True)
    has_live_hand_over = models.BooleanField(default=False)
    has_cold_escalation_first = models.BooleanField(
        default=False, help_text="A cold escalation came before the first resolution (or now)."
    )
    is_first_contact_over = models.BooleanField(
        default=False, help_text="A second contact began before the first resolution (or now)."
    )
    is_resolved_in_first_contact = models.BooleanField(null=True)
    is_confirmed_by_customer = models.BooleanField(
        default=False, help_text="After the last resolution."
    )
    is_first_confirmed_by_customer = models.BooleanField(
        default=False, help_text="After the first resolution, before any reopen."
    )
    is_closed_by_time = models.BooleanField(default=False)
    self_service_before_seconds = seconds()
    reopens = models.PositiveSmallIntegerField(default=0)
    first_reopen_after_seconds = seconds(help_text="From first resolution.")
    # From first resolution to the earliest follow-up of each kind: seconds, and the smallest number
    # of business days whose window holds it. `own` is a reopen or a customer contact on the ticket.
    own_followup_seconds = seconds()
    own_followup_days = models.PositiveIntegerField(null=True)
    linked_followup_seconds = seconds()
    linked_followup_days = models.PositiveIntegerField(null=True)
    category_followup_seconds = seconds(help_text="Same customer, same category.")
    category_followup_days = models.PositiveIntegerField(null=True)
    customer_followup_seconds = seconds(help_text="Same customer, any category.")
    customer_followup_days = models.PositiveIntegerField(null=True)
    organization_followup_seconds = seconds(help_text="Same organization, any category.")
    organization_followup_days = models.PositiveIntegerField(null=True)
    # From last resolution to the next ticket.
    next_issue_customer_seconds = seconds()
    next_issue_customer_category_seconds = seconds()
    next_issue_organization_seconds = seconds()
    next_issue_organization_category_seconds = seconds()

    csat = models.PositiveSmallIntegerField(null=True, help_text="1 to 5, answered last.")
    nps = models.PositiveSmallIntegerField(null=True, help_text="0 to 10, answered last.")
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    class Meta:
        verbose_name_plural = "ticket facts"
        ordering = ("ticket_id",)
        indexes = (
            # Figures counted on the day received, and their drill-down.
            models.Index(fields=("received_on", "ticket"), name="facts_received_on"),
            # Who still waits to be picked up, beside time to first response: WHERE is_open AND
            # picked_up_at IS NULL AND received_on BETWEEN ….
            models.Index(
                fields=("received_on",),
                name="facts_waiting",
                condition=models.Q(is_open=True, picked_up_at__isnull=True),
            ),
            # Figures counted on the day (last) resolved.
            models.Index(fields=("last_resolved_on", "ticket"), name="facts_last_resolved_on"),
            # Reopen rate: the day first resolved.
            models.Index(fields=("first_resolved_on", "ticket"), name="facts_first_resolved_on"),
            # Tickets of a customer whose next ticket may be a new one: resolved before it came.
            models.Index(fields=("customer_key", "first_resolved_at"), name="facts_customer_first"),
            models.Index(fields=("customer_key", "last_resolved_at"), name="facts_customer_last"),
            # The same for an organization.
            models.Index(fields=("organization_key", "first_resolved_at"), name="facts_org_first"),
            models.Index(fields=("organization_key", "last_resolved_at"), name="facts_org_last"),
        )

    def __str__(self) -> str:
        return f"facts of {self.ticket_id}"


class ResponseTurn(models.Model):
    """A customer's turn and when it was answered; unanswered turns have no durations."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="response_turns")
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    response_seconds = seconds()
    response_business_seconds = seconds()
    level = models.PositiveSmallIntegerField(help_text="Held the ticket when it was answered.")
    team_key = key()
    agent_key = key(help_text="Who answered.")

    class Meta:
        ordering = ("ticket_id", "asked_at")
        indexes = (
            # Average response time over days.
            models.Index(fields=("asked_on",), name="turn_asked_on"),
            # Who still waits for an answer: WHERE answered_at IS NULL AND asked_on BETWEEN ….
            models.Index(
                fields=("asked_on",),
                name="turn_waiting",
                condition=models.Q(answered_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"turn of {self.ticket_id}"


class ResolutionCycle(models.Model):
    """From receipt or reopen to a resolution, and to the reopen that ended it, if any."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="resolution_cycles")
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_on = models.DateField(null=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_on = models.DateField(null=True)
    level = models.PositiveSmallIntegerField(default=0, help_text="Where it was resolved.")
    team_key = key()
    agent_key = key(help_text="Who resolved it.")

    class Meta:
        ordering = ("ticket_id", "number")
        indexes = (
            # Reopen rate over days: first resolutions, WHERE resolved_on BETWEEN ….
            models.Index(fields=("resolved_on",), name="cycle_resolved_on"),
        )

    def __str__(self) -> str:
        return f"cycle {self.number} of {self.ticket_id}"


class Stay(models.Model):
    """A stretch in which status, level, team and assignee of a ticket stayed the same; `ended_at`
    None is now. Serves time per status, level and agent, the backlog of a day, and touch time."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="stays")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField()
    team_key = key()
    agent_key = key()
    seconds = models.FloatField(null=True)
    business_seconds = models.FloatField(null=True)

    class Meta:
        ordering = ("ticket_id", "started_at")
        indexes = (
            # The state at an instant: WHERE started_at <= t AND (ended_at > t OR ended_at IS NULL).
            models.Index(fields=("started_at", "ended_at"), name="stay_started_ended"),
            models.Index(fields=("ended_at",), name="stay_ended"),
            # What is open, or in progress, now: WHERE status IN (…) AND ended_at IS NULL.
            models.Index(
                fields=("status", "started_at"),
                name="stay_open",
                condition=models.Q(ended_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.status} of {self.ticket_id}"


class EscalationFact(models.Model):
    """One functional escalation upwards, and whether it came back down."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="escalation_facts")
    escalated_at = models.DateTimeField()
    escalated_on = models.DateField()
    from_level = models.PositiveSmallIntegerField()
    to_level = models.PositiveSmallIntegerField()
    is_warm = models.BooleanField()
    is_bounced = models.BooleanField()
    returned_at = models.DateTimeField(null=True)
    team_key = key(help_text="Who escalated: their team.")
    agent_key = key(help_text="Who escalated.")
    reason = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ("ticket_id", "escalated_at")
        # Bounce rate over days.
        indexes = (models.Index(fields=("escalated_on",), name="escalation_fact_on"),)

    def __str__(self) -> str:
        return f"escalation of {self.ticket_id}"


class TargetFact(models.Model):
    """A promise of a service level policy, and how it ended. Counts on the day that it was met, or
    was due where it was missed; on none while it is open, or void."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="target_facts")
    kind = models.CharField(max_length=16)
    target_level = models.PositiveSmallIntegerField(help_text="0 but for internal targets.")
    cycle = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8)
    counted_on = models.DateField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    left_seconds = seconds(help_text="On the promise's own clock, when it was met.")
    over_seconds = seconds(help_text="On the promise's own clock, when it ended late.")
    target_seconds = models.PositiveIntegerField()
    is_business = models.BooleanField()
    version_key = key(help_text="The version of the policy that judged it.")
    level = models.PositiveSmallIntegerField(help_text="Kept it, or held it when it fell due.")
    team_key = key()
    agent_key = key()

    class Meta:
        ordering = ("ticket_id", "started_at", "kind")
        # SLA compliance over days.
        indexes = (models.Index(fields=("counted_on",), name="target_fact_on"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.ticket_id}"


class OutageFact(models.Model):
    """An outage of a service that a major incident told of. What it takes from the agreed time of
    a day is computed when a day is counted (see metrics/query/available.py)."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="outage_facts")
    service_key = key()
    impact = models.CharField(max_length=8)
    is_down = models.BooleanField(help_text="Not merely degraded, and not taken back.")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    seconds = seconds(help_text="By the wall clock, once it has ended.")

    class Meta:
        ordering = ("ticket_id", "began_at")
        # Outages of a period: WHERE began_at < … AND (ended_at > … OR ended_at IS NULL).
        indexes = (
            models.Index(fields=("began_at", "ended_at"), name="outage_fact_began"),
            # Time to restore over days.
            models.Index(fields=("ended_on",), name="outage_fact_ended"),
        )

    def __str__(self) -> str:
        return f"outage told by {self.ticket_id}"


class SurveyFact(models.Model):
    """A survey that was sent, and the answer that counts. Level, team and agent are those of the
    resolution that it asks about."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="survey_facts")
    kind = models.CharField(max_length=8)
    sent_at = models.DateTimeField()
    sent_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    has_comment = models.BooleanField(default=False)
    level = models.PositiveSmallIntegerField(help_text="Where it was resolved.")
    team_key = key()
    agent_key = key(help_text="Who resolved it.")

    class Meta:
        ordering = ("ticket_id", "sent_at")
        indexes = (
            # Satisfaction and recommendation over days.
            models.Index(fields=("answered_on",), name="survey_fact_answered"),
            # How many answer.
            models.Index(fields=("sent_on",), name="survey_fact_sent"),
        )

    def __str__(self) -> str:
        return f"{self.kind} about {self.ticket_id}"
