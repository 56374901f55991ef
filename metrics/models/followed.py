"""What figures depend on beside the ledger, as it was when they were made."""

from __future__ import annotations

from django.db import models


class FollowedSetting(models.Model):
    """A setting that figures were made under: the reporting zone, a calendar, the declarations.

    While `touched_to` is a number, tickets up to it have been asked to be measured anew since the
    setting changed; None: all have.
    """

    name = models.CharField(max_length=40, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    touched_to = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
