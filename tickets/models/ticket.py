"""The ticket: its current state. What happened to it is in the ledger."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.choices import SupportLevel
from tickets.choices import (
    DONE_STATUSES,
    OPEN_STATUSES,
    CancelReason,
    Capacity,
    Channel,
    Complexity,
    Impact,
    Priority,
    ResolutionCode,
    Source,
    Status,
    TargetKind,
    TicketType,
    Urgency,
)
from tickets.querysets import TicketQuerySet


class Ticket(models.Model):
    """One issue of one customer, from receipt to closure.

    `status`, `level`, `team` and `assignee` are written by tickets/ledger/ alone. The number that
    people quote is the primary key. Fields under "derived" repeat what the ledger says, for lists.
    """

    subject = models.CharField(max_length=250)
    description = models.TextField(blank=True)
    customer = models.ForeignKey("accounts.User", models.PROTECT, related_name="tickets")
    organization = models.ForeignKey(
        "accounts.Organization", models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    channel = models.CharField(max_length=16, choices=Channel.choices)
    type = models.CharField(max_length=16, choices=TicketType.choices, default=TicketType.INCIDENT)
    category = models.ForeignKey(
        "tickets.Category", models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    product = models.ForeignKey(
        "tickets.Product", models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    impact = models.PositiveSmallIntegerField(choices=Impact.choices, default=Impact.MEDIUM)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.MEDIUM)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    complexity = models.CharField(max_length=8, choices=Complexity.choices, blank=True)
    tags = models.ManyToManyField("tickets.Tag", blank=True, related_name="tickets")
    custom = models.JSONField(default=dict, blank=True)
    calendar = models.ForeignKey("tickets.BusinessCalendar", models.PROTECT, related_name="+")

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.NEW)
    level = models.PositiveSmallIntegerField(choices=SupportLevel.choices, default=SupportLevel.L1)
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    assignee = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="assigned_tickets"
    )
    cancel_reason = models.CharField(max_length=12, choices=CancelReason.choices, blank=True)
    resolution_code = models.CharField(max_length=16, choices=ResolutionCode.choices, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_tickets"
    )

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The major incident that it is part of.",
    )

    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField(help_text="When we learned of it; later for imports.")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.WEB)
    import_batch = models.ForeignKey(
        "tickets.ImportBatch", models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    external_id = models.CharField(max_length=120, blank=True)
    has_contact_record = models.BooleanField(
        default=True, help_text="False for imports that do not tell contacts: FCR is unmeasured."
    )

    # Derived from the ledger, for lists; check_ledger replays and compares.
    ledger_seq = models.PositiveIntegerField(default=0)
    status_since = models.DateTimeField()
    level_since = models.DateTimeField()
    picked_up_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(
        null=True, blank=True, help_text="The last resolution; empty while open."
    )
    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text="First unanswered customer message."
    )
    last_spoke_at = models.DateTimeField(null=True, blank=True)
    last_spoke = models.CharField(max_length=8, choices=Capacity.choices, blank=True)
    live_contact = models.ForeignKey(
        "tickets.Contact", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    pending_escalation = models.ForeignKey(
        "tickets.Escalation", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sla_version = models.ForeignKey(
        "tickets.SlaVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The version of a service level policy that holds.",
    )

    # Service levels; derived, see tickets/services/promises.py.
    sla_revision = models.PositiveIntegerField(
        default=0, help_text="The rule book by which the policy was chosen last."
    )
    sla_stale_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when something that promises depend on is another; empty: in step.",
    )
    next_due_at = models.DateTimeField(
        null=True, blank=True, help_text="The earliest due time of what runs."
    )
    next_target = models.CharField(max_length=16, choices=TargetKind.choices, blank=True)
    unconfirmed_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it came by the public form, or by a mail that nobody vouches for, until "
        "its customer says that it is theirs.",
    )
    access_key = models.UUIDField(
        default=uuid.uuid4, help_text="Part of every signed link; a new one revokes them all."
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("import_batch", "external_id"),
                condition=~Q(external_id=""),
                name="ticket_external_id_once",
            ),
        )
        indexes = (
            # The queue, all open, longest waiting or oldest first.
            models.Index(
                fields=("received_at", "id"),
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="ticket_open_received",
            ),
            # The queue by next target, "breaching now" and "due in the next hour".
            models.Index(fields=("next_due_at", "id"), name="ticket_next_due"),
            # Open tickets to be asked anew after a policy changed: WHERE sla_revision < ….
            models.Index(
                fields=("sla_revision", "id"),
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="ticket_open_sla_revision",
            ),
            # Tickets that something changed around: WHERE sla_stale_since IS NOT NULL.
            models.Index(
                fields=("sla_stale_since", "id"),
                condition=Q(sla_stale_since__isnull=False),
                name="ticket_sla_stale",
            ),
            # "Assigned to me" and its count.
            models.Index(
                fields=("assignee", "received_at", "id"),
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="ticket_open_assignee",
            ),
            # "My team" and its count.
            models.Index(
                fields=("team", "received_at", "id"),
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="ticket_open_team",
            ),
            # A view by status, and its count.
            models.Index(fields=("status", "received_at", "id"), name="ticket_status_received"),
            # All tickets, newest first, from any place on.
            models.Index(fields=("received_at", "id"), name="ticket_received"),
            # All tickets, highest priority first.
            models.Index(fields=("priority", "id"), name="ticket_priority"),
            # All tickets, longest waiting first, then those that do not wait.
            models.Index(fields=("waiting_since", "id"), name="ticket_waiting"),
            # All tickets, last resolved or latest word first, then those without (a migration says
            # NULLS LAST on PostgreSQL). "Resolved this week" and its count: resolved_at >= ….
            models.Index(fields=("-resolved_at", "-id"), name="ticket_last_resolved"),
            models.Index(fields=("-last_spoke_at", "-id"), name="ticket_last_spoke"),
            # A customer's own list, newest first.
            models.Index(fields=("customer", "-received_at"), name="ticket_customer_received"),
            # An organization's list, newest first.
            models.Index(fields=("organization", "-received_at"), name="ticket_org_received"),
            # The next ticket of a customer in one category: one probe each.
            models.Index(
                fields=("customer", "category", "received_at"), name="ticket_customer_category"
            ),
            # The same of an organization.
            models.Index(
                fields=("organization", "category", "received_at"), name="ticket_org_category"
            ),
            # Close by time: WHERE status = resolved AND resolved_at < ….
            models.Index(
                fields=("resolved_at",),
                condition=Q(status=Status.RESOLVED),
                name="ticket_resolved_at",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def number(self) -> int | None:
        """What people quote; None until stored."""
        return self.pk

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status in OPEN_STATUSES

    @property
    def is_done(self) -> bool:
        """Whether it is resolved or closed."""
        return self.status in DONE_STATUSES
