"""Self-service sessions: what a customer looked for before, or instead of, asking."""

from __future__ import annotations

from django.db import models


class SelfServiceSession(models.Model):
    """One visit to the help pages that looked for an answer.

    `ticket` is the one that followed and was linked to it. Rows are history: they are added, and
    only `ended_at`, `is_helpful` and `ticket` are filled in later, once.
    """

    customer = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="self_service_sessions"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    query = models.CharField(max_length=250, blank=True)
    has_viewed_answer = models.BooleanField(default=False)
    is_helpful = models.BooleanField(null=True, blank=True)
    ticket = models.ForeignKey(
        "tickets.Ticket",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="self_service_sessions",
    )

    class Meta:
        ordering = ("-started_at", "-pk")

    def __str__(self) -> str:
        return self.query or f"session {self.pk}"
