"""Work that a command promised, kept in the command's own transaction: nothing is lost."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class NoticeKind(models.TextChoices):
    """What is told to whom; the words are in templates/emails/<language>/<kind>.txt."""

    RECEIVED = "received", "Ticket received (customer)"
    CONFIRM = "confirm", "Is this yours? (customer)"
    PICKED_UP = "picked_up", "Work began (customer)"
    REPLIED = "replied", "Agent replied (customer)"
    RESOLVED = "resolved", "Resolved (customer)"
    CLOSED = "closed", "Closed (customer)"
    CUSTOMER_REPLIED = "customer_replied", "Customer replied (assignee)"
    ASSIGNED = "assigned", "Assigned to you (assignee)"
    ESCALATED = "escalated", "Escalated to your team (team)"
    RETURNED = "returned", "Escalation came back (escalator)"
    DRAWN_IN = "drawn_in", "You are drawn in (manager)"
    SLA_WARNING = "sla_warning", "Due soon (assignee, team or lead)"
    SLA_BREACH = "sla_breach", "Missed (assignee, team or lead)"
    SURVEY_CSAT = "survey_csat", "How satisfied? (customer)"
    SURVEY_NPS = "survey_nps", "Would you recommend us? (customer)"
    SURVEY_REMINDER = "survey_reminder", "Survey, a second time (customer)"
    SURVEY_TASK = "survey_task", "Follow up an answer (assignee)"
    DIGEST = "digest", "What is new (watcher)"
    UNDELIVERED = "undelivered", "Mail to the customer failed (author)"


# What a ticket's customer and those who watch are told of it; how each stands is shown to agents.
CONVERSATION = (
    NoticeKind.RECEIVED,
    NoticeKind.CONFIRM,
    NoticeKind.PICKED_UP,
    NoticeKind.REPLIED,
    NoticeKind.RESOLVED,
    NoticeKind.CLOSED,
)

# What asks a customer to answer a survey.
ASKING = (NoticeKind.SURVEY_CSAT, NoticeKind.SURVEY_NPS, NoticeKind.SURVEY_REMINDER)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """What waits."""

    def unsent(self) -> NoticeQuerySet:
        """Return what is still to be sent: neither given up nor needless by now."""
        return self.filter(sent_at=None, is_given_up=False, is_needless=False)


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
    survey = models.ForeignKey(
        "tickets.Survey", models.CASCADE, null=True, blank=True, related_name="notices"
    )
    action_id = models.UUIDField(help_text="The action that it tells of.")
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    is_given_up = models.BooleanField(default=False, help_text="It could not be sent.")
    is_needless = models.BooleanField(
        default=False, help_text="Nobody is to be told any more; why stands in the last error."
    )
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=500, blank=True)
    address = models.EmailField(
        blank=True, help_text="Where it went, or goes instead of the recipient's own address."
    )
    again_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="repeats"
    )
    since_seq = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of a digest: the row of the ledger that it begins with."
    )
    asked_by = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who sent it again.",
    )

    objects = NoticeQuerySet.as_manager()

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
                condition=Q(sent_at__isnull=True, is_given_up=False, is_needless=False),
                name="notice_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"

    @property
    def sent_to(self) -> str:
        """The address that it goes to."""
        return self.address or self.recipient.email


class LedgerTouch(models.Model):
    """Says that a ticket's ledger grew. Whoever keeps figures reads these rows, recomputes the
    ticket and deletes the rows it has read; one that commits meanwhile stays for the next turn."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="touches")
    touched_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}"
