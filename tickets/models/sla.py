"""Service level policies, their versions, and how the targets of each ticket stand."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.choices import SupportLevel
from tickets.choices import TargetKind, TargetState


class SlaPolicy(models.Model):
    """What is promised to some tickets. The policy with the lowest position whose conditions hold
    is the ticket's; an empty condition asks nothing. Saving it makes a version, see
    tickets/services/sla_policies.py."""

    name = models.CharField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=100, help_text="The lowest is asked first.")
    is_active = models.BooleanField(default=True)
    tiers = models.JSONField("customer tiers", default=list, blank=True)
    priorities = models.JSONField(default=list, blank=True)
    channels = models.JSONField(default=list, blank=True)
    organizations = models.ManyToManyField("accounts.Organization", blank=True, related_name="+")
    categories = models.ManyToManyField(
        "tickets.Category", blank=True, related_name="+", help_text="And all below them."
    )
    products = models.ManyToManyField("tickets.Product", blank=True, related_name="+")

    class Meta:
        verbose_name = "SLA policy"
        verbose_name_plural = "SLA policies"
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class SlaPolicyTarget(models.Model):
    """One promise of a policy, as it is edited. The internal targets name their level."""

    policy = models.ForeignKey(SlaPolicy, models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=16, choices=TargetKind.choices)
    level = models.PositiveSmallIntegerField(
        choices=SupportLevel.choices, null=True, blank=True, help_text="Internal targets only."
    )
    minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    is_business = models.BooleanField("business time", default=True)
    calendar = models.ForeignKey(
        "tickets.BusinessCalendar",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the ticket's own calendar.",
    )
    pauses = models.JSONField(
        "statuses that stop the clock", default=list, blank=True, help_text="Empty: none."
    )
    warn_before_minutes = models.PositiveIntegerField(default=0, help_text="0: no warning.")
    tell_at_warning = models.JSONField("who is warned", default=list, blank=True)
    tell_at_breach = models.JSONField("who hears of a breach", default=list, blank=True)
    escalates = models.BooleanField("a breach draws the team's lead in", default=False)
    escalates_at_warning = models.BooleanField("a warning draws the team's lead in", default=False)

    class Meta:
        verbose_name = "target"
        ordering = ("policy", "kind", "level")
        constraints = (
            models.UniqueConstraint(
                fields=("policy", "kind", "level"), nulls_distinct=False, name="sla_target_once"
            ),
        )

    def __str__(self) -> str:
        at = f" at {self.get_level_display()}" if self.level else ""
        return f"{self.get_kind_display()}{at} within {self.minutes} min"


class SlaVersion(models.Model):
    """What a policy said from `valid_from` on; never changed. `document` holds the conditions and
    targets in plain values (see tickets/sla/terms.py)."""

    # Told apart by it in caches: a rolled back version's key may be given to another.
    stamp = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField()
    document: models.JSONField[Any, Any] = models.JSONField()
    author = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "SLA version"
        ordering = ("policy", "-number")
        constraints = (
            models.UniqueConstraint(fields=("policy", "number"), name="sla_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class SlaTarget(models.Model):
    """How one promise of a ticket stands, derived from its ledger (see tickets/sla/promises.py).

    Replaced by every command, never edited. Seconds are on the promise's own clock; `due_at` is
    None while that stands still. `alarm_at` is when somebody has to be told next.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="sla_targets")
    kind = models.CharField(max_length=16, choices=TargetKind.choices)
    level = models.PositiveSmallIntegerField(default=0, help_text="0 but for internal targets.")
    cycle = models.PositiveSmallIntegerField()
    began_seq = models.PositiveIntegerField(help_text="The row of the ledger that it began with.")
    version = models.ForeignKey(SlaVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=TargetState.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    target_seconds = models.PositiveIntegerField()
    is_business = models.BooleanField()
    spent_seconds = models.FloatField(help_text="Up to `counted_to`.")
    counted_to = models.DateTimeField()
    left_seconds = models.FloatField(null=True, help_text="When it ended; below 0: over.")

    class Meta:
        verbose_name = "SLA target"
        ordering = ("-ticket_id", "started_at", "kind", "level")
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "kind", "level", "cycle"), name="sla_promise_once"
            ),
        )
        indexes = (
            # The watch: WHERE alarm_at < now ORDER BY alarm_at.
            models.Index(
                fields=("alarm_at",), condition=Q(alarm_at__isnull=False), name="sla_alarm"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.ticket_id}"
