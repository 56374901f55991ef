"""One act on all parts of a major incident: what is to be done with each, and how far it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tickets.choices import BroadcastKind, ResolutionCode, Source


class Broadcast(models.Model):
    """An answer, or a resolution, for all parts of a major incident. It stands here before the
    first of them is touched; a worker goes through them, each by the normal command."""

    ticket = models.ForeignKey(
        "tickets.Ticket", models.CASCADE, related_name="broadcasts", verbose_name="major incident"
    )
    kind = models.CharField(max_length=8, choices=BroadcastKind.choices)
    body = models.TextField(blank=True)
    resolution_code = models.CharField(max_length=16, choices=ResolutionCode.choices, blank=True)
    is_l1_capable = models.BooleanField(null=True, blank=True)
    actor = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} for all parts of {self.ticket_id}"


class BroadcastPart(models.Model):
    """What became of one part: done, or refused and why. Both are written together with the act
    itself, so that it is never done twice and never lost."""

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="parts")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refusal = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ("broadcast", "ticket")
        constraints = (
            models.UniqueConstraint(fields=("broadcast", "ticket"), name="broadcast_part_once"),
        )
        indexes = (
            # What is still to be done: WHERE done_at IS NULL ORDER BY id.
            models.Index(
                fields=("id",), condition=Q(done_at__isnull=True), name="broadcast_part_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} of {self.broadcast_id}"
