"""How tickets came in from elsewhere: imports, and API requests that must not run twice."""

from __future__ import annotations

from django.db import models


class ImportBatch(models.Model):
    """One log that was imported. The same mapping name and tickets again add nothing."""

    name = models.CharField(max_length=120, unique=True, help_text="The mapping's name.")
    file_name = models.CharField(max_length=250)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    tickets_added = models.PositiveIntegerField(default=0)
    rows_skipped = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "import batches"
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return self.name


class DomainRule(models.Model):
    """Whether addresses of a mail domain, and of those below it, may ask without an account. The
    closest rule decides; where domains are let in, all others are refused."""

    domain = models.CharField(max_length=253, unique=True)
    is_allowed = models.BooleanField(
        "may ask", default=False, help_text="Off: refused. On: let in, and nobody else but those."
    )
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ("domain",)

    def __str__(self) -> str:
        return self.domain


class IdempotencyRecord(models.Model):
    """The answer to a creating API request; the same key again gives the same answer."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="idempotency_once"),)

    def __str__(self) -> str:
        return self.key
