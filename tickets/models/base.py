"""What every row of the ledger has in common."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.base import ModelBase

from accounts.choices import SupportLevel
from tickets.choices import Capacity, Source


class LedgerIsAppendOnly(Exception):
    """Raised where code tries to change or delete a ledger row; a correction is a new row."""


class LedgerRow(models.Model):
    """One thing that happened to one ticket. Written by tickets/ledger/ alone, never edited.

    `seq` orders the rows of a ticket across all ledger tables; `occurred_at` is when it happened,
    `recorded_at` when we learned of it (later for imports and late entries). `level`, `team` and
    `assignee` are those in force when it happened, before the row's own change.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="%(class)ss")
    seq = models.PositiveIntegerField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    capacity = models.CharField(max_length=8, choices=Capacity.choices)
    source = models.CharField(max_length=8, choices=Source.choices)
    level = models.PositiveSmallIntegerField(choices=SupportLevel.choices)
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+"
    )
    assignee = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    action_id = models.UUIDField(help_text="Ties together what one action did.")

    class Meta:
        abstract = True
        ordering = ("-ticket_id", "seq")  # by the number itself: by the ticket would join it
        # Serves the history of a ticket: WHERE ticket_id = … ORDER BY seq.
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("ticket", "seq"), name="%(class)s_ticket_seq"),
        ]

    def save(
        self,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: object = None,
    ) -> None:
        """Insert the row; refuse to change one that is stored."""
        if self.pk is not None and not self._state.adding:
            raise LedgerIsAppendOnly(f"{type(self).__name__} {self.pk} is history.")
        super().save(force_insert=force_insert, using=using)

    def delete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        """Refuse: history is not deleted."""
        raise LedgerIsAppendOnly(f"{type(self).__name__} {self.pk} is history.")
