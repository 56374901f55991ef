"""Lists that people keep: a name for what the queue was narrowed to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SavedView(models.Model):
    """The address of a list, kept by its owner and, where a team is named, for that team.

    `query` is the queue's own address. `labels` says how its values were called when it was saved
    (filter → value → words), for the day when one of them is gone. Removed views stay for a while,
    so that removing can be undone.
    """

    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="saved_views")
    team = models.ForeignKey(
        "accounts.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="saved_views",
        help_text="Whose members have it too. Empty: its owner alone.",
    )
    name = models.CharField(max_length=80)
    query = models.TextField()
    labels = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "name"),
                condition=Q(removed_at__isnull=True),
                name="saved_view_name_once",
            ),
        )

    def __str__(self) -> str:
        return self.name
