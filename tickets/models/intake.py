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
