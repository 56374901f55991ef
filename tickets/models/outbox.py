"""Work that a command promised, kept in the command's own transaction: nothing is lost."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class NoticeKind(models.TextChoices):
    """What is told to whom; the template is emails/<kind>."""

    RECEIVED = "received", "Ticket received (customer)"
    PICKED_UP = "picked_up", "Work began (customer)"
    REPLIED = "replied", "Agent replied (customer)"
    RESOLVED = "resolved", "Resolved (customer)"
    CLOSED = "closed", "Closed (customer)"
    CUSTOMER_REPLIED = "customer_replied", "Customer replied (assignee)"
    ASSIGNED = "assigned", "Assigned to you (assignee)"
    ESCALATED = "escalated", "Escalated to your team (team)"
    RETURNED = "returned", "Escalation came back (escalator)"
    DRAWN_IN = "drawn_in", "You are drawn in (manager)"


class Notice(models.Model):
    """One mail to one person. Claimed by a conditional update, sent once, its Message-ID fixed
    from `key`, so that a repeat after a crash is recognised as the same mail."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="notices")
    recipient = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    message = models.ForeignKey(
        "tickets.Message", models.CASCADE, null=True, blank=True, related_name="notices"
    )
    action_id = models.UUIDField(help_text="The action that it tells of.")
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    is_given_up = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (
            # One action tells one person one thing once.
            models.UniqueConstraint(
                fields=("action_id", "kind", "recipient"), name="notice_once_per_action"
            ),
        )
        indexes = (
            # The sweep: unsent, due, oldest first.
            models.Index(
                fields=("send_after", "id"),
                condition=Q(sent_at__isnull=True, is_given_up=False),
                name="notice_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"


class LedgerTouch(models.Model):
    """Says that a ticket's ledger grew. Whoever keeps figures reads these rows, recomputes the
    ticket and deletes the rows it has read; one that commits meanwhile stays for the next turn."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="touches")
    touched_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}"
